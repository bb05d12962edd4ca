"""The listings under "Qué probar después" of a04-etapas and a05-clasificador run as they are printed."""

import re

import pytest


@pytest.mark.keras
def test_sizes_for_other_sides(listing, printed):
    lines = printed(listing("a04-etapas", "lst-otros-lados"))
    assert lines == [
        "photo 224, conv1 112, pool 56, conv5_x (7, 7, 2048)",
        "photo 225, conv1 113, pool 57, conv5_x (8, 8, 2048)",
        "photo 256, conv1 128, pool 64, conv5_x (8, 8, 2048)",
    ]


@pytest.mark.keras
@pytest.mark.parametrize(("block", "position", "field"), [("conv3_block4", 14, "99×99"), ("conv2_block3", 28, "35×35")])
def test_the_measured_receptive_field(listing, printed, block, position, field):
    less = ("conv3_block4_out", f"{block}_out"), ("14, 14", f"{position}, {position}")
    assert printed(listing("a04-etapas", "lst-campo", *less)) == [f"{field} pixels"]


@pytest.mark.keras
def test_random_answers_at_three_scales(listing, printed):
    seed = "import keras\nkeras.utils.set_random_seed(0)\n"
    lines = printed(seed + listing("a05-clasificador", "lst-azar"))
    ways = [(way, divisor) for way in ("False", "True") for divisor in ("1", "128", "16384")]
    pattern = r"statistics of the batch (True|False), divisor (\d+):"
    assert [re.fullmatch(pattern, line).groups() for line in lines[::3]] == ways
    most = [[float(p) for p in re.search(r"highest probability \[(.*)\]", line)[1].split()] for line in lines[1::3]]
    assert all(line.startswith("  effective classes [") for line in lines[2::3])
    assert min(most[0]) > 0.99 and min(most[1]) > 0.9 and max(most[2]) < 0.9
    assert max(most[3]) < 0.3 and most[4] == pytest.approx(most[3], abs=0.01)


@pytest.mark.keras
def test_the_map_of_a_larger_photo(listing, printed, tmp_path):
    from safetensors.numpy import save_file

    from cnnlab.models.resnet_keras import build_resnet

    path = tmp_path / "weights.safetensors"
    save_file({v.path: v.numpy() for v in build_resnet(50, init="glorot_uniform").variables}, path)
    found = f"catalog.Found(Path({str(path)!r}), 'drawn', '0')"
    drawn = f"from pathlib import Path\nfrom cnnlab import catalog\ncatalog.find = lambda name: {found}\n"
    lines = printed(drawn + listing("a05-clasificador", "lst-mapa"))
    logit = float(re.fullmatch(r"class .+, logit (\S+)", lines[0])[1])
    mean = float(re.fullmatch(r"mean of the map plus bias (\S+)", lines[1])[1])
    assert lines[2] == "map of (14, 14) values:" and mean == pytest.approx(logit, rel=1e-3)
