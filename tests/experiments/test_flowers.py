"""Classifiers of drawn flowers: each network trained for a few epochs and evaluated."""

from dataclasses import replace

import pytest

from cnnlab.errors import DataError
from cnnlab.results import registry
from cnnlab.training.classifier_result import ConfusedPair

pytestmark = pytest.mark.torch


@pytest.fixture
def flowers(drawn_flowers, weights):
    """What a classifier of flowers is given: drawn photos and random weights."""
    return {"flowers102": drawn_flowers, **weights}


def on_all(name, **changes):
    """Options that differ from an experiment's smoke budget: all drawn photos of a species, in batches of four."""
    return {"recipe": replace(registry.get(name).options_for("smoke").recipe, batch=4, **changes), "per_class": None}


def check(values, kept, numbers, parameters, trained):
    """Every epoch and every test photo is evaluated; `trained` of the `parameters` were trained."""
    assert [row.epoch for row in values.curve] == list(range(1, values.epochs + 1))
    assert values.photos == 9
    assert 0 <= values.test.low <= values.test.accuracy <= values.test.high <= 1
    assert kept.arrays["test_label"].tolist() == [0, 1, 2] * 3
    assert (values.parameters, values.trained_parameters) == (parameters, trained)
    pair = ConfusedPair("rose", "daisy", 2, 3)
    whole = replace(values, left_out=(7309,), confused=(pair,))  # what so few photos may not have
    told = numbers(kept.name, whole, kept.arrays)
    assert told["trained_parameters"][1] == f"{trained:,}"
    assert int(told["errors"][1]) == (kept.arrays["test_label"] != kept.arrays["test_predicted"]).sum()


def test_resnet50_is_fine_tuned_and_kept(smoke, written, flowers):
    values, kept = smoke("flowers_resnet50", on_all("flowers_resnet50"), **flowers)
    check(values, kept, written, 24_239_270, 24_239_270)  # a head of 731,238 in place of 2,049,000
    assert set(kept.files) == {"network.safetensors"}


def test_squeezenet_is_fine_tuned(smoke, written, flowers):
    values, kept = smoke("flowers_squeezenet", on_all("flowers_squeezenet"), **flowers)
    check(values, kept, written, 774_822, 774_822)


def test_resnet18_is_trained_from_scratch(smoke, written, flowers):
    values, kept = smoke("flowers_scratch", on_all("flowers_scratch"), **flowers)
    check(values, kept, written, 11_228_838, 11_228_838)


def test_a_head_is_trained_on_resnet50(smoke, written, flowers):
    changes = on_all("flowers_resnet50_head", epochs=30)  # after which it predicts none but the three species drawn
    values, kept = smoke("flowers_resnet50_head", changes, **flowers)
    check(values, kept, written, 25_557_032 + 731_238, 731_238)  # two features a channel of 512, 1024 and 2048


def test_a_head_is_trained_on_squeezenet(smoke, written, flowers):
    values, kept = smoke("flowers_squeezenet_head", on_all("flowers_squeezenet_head", epochs=30), **flowers)
    check(values, kept, written, 1_235_496 + 235_110, 235_110)  # of 256, 384 and 512


def test_probes_are_chosen_on_validation(smoke, written, flowers):
    import numpy as np

    head = replace(registry.get("flowers_probes").options_for("smoke").head, batch=4)
    values, kept = smoke("flowers_probes", {"per_class": None, "head": head}, **flowers)
    assert len(values.trials) == 3 * 3 * 2 and values.photos == 9 and values.variant == "official"
    assert values.chosen.accuracy == max(each.accuracy for each in values.trials) == values.validation.accuracy
    assert values.chosen.accuracy == 1 and values.test.accuracy == 1  # three colours are told apart
    assert kept.arrays["test_logits"].shape == (9, 102) and kept.arrays["test_logits"].dtype == np.float16
    assert kept.arrays["test_label"].tolist() == [0, 1, 2] * 3
    assert [each.size for each in values.extractions if each.split == "test"] == list(values.chosen.setting.sizes)
    assert {(each.root, each.seed) for each in values.heads} == {(False, 0), (True, 0)}
    assert written(kept.name, values, kept.arrays)["validation"][1] == "100.0%"


@pytest.mark.parametrize("layers", [(), ("layer3", "layer4")])
def test_upper_stages_are_fine_tuned_and_summed_with_the_frozen_probe(
    smoke, written, flowers, drawn_flowers, tmp_path, layers
):
    import numpy as np

    from cnnlab.data.flowers import load

    data = load(drawn_flowers)
    path, kept = tmp_path / "logits.npz", {}
    for split in ("validation", "test"):
        photos = getattr(data, split)
        kept[f"{split}_number"] = [photo.number for photo in photos]
        kept[f"{split}_logits"] = 9 * np.eye(102)[[photo.label for photo in photos]]  # the frozen probe is always right
    np.savez(path, **kept)
    changes = on_all("flowers_finetuned") | {"head_layers": layers}
    values, run = smoke("flowers_finetuned", changes, flowers_probes=path, **flowers)
    head = 2049 * 102 if not layers else 102 * (2 * (1024 + 2048) + 1)
    frozen = 64 * 3 * 49 + 2 * 64 + 215_808 + 1_219_584  # conv1, bn1, layer1, layer2
    check(values, run, written, 23_508_032 + head, 23_508_032 + head - frozen)
    assert sum(part.weight for part in values.parts) == 1
    assert {part.name: part.test.accuracy for part in values.parts}["frozen"] == 1 == values.test.accuracy
    assert run.arrays["test_logits"].argmax(1).tolist() == run.arrays["test_predicted"].tolist()
    assert run.arrays["test_frozen"].tolist() == run.arrays["test_label"].tolist()
    assert values.own_size in [each.size for each in values.own_sizes]
    kept["test_number"][0] += 1
    np.savez(path, **kept)
    with pytest.raises(DataError, match="other photos"):
        smoke("flowers_finetuned", changes, flowers_probes=path, **flowers)


def test_errors_are_counted_by_species():
    from types import SimpleNamespace

    import numpy as np

    from cnnlab.data.flowers import names
    from cnnlab.experiments.flower_classifiers.numbers import species_numbers
    from cnnlab.experiments.flower_classifiers.species import by_species, wrong_pairs

    arrays = {"test_label": np.array([0, 0, 0, 0, 1, 1, 2, 2]), "test_predicted": np.array([1, 1, 2, 0, 1, 0, 2, 2])}
    result = SimpleNamespace(arrays=arrays)
    found = {each.name: each for each in by_species(result)}
    first = found[names()[0]]
    assert (first.photos, first.errors, first.rate) == (4, 3, 0.75)
    assert (first.taken_for, first.times) == (names()[1], 2)
    assert found[names()[2]].errors == 0 and found[names()[2]].taken_for == ""
    assert wrong_pairs(result) == {(0, 1): 2, (0, 2): 1, (1, 0): 1}
    told = {key: each.show("en") for key, each in species_numbers(result).items()}
    assert (told["errors"], told["pairs"], told["pairs_once"], told["species_half"]) == ("4", "3", "2", "1")
    assert (told["errors_1_species"], told["errors_1"], told["errors_1_of"]) == (names()[0], "3", "4")


def test_weights_of_a_sum_are_those_of_the_highest_accuracy():
    import numpy as np

    from cnnlab.experiments.flowers_finetuned.parts import best_weights, compositions, summed

    assert list(compositions(2, 2)) == [(0, 2), (1, 1), (2, 0)] and len(list(compositions(4, 3))) == 15
    labels = np.array([0, 1, 0, 1] * 10)
    right, wrong = np.eye(2)[labels], np.eye(2)[1 - labels]
    half = np.where(np.arange(40)[:, None] < 20, right, wrong)
    weights, temperatures = best_weights({"a": half, "b": 2 * right}, labels, 4)
    assert weights == {"a": 0.0, "b": 1.0}
    assert summed({"a": half, "b": 2 * right}, weights, temperatures) == pytest.approx(2 * right / temperatures["b"])


def test_short_trainings_of_each_variant_and_seed(smoke, written, flowers, drawn_flowers):
    variants = [
        (name, replace(how, recipe=replace(how.recipe, batch=4)))
        for name, how in registry.get("flowers_ablation").options_for("smoke").variants
    ]
    changes = {"variants": tuple(variants), "seeds": (0, 1), "per_class": None}
    values, kept = smoke("flowers_ablation", changes, **flowers)
    order = [(each.variant, each.seed) for each in values.trainings]
    assert order == [("base", 0), ("three_layers", 0), ("base", 1), ("three_layers", 1)]
    assert values.accuracies("base") == [each.validation.accuracy for each in values.trainings[::2]]
    assert len({each.train_loss for each in values.trainings}) == 4  # each is a training of its own
    assert set(kept.files) == {"base-0.safetensors", "base-1.safetensors"}
    assert written(kept.name, values)["epochs"][1] == "2"
    check_kept(kept, drawn_flowers, values.trainings[0])


def check_kept(kept, drawn_flowers, training):
    """The network that was kept is the one that was evaluated, and of 102 species."""
    from torch.utils.data import DataLoader

    from cnnlab.data import flowers
    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.experiments.flowers_ablation.trained import file_of, load_network
    from cnnlab.training.classifier import EVAL_BATCH
    from cnnlab.training.classifier_metrics import labels_of, predict_logits

    path = kept.files[file_of("base", 0)]
    network, photos = load_network(path), flowers.load(drawn_flowers).validation
    assert not network.training and network.layer4[2].conv3.weight.shape == (2048, 512, 1, 1)
    batches = DataLoader(Transformed(photos, centre_crop(64)), batch_size=EVAL_BATCH)
    logits = predict_logits(network, batches, mirrored=True)
    assert logits.shape == (9, 102)
    assert (logits.argmax(1) == labels_of(photos)).mean() == training.validation.accuracy
    with pytest.raises(DataError, match=r"base-0\.safetensors does not fit ResNet: .* fc"):
        load_network(path, classes=5)
