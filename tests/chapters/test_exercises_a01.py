"""The listings of a01-kernel-1x1 run as they are printed, with less to compute."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [ROOT / "chapters" / folder / "a01-kernel-1x1.qmd" for folder in ("", "en")]
LAYER = """
import keras
import numpy as np

picture = np.random.default_rng(0).standard_normal((1, 56, 56, 256), "float32")
layer = keras.layers.Conv2D(64, 1)
"""


def listing(label: str) -> str:
    """The code of a listing, which is the same in both languages."""
    pattern = re.compile(rf"^```{{#{label} .*?\n(.*?)^```$", re.M | re.S)
    spanish, english = (pattern.search(path.read_text(encoding="utf-8"))[1] for path in CHAPTERS)
    assert spanish == english
    return spanish


def ran(code: str, folder: Path) -> str:
    """What the code prints."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CNNLAB_CACHE": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.keras
def test_the_layer_is_the_product_and_a_dense_layer(tmp_path):
    code = LAYER + listing("lst-pixel") + "print(difference)\n" + listing("lst-densa")
    product, dense = ran(code, tmp_path).splitlines()
    assert 0 < float(product) < 1e-5 and float(dense) < 1e-4


@pytest.mark.keras
def test_times_with_another_batch(tmp_path):
    code = listing("lst-tiempo")
    assert code.count('"cpu"') == 1
    rows = ran(code.replace('"cpu"', '"smoke"'), tmp_path).splitlines()
    assert [row.split()[0] for row in rows] == ["1", "16"]
    for row in rows:
        ratios = [float(number) for number in re.findall(r"\d+\.\d+", row)]
        assert len(ratios) == 6 and ratios[:3] == sorted(ratios[:3]) and ratios[3:] == sorted(ratios[3:])
