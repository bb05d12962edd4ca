"""Classifiers of drawn flowers: each network trained for a few epochs and evaluated."""

from dataclasses import replace

import pytest

from cnnlab.errors import DataError
from cnnlab.results import registry
from cnnlab.training.classifier_result import ConfusedPair

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    "name, parameters, trained",
    [
        ("flowers_resnet50", 24_239_270, 24_239_270),  # a head of 731,238 in place of 2,049,000
        ("flowers_squeezenet", 774_822, 774_822),
        ("flowers_resnet50_head", 25_557_032 + 731_238, 731_238),  # two of each channel's 512, 1024 and 2048
        ("flowers_squeezenet_head", 1_235_496 + 235_110, 235_110),  # of 256, 384 and 512
        ("flowers_scratch", 11_228_838, 11_228_838),
    ],
)
def test_a_few_epochs_on_drawn_flowers(smoke, written, drawn_flowers, weights, name, parameters, trained):
    recipe = registry.get(name).options_for("smoke").recipe
    epochs = 30 if name.endswith("_head") else recipe.epochs  # a head takes longer to answer one of the three species
    changes = {"recipe": replace(recipe, batch=4, epochs=epochs), "per_class": None}
    values, kept = smoke(name, changes, flowers102=drawn_flowers, **weights)
    assert [row.epoch for row in values.curve] == list(range(1, values.epochs + 1))
    assert values.photos == 9
    assert 0 <= values.test.low <= values.test.accuracy <= values.test.high <= 1
    assert kept.arrays["test_label"].tolist() == [0, 1, 2] * 3
    assert (values.parameters, values.trained_parameters) == (parameters, trained)
    pair = ConfusedPair("rose", "daisy", 2, 3)
    whole = replace(values, left_out=(7309,), confused=(pair,))  # what so few photos may not have
    assert written(name, whole)["trained_parameters"][1] == f"{trained:,}"
    if name == "flowers_resnet50":
        check_kept(kept, drawn_flowers)


def check_kept(kept, drawn_flowers):
    """The network that was kept gives the answers that were, and is of 102 species."""
    from torch.utils.data import DataLoader

    from cnnlab.data import flowers
    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.experiments.flowers_resnet50.trained import load_classifier
    from cnnlab.training.classifier import EVAL_BATCH
    from cnnlab.training.classifier_metrics import predict_logits

    network = load_classifier(kept.files["network.safetensors"])
    assert not network.training and network.network.layer4[2].conv3.weight.shape == (2048, 512, 1, 1)
    photos = DataLoader(Transformed(flowers.load(drawn_flowers).test, centre_crop(64)), batch_size=EVAL_BATCH)
    logits = predict_logits(network, photos, mirrored=True)
    assert logits.shape == (9, 102) and logits.argmax(1).tolist() == kept.arrays["test_predicted"].tolist()
    with pytest.raises(DataError, match="does not fit PooledLayersClassifier: .* first head"):
        load_classifier(kept.files["network.safetensors"], classes=5)
