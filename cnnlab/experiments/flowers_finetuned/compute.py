"""ResNet-50 with its upper stages fine-tuned; a probe refitted on its features, summed with the frozen one.

Chapter: a08-flores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.evaluation.classification import Metrics
from cnnlab.experiments.flower_classifiers.result import FineTuned
from cnnlab.experiments.flowers_finetuned.options import GRID, RECIPE, Options
from cnnlab.results import Run, experiment
from cnnlab.training.ridge_settings import Extraction, Grid, Trial


@dataclass(frozen=True)
class Part:
    """A source of logits: the network's "own" head, the "refitted" probe, the probe of the "frozen" network.

    weight: its share of the sum, after division by temperature, which was fitted on validation. validation, test: of
    the part alone, its logits divided by the temperature.
    """

    name: str
    weight: float
    temperature: float
    validation: Metrics
    test: Metrics


@dataclass(frozen=True)
class SizeTrial:
    """The accuracy on validation of the network's own head, 0 to 1, for photos of a size in pixels."""

    size: int
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class FlowersFineTuned(FineTuned):
    """The sum of the parts; weights, sizes and penalty were chosen on validation, on which the sum is thus flattered.

    variant: of the data set, in the catalogue. own_sizes: tried with the network's own head; own_size: the best of
    them. trials: of the refitted probe; chosen: the best of them. extractions: what the features of the fine-tuned
    network took.

    Arrays beside those of every classifier: `validation_logits`, `test_logits` (n, 102), float16, of the sum;
    `validation_label` (n,); `validation_<part>`, `test_<part>` (n,): the classes that each part predicts.
    """

    variant: str
    parts: tuple[Part, ...]
    own_sizes: tuple[SizeTrial, ...]
    own_size: int
    trials: tuple[Trial, ...]
    chosen: Trial
    extractions: tuple[Extraction, ...]


@experiment(
    "flowers_finetuned",
    options=Options,
    result=FlowersFineTuned,
    engine="torch",
    data=("flowers102",),
    weights=("resnet50_keras",),
    depends_on=("flowers_probes",),
    smoke=dict(
        recipe=replace(RECIPE, epochs=2, learning_rate=1e-6),
        side=64,
        eval_size=64,
        grid=Grid(GRID.sets[:1], ((64,),), (0.1,)),
        per_class=1,
        confused_pairs=102,
    ),
)
def flowers_finetuned(options: Options, run: Run) -> FlowersFineTuned:
    """Stages of multiplier 0 stay as ImageNet left them; batch normalisation keeps ImageNet's statistics throughout.

    The test photos are opened once, after all choices. `cnnlab run flowers_finetuned`, after `flowers_probes`.
    Two CPU cores: an hour.
    """
    import math
    import time

    from cnnlab.data.augment import centre_crop
    from cnnlab.evaluation import classification
    from cnnlab.experiments.flower_classifiers.training import load_flowers, random_crops
    from cnnlab.experiments.flowers_finetuned.network import fine_tuned, own_logits, parts_of
    from cnnlab.experiments.flowers_finetuned.parts import best_weights, frozen_logits, summed
    from cnnlab.models.weights_torch import save
    from cnnlab.training.classifier import fit
    from cnnlab.training.classifier_metrics import evaluation_fields, training_fields
    from cnnlab.training.ridge_probe import pooled, search, setting_logits, stored
    from cnnlab.training.ridge_settings import best

    run.seed(options.recipe.seed)
    data = load_flowers(options, run)
    classes = len(data.class_names)
    frozen = frozen_logits(run.needed("flowers_probes", "logits.npz"), data)
    shorter = math.ceil(options.side / math.sqrt(options.min_area))  # then no crop is enlarged
    examples = random_crops(data, options, shorter=shorter)
    network, recipe = fine_tuned(examples, classes, options, run)
    network, curve = fit(network, data, examples, centre_crop(options.eval_size), recipe, run)
    run.keep("network.safetensors", lambda path: save(network, path))
    fields = training_fields(network, curve, recipe, len(data.train))

    begin = time.monotonic()
    backbone, head = parts_of(network)
    layers = tuple(dict.fromkeys([*options.grid.layers, *(options.head_layers or ("layer4",))]))
    source = pooled(backbone, layers, run)
    train, validation = (
        stored(source, getattr(data, split), split, options.grid.all_sizes, run, recipe.workers)
        for split in ("train", "validation")
    )
    trials = search(source, train, validation, classes, options.grid, run.progress)
    setting = best(trials).setting
    own = {
        size: own_logits(head, source, features, options.head_layers) for size, features in validation.features.items()
    }
    own_sizes = tuple(
        SizeTrial(size, float((logits.argmax(1) == validation.labels).mean())) for size, logits in own.items()
    )
    own_size = max(own_sizes, key=lambda each: (each.accuracy, -each.size)).size
    found = {
        "own": own[own_size],
        "refitted": setting_logits(source, train, validation, classes, setting),
        "frozen": frozen["validation"],
    }
    weights, temperatures = best_weights(found, validation.labels, options.steps)

    sizes = tuple(sorted({*setting.sizes, own_size}))
    test = stored(source, data.test, "test", sizes, run, recipe.workers)  # nothing is chosen from here on
    tested = {
        "own": own_logits(head, source, test.features[own_size], options.head_layers),
        "refitted": setting_logits(source, train, test, classes, setting),
        "frozen": frozen["test"],
    }
    sums = {"validation": summed(found, weights, temperatures), "test": summed(tested, weights, temperatures)}
    parts = tuple(
        Part(
            name,
            weights[name],
            temperatures[name],
            classification.metrics(found[name] / temperatures[name], validation.labels),
            classification.metrics(tested[name] / temperatures[name], test.labels),
        )
        for name in found
    )
    run.array("validation_label", validation.labels.astype("uint8"))
    for split, logits in sums.items():
        run.array(f"{split}_logits", logits.astype("float16"))
    for split, logits_of in (("validation", found), ("test", tested)):
        for name, logits in logits_of.items():
            run.array(f"{split}_{name}", logits.argmax(1).astype("uint8"))
    return FlowersFineTuned(
        network="ResNet-50",
        left_out=data.left_out,
        variant=run.variant("flowers102"),
        parts=parts,
        own_sizes=own_sizes,
        own_size=own_size,
        trials=trials,
        chosen=best(trials),
        extractions=(*train.extractions, *validation.extractions, *test.extractions),
        measuring_seconds=time.monotonic() - begin,
        **fields,
        **evaluation_fields(sums["validation"], sums["test"], data, run, options.confused_pairs),
    )
