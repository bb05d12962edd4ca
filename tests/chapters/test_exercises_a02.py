"""The listings under "Qué probar después" of a02-bloques-residuales run as they are printed, with less to compute."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "a02-bloques-residuales"


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CNNLAB_CACHE": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.keras
def test_the_branches_switched_off_leave_the_gradient_as_it_is_between_identity_blocks(listing, printed):
    less = ('50, "_3_bn"', '34, "_2_bn"'), ("(16, 64, 64", "(2, 64, 64"), ("(16,)", "(2,)")
    out = printed(listing(CHAPTER, "lst-gamma", *less))
    assert [re.match(r"gamma ([\d.]+):", line)[1] for line in out[::2]] == ["1.0", "0.0"]
    on, off = ([float(norm) for norm in line.split()] for line in out[1::2])
    assert len(on) == len(off) == 16
    assert off[0] == off[1] and off[3] == off[4] == off[5] and on[0] != on[1]


@pytest.mark.torch
@pytest.mark.data("mnist")
def test_another_learning_rate_for_the_plain_network(listing, printed):
    less = ('"depths": [56]', '"depths": [8]'), ('"pictures": 4096', '"pictures": 256'), ("epochs=3", "epochs=1")
    rows = printed(listing(CHAPTER, "lst-plana", *less))
    pattern = r"(\d+) layers, shortcuts (True|False): training error (\d+\.\d)%"
    told = [re.fullmatch(pattern, row).groups() for row in rows]
    assert [each[:2] for each in told] == [("8", "True"), ("8", "False")]
    assert all(0 <= float(error) <= 100 for *_, error in told)


def test_the_command_line_knows_the_experiments(listing, tmp_path):
    for line in listing(CHAPTER, "lst-atajos").splitlines():
        program, verb, name, *options = line.split()
        assert (program, options) == ("cnnlab", ["--force"] if verb == "run" else [])
        done = run([sys.executable, "-m", "cnnlab", "why", name], tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
