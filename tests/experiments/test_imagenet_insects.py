"""The check of the weights, on random weights and drawn insects."""

import pytest
from PIL import Image


@pytest.mark.torch
def test_ants_and_bees_are_counted(smoke, weights, tmp_path):
    from cnnlab.models.pretrained import squeezenet1_1
    from cnnlab.models.weights_torch import save

    network = squeezenet1_1()
    network.classifier[1].bias.data[310] = 1e6  # everything is an ant
    save(network, tmp_path / "squeezenet.safetensors")
    for insect in ("ants", "bees"):
        folder = tmp_path / "photos" / "val" / insect
        folder.mkdir(parents=True)
        for place in range(3):
            Image.new("RGB", (80, 70), (40 * place, 90, 60)).save(folder / f"{place}.jpg")
    files = {**weights, "squeezenet1_1": tmp_path / "squeezenet.safetensors"}
    values, _ = smoke("imagenet_insects", hymenoptera=tmp_path / "photos", **files)
    assert values.squeezenet["ants"].correct == values.squeezenet["ants"].count == 2
    assert values.squeezenet["bees"].accuracy == 0 < values.squeezenet["bees"].high
