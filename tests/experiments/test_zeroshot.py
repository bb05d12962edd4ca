"""The check of the weights, on random weights and drawn insects."""

import pytest
from PIL import Image


@pytest.mark.torch
def test_ants_and_bees_are_counted(smoke, tmp_path):
    from safetensors.torch import save_file

    from cnnlab.nets.pretrained import resnet50, save, squeezenet1_1
    from tests.experiments.test_flowers import keras_named

    save_file(keras_named(resnet50()), tmp_path / "resnet50.safetensors")
    network = squeezenet1_1()
    network.classifier[1].bias.data[310] = 1e6  # everything is an ant
    save(network, tmp_path / "squeezenet.safetensors")
    for insect in ("ants", "bees"):
        folder = tmp_path / "photos" / "val" / insect
        folder.mkdir(parents=True)
        for place in range(3):
            Image.new("RGB", (80, 70), (40 * place, 90, 60)).save(folder / f"{place}.jpg")
    files = {"resnet50_keras": tmp_path / "resnet50.safetensors", "squeezenet1_1": tmp_path / "squeezenet.safetensors"}
    values, _ = smoke("zeroshot", hymenoptera=tmp_path / "photos", **files)
    assert values["squeezenet"]["ants"]["right"] == values["squeezenet"]["ants"]["count"] == 2
    assert values["squeezenet"]["bees"]["accuracy"] == 0 < values["squeezenet"]["bees"]["high"]
