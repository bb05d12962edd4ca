"""A small project with a copy of the package, whose experiments can be edited, run and killed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "cnnlab"
CORE = ("__init__.py", "__main__.py", "errors.py", "paths.py", "words.py", "runtime.py", "cli.py", "results", "catalog")

TOY = '''
"""A result that depends on a module of networks."""
from dataclasses import dataclass

from cnnlab.nets import toy
from cnnlab.results import Run, experiment
from cnnlab.words import percent


@dataclass(frozen=True)
class Options:
    seeds: tuple[int, ...] = (0, 1)
    size: int = 4


@experiment("toy", options=Options, smoke=dict(size=1))
def toy_experiment(options: Options, run: Run) -> dict:
    """Docstring."""
    import numpy

    run.seed(0)
    run.array("squares", numpy.arange(options.size) ** 2)
    run.drawing("line", "<svg/>")
    for item in run.progress(range(3), "items"):
        pass
    return {"full": {"accuracy": toy.value(options.size)}, "rows": [{"n": 1}]}


def numbers(result) -> dict:
    return {"accuracy": percent(result.full.accuracy, 2)}
'''
NETWORK = '''
"""A network."""


def value(size):
    """Docstring."""
    return 0.9894  # comment
'''


class Project:
    """A project below `root`: `cnnlab(...)` runs the command, `python(code)` a text; both give the finished process."""

    def __init__(self, root: Path):
        self.root = root
        self.environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
        self.write("_quarto.yml", "project: {type: book}\n")
        for name in CORE:
            source, copy = PACKAGE / name, root / "cnnlab" / name
            copy.parent.mkdir(exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
        self.write("cnnlab/experiments/__init__.py", "")
        self.write("cnnlab/nets/__init__.py", "")
        self.write("cnnlab/experiments/toy.py", TOY)
        self.write("cnnlab/nets/toy.py", NETWORK)
        self.write("cnnlab/nets/other.py", "x = 1\n")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        command = [sys.executable, "-W", "error", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.root, env=self.environment, **pipes | options)

    def python(self, code: str) -> subprocess.CompletedProcess:
        process = self.start("-c", code)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def cnnlab(self, *arguments: str) -> subprocess.CompletedProcess:
        process = self.start("-m", "cnnlab", *arguments)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def kept(self) -> dict[str, bytes]:
        """All that is kept of the experiment "toy", by name."""
        return {path.name: path.read_bytes() for path in (self.root / "figures" / "toy").iterdir()}


@pytest.fixture
def new_project():
    """Makes a project in a folder."""
    return Project


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "project")
