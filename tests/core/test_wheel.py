"""The package as pip installs it, outside a checkout: it draws, and its files of data are there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "requirements.txt", "requirements-render.txt")
DRAW = """
import json, sys
from cnnlab import catalog, look
from cnnlab.words import Words
drawn = look.inks("light")[0]["ink"]
from PIL import ImageFont
ImageFont.truetype(look.fonts_folder() / "sans-600.ttf", 12)
from cnnlab.plots.style import style
with style("dark"):
    pass
print(json.dumps([catalog.__file__, str(look.folder()), drawn, len(catalog.DATA["coco"].variants[0].files)]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the wheel, unpacked."""
    sources, target = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("installed")
    for name in SOURCES:
        shutil.copy2(ROOT / name, sources)
    for name in ("cnnlab", "_extensions"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__", "plotly.min.js"))
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", target, sources]
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=target)
    return target


def test_the_installed_package_draws(installed, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", DRAW], check=True, capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    module, folder, ink, photos = json.loads(done.stdout)
    assert Path(module).is_relative_to(installed)
    assert Path(folder).is_relative_to(installed)
    assert ink.startswith("#")
    assert photos == 48


def test_every_file_of_the_package_is_in_the_wheel(installed):
    for path in (ROOT / "cnnlab").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(ROOT)
            assert (installed / name).is_file(), name


def test_requirements_are_named(installed):
    from importlib.metadata import Distribution

    (info,) = installed.glob("cnnlab-*.dist-info")
    requires = Distribution.at(info).requires
    assert any(line.startswith("numpy==") and "extra" not in line for line in requires)
    assert any(line.startswith("torch==") and "compute" in line for line in requires)
