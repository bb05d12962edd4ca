"""The listing under "Qué probar después" of a09-dentro runs as it is printed, with fewer and smaller photos."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [ROOT / "chapters" / folder / "a09-dentro.qmd" for folder in ("", "en")]


def listing(label: str) -> str:
    """The code of a listing, which is the same in both languages."""
    pattern = re.compile(rf"^```{{#{label} .*?\n(.*?)^```$", re.M | re.S)
    spanish, english = (pattern.search(path.read_text(encoding="utf-8"))[1] for path in CHAPTERS)
    assert spanish == english
    return spanish


@pytest.mark.torch
@pytest.mark.data("flowers102", "resnet50_v1_keras.fp16.safetensors")
def test_a_trained_and_an_untrained_network_are_compared(tmp_path):
    code = listing("lst-dentro")
    for printed, smaller in (("[:200]", "[:8]"), ("centre_crop(224)", "centre_crop(64)")):
        assert printed in code
        code = code.replace(printed, smaller)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CNNLAB_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [row.split() for row in done.stdout.splitlines()]
    assert [row[0] for row in rows] == ["layer1.2", "layer2.3", "layer4.2"]
    assert all(-0.5 < float(similarity) < 1 and abs(float(channel)) < 0.5 for _, similarity, channel in rows)
