"""The listings under "Qué probar después" of a04-etapas and a05-clasificador run as they are printed."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from cnnlab import catalog

ROOT = Path(__file__).resolve().parents[2]


def listing(chapter: str, label: str) -> str:
    """The code of a listing, which is the same in both languages."""
    pattern = re.compile(rf"^```{{#{label} .*?\n(.*?)^```$", re.M | re.S)
    texts = [(ROOT / "chapters" / folder / f"{chapter}.qmd").read_text(encoding="utf-8") for folder in ("", "en")]
    spanish, english = (pattern.search(text)[1] for text in texts)
    assert spanish == english
    return spanish


def printed(code: str) -> list[str]:
    """The lines that code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "listing", "exec"), {})
    return out.getvalue().splitlines()


@pytest.mark.keras
def test_sizes_for_other_sides():
    lines = printed(listing("a04-etapas", "lst-otros-lados"))
    assert lines == ["224 112 56 (7, 7, 2048)", "225 113 57 (8, 8, 2048)", "256 128 64 (8, 8, 2048)"]


@pytest.mark.keras
@pytest.mark.parametrize(("block", "position", "field"), [("conv3_block4", 14, "99×99"), ("conv2_block3", 28, "35×35")])
def test_the_measured_receptive_field(block, position, field):
    code = listing("a04-etapas", "lst-campo")
    code = code.replace("conv3_block4_out", f"{block}_out").replace("14, 14", f"{position}, {position}")
    assert printed(code) == [field]


@pytest.mark.keras
def test_random_answers_at_three_scales():
    import keras

    keras.utils.set_random_seed(0)
    lines = printed(listing("a05-clasificador", "lst-azar"))
    ways = [[way, divisor] for way in ("False", "True") for divisor in ("1", "128", "16384")]
    assert [line.split()[:2] for line in lines] == ways
    most = [[float(p) for p in re.search(r"\[(.*?)\]", line)[1].split()] for line in lines]
    assert min(most[0]) > 0.99 and min(most[1]) > 0.9 and max(most[2]) < 0.9
    assert max(most[3]) < 0.3 and most[4] == pytest.approx(most[3], abs=0.01)


@pytest.mark.keras
def test_the_map_of_a_larger_photo(tmp_path, monkeypatch):
    from safetensors.numpy import save_file

    from cnnlab.models.resnet_keras import build_resnet

    path = tmp_path / "weights.safetensors"
    save_file({v.path: v.numpy() for v in build_resnet(50, init="glorot_uniform").variables}, path)
    monkeypatch.setattr(catalog, "find", lambda name: catalog.Found(path, "drawn", "0" * 64))
    lines = printed(listing("a05-clasificador", "lst-mapa"))
    mean, logit = map(float, lines[1].split())
    assert lines[0].endswith("(14, 14)") and mean == pytest.approx(logit, rel=1e-3)
