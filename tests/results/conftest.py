"""A small project with a copy of the package, whose experiments can be edited, run and killed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "cnnlab"

TOY = '''
"""A result that depends on a module of networks."""
from dataclasses import dataclass

from cnnlab.models import toy
from cnnlab.results import Result, Run, Timing, experiment


@dataclass(frozen=True)
class Options:
    seeds: tuple[int, ...] = (0, 1)
    size: int = 4


@dataclass(frozen=True)
class Part:
    accuracy: float


@dataclass(frozen=True)
class Toy(Result):
    full: Part
    items: tuple[str, ...]
    seconds: Timing


@experiment("toy", options=Options, result=Toy, smoke=dict(size=1))
def toy_experiment(options: Options, run: Run) -> Toy:
    """Docstring."""
    import time

    import numpy
    from PIL import Image

    run.seed(0)
    run.array("squares", numpy.arange(options.size) ** 2)
    run.picture("line", Image.new("L", (options.size, 1), 7), lossless=True)
    for item in run.progress(range(3), "items"):
        pass
    return Toy(Part(toy.value(options.size)), toy.names(), time.monotonic())
'''
NUMBERS = """
from cnnlab.words import percent


def numbers(result) -> dict:
    return {"accuracy": percent(result.full.accuracy, 2)}
"""
NETWORK = '''
"""A network."""
from pathlib import Path

from cnnlab.errors import OptionError

RATE = 0.9894


def value(size: int) -> float:
    """Docstring."""
    if size < 0:
        raise OptionError(f"size={size}", allowed="0 or more")
    return RATE  # comment


def names() -> list[str]:
    return Path(__file__).with_name("toy_names.txt").read_text().split()
'''


class Project:
    """A project below `root`: `cnnlab(...)` runs the command, `python(code)` a text; both give the finished process."""

    def __init__(self, root: Path):
        self.root = root
        self.environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
        self.write("_quarto.yml", "project: {type: book}\n")
        shutil.copytree(PACKAGE, root / "cnnlab", ignore=shutil.ignore_patterns("experiments", "__pycache__"))
        self.write("cnnlab/experiments/__init__.py", "")
        self.write("cnnlab/experiments/toy/__init__.py", "")
        self.write("cnnlab/experiments/toy/compute.py", TOY)
        self.write("cnnlab/experiments/toy/numbers.py", NUMBERS)
        self.write("cnnlab/models/toy.py", NETWORK)
        self.write("cnnlab/models/toy_names.txt", "one two")
        self.write("cnnlab/models/other.py", "x = 1\n")

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

    def add(self, name: str, text: str) -> None:
        """Add an experiment."""
        self.write(f"cnnlab/experiments/{name}/__init__.py", "")
        self.write(f"cnnlab/experiments/{name}/compute.py", text)

    def git(self, *words: str) -> str:
        author = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main"]
        done = subprocess.run(["git", *author, *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self) -> str:
        """Commit everything; the commit's short name."""
        if not (self.root / ".git").is_dir():
            self.git("init", "-q")
            self.write(".gitignore", "/.cnnlab/\n__pycache__/\n")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")
        return self.git("rev-parse", "--short=7", "HEAD")

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
