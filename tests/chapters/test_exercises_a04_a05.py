"""The listings under "Qué probar después" of a04-etapas and a05-clasificador run as they are printed."""

import re

import pytest


@pytest.mark.keras
def test_sizes_for_other_sides(listing, printed):
    lines = printed(listing("a04-etapas", "lst-otros-lados"))
    assert lines == ["224 112 56 (7, 7, 2048)", "225 113 57 (8, 8, 2048)", "256 128 64 (8, 8, 2048)"]


@pytest.mark.keras
@pytest.mark.parametrize(("block", "position", "field"), [("conv3_block4", 14, "99×99"), ("conv2_block3", 28, "35×35")])
def test_the_measured_receptive_field(listing, printed, block, position, field):
    less = ("conv3_block4_out", f"{block}_out"), ("14, 14", f"{position}, {position}")
    assert printed(listing("a04-etapas", "lst-campo", *less)) == [field]


@pytest.mark.keras
def test_random_answers_at_three_scales(listing, printed):
    seed = "import keras\nkeras.utils.set_random_seed(0)\n"
    lines = printed(seed + listing("a05-clasificador", "lst-azar"))
    ways = [[way, divisor] for way in ("False", "True") for divisor in ("1", "128", "16384")]
    assert [line.split()[:2] for line in lines] == ways
    most = [[float(p) for p in re.search(r"\[(.*?)\]", line)[1].split()] for line in lines]
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
    mean, logit = map(float, lines[1].split())
    assert lines[0].endswith("(14, 14)") and mean == pytest.approx(logit, rel=1e-3)
