"""Numbers of `transfer_features` for prose and tables."""

from cnnlab.evaluation.paired import mcnemar
from cnnlab.experiments.transfer.numbers import shared, spread
from cnnlab.experiments.transfer_features.result import Frozen, TransferFeatures
from cnnlab.words import Quantity, decimal, integer, power


def numbers(result: TransferFeatures) -> dict[str, Quantity]:
    """Photos by set; by set and network `…_svm`, `…_imagenet`, `…_exact`, `…_validation`, and by size `…_<size>`, of
    all samples; `prepared_<training>_<test>`. `<set>_nearest`: the greatest cosine of a test and a training photo.
    """
    out = {
        "draws": integer(result.options.draws),
        "folds": integer(result.options.folds),
        "seconds": decimal(sum(each.seconds for each in result.frozen), 0),
        "costs": integer(len(result.options.costs)),
    }
    for name, _, side in result.options.sets:
        out[f"{name}_side"] = integer(side)
    for each in result.counts:
        for name, classes in (("train", each.train), ("held_out", each.held_out), ("test", each.test)):
            out[f"{each.set}_{name}"] = integer(sum(classes))
            for label, count in enumerate(classes):
                out[f"{each.set}_{name}_{label}"] = integer(count)
        out[f"{each.set}_nearest"] = decimal(float(result.arrays[f"{each.set}_nearest"].max()), 3)
    for one in result.frozen:
        key = f"{one.set}_{one.network}"
        for name in ("svm", "imagenet", "exact", "validation"):
            out |= shared(f"{key}_{name}", getattr(one, name))
        out |= own_numbers(result, one)
        out[f"{key}_features"] = integer(one.features)
        out[f"{key}_cost"] = decimal(one.cost, 1)
        for sample in one.samples:
            out |= spread(f"{key}_{sample.per_class}", sample.accuracies)
    for way in result.prepared:
        out |= shared(f"prepared_{way.training}_{way.test}", way.svm)
    return out


def own_numbers(result: TransferFeatures, one: Frozen) -> dict[str, Quantity]:
    """`…_imagenet_<label>`: test photos of a class that ImageNet's own classes get right; `…_own_only`, `…_svm_only`:
    photos that only one of both gets right, `…_own_p`: of McNemar's exact test.
    """
    key, label = f"{one.set}_{one.network}", result.arrays[f"{one.set}_label"]
    own, machine = (result.arrays[f"{key}_{name}"] == label for name in ("imagenet", "svm"))
    test = mcnemar(own, machine)
    out = {f"{key}_imagenet_{each}": integer(int(own[label == each].sum())) for each in (0, 1)}
    return out | {
        f"{key}_own_only": integer(test.first_only),
        f"{key}_svm_only": integer(test.second_only),
        f"{key}_own_p": decimal(test.exact, 3) if test.exact >= 1e-3 else power(test.exact, 0),
    }
