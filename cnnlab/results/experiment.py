"""What an experiment is, and running one: options, device, seeds, progress, checkpoints, and what it keeps."""
from __future__ import annotations

import dataclasses
import functools
import importlib
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cnnlab import paths, runtime
from cnnlab.errors import EngineTrouble, OptionTrouble, ResultTrouble, nearest, storage

ENGINES = (None, "tensorflow", "torch")
PACKAGE = "cnnlab.experiments"


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A function that computes a result, with its options and what it needs. `budgets`: option values by budget."""

    name: str
    function: Callable
    options: type
    engine: str | None
    data: tuple[str, ...]
    weights: tuple[str, ...]
    budgets: dict[str, dict]

    def options_for(self, budget: str):
        return self.options(**self.budgets[budget])

    @property
    def module(self) -> str:
        return self.function.__module__


@dataclasses.dataclass(frozen=True)
class NoOptions:
    """Options of an experiment that has none."""


def experiment(name: str, *, options: type = NoOptions, engine: str | None = None, data: Iterable[str] = (), weights: Iterable[str] = (),
               smoke: dict | None = None, gpu: dict | None = None) -> Callable[[Callable], Experiment]:
    """Declare a function `(options, run) -> dict` an experiment.

    options: frozen dataclass whose defaults are the "cpu" budget; `smoke` and `gpu` say what those budgets change.
    engine: None, "tensorflow" or "torch". data, weights: names of the catalogue that it reads.
    """
    if engine not in ENGINES:
        raise OptionTrouble(f"engine of experiment {name!r} is {engine!r}", allowed="None, 'tensorflow', 'torch'")
    known = [field.name for field in dataclasses.fields(options)]
    budgets = {"cpu": {}, "smoke": dict(smoke or {}), "gpu": dict(gpu or {})}
    for budget, changes in budgets.items():
        for key in changes:
            if key not in known:
                raise OptionTrouble(f"budget {budget!r} of experiment {name!r} sets {key!r}", allowed=", ".join(known), remedy=nearest(key, known))

    def declare(function: Callable) -> Experiment:
        return Experiment(name, function, options, engine, tuple(data), tuple(weights), budgets)

    return declare


def names() -> list[str]:
    """All experiments, by their modules in `cnnlab/experiments/`."""
    folder = Path(__file__).parents[1] / "experiments"
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def find(name: str) -> Experiment:
    """The experiment of a name; OptionTrouble with the nearest names otherwise."""
    if name not in names():
        raise OptionTrouble(f"no experiment is named {name!r}", allowed=", ".join(names()), remedy=nearest(name, names()))
    return getattr(importlib.import_module(f"{PACKAGE}.{name}"), name)


class Run:
    """What a running experiment is given: where to read, where to keep, and how to say how far it is."""

    def __init__(self, experiment: Experiment, budget: str, folder: Path, checkpoints: Path):
        self.experiment, self.budget, self.folder = experiment, budget, folder
        self.options = experiment.options_for(budget)
        self.device = runtime.device(experiment.engine)
        self.checkpoints = checkpoints
        self.seeds: list[int] = []
        self.arrays: dict[str, Any] = {}
        self.sources: dict[str, dict] = {"data": {}, "weights": {}}

    def data(self, name: str) -> Path:
        """Folder or file of a data set that the experiment declared."""
        return self._find("data", name, self.experiment.data)

    def weights(self, name: str) -> Path:
        """File of weights that the experiment declared."""
        return self._find("weights", name, self.experiment.weights)

    def _find(self, kind: str, name: str, declared: tuple[str, ...]) -> Path:
        from cnnlab import catalog

        if name not in declared:
            raise OptionTrouble(f"experiment {self.experiment.name!r} reads {kind} {name!r} without declaring it", allowed=", ".join(declared) or "nothing", remedy=f"add it to {kind}= of @experiment")
        found = catalog.find(name)
        self.sources[kind][name] = {"variant": found.variant, "digest": found.digest}
        return found.path

    def seed(self, n: int) -> None:
        """Seed python, numpy and the engine, and note it for the provenance."""
        import numpy

        if n not in self.seeds:
            self.seeds.append(n)
        random.seed(n)
        numpy.random.seed(n % 2**32)
        runtime.seed(self.experiment.engine, n)

    def progress(self, iterable: Iterable, label: str, total: int | None = None):
        """Iterate with a bar that shows rate and time left; where there is no terminal, with a line now and then."""
        from tqdm import tqdm

        terminal = sys.stderr.isatty()
        return tqdm(iterable, desc=f"{self.experiment.name}: {label}", total=total, mininterval=0.2 if terminal else 20, dynamic_ncols=terminal, leave=terminal, file=sys.stderr)

    def array(self, name: str, values) -> None:
        """Keep an array in arrays.npz."""
        import numpy

        self.arrays[name] = numpy.asarray(values)

    def picture(self, name: str, image, *, quality: int = 82, lossless: bool = False) -> None:
        """Keep a PIL image or an array (height, width, 3; bytes or 0–1) as NAME.webp."""
        from PIL import Image

        if not isinstance(image, Image.Image):
            import numpy

            values = numpy.asarray(image)
            image = Image.fromarray(values if values.dtype == numpy.uint8 else (values.clip(0, 1) * 255).round().astype(numpy.uint8))
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, lossless=lossless, method=6)
        self._keep(f"{name}.webp", buffer.getvalue())

    def drawing(self, name: str, svg: str) -> None:
        """Keep a vector drawing as NAME.svg."""
        self._keep(f"{name}.svg", svg.encode("utf-8"))

    def _keep(self, name: str, content: bytes) -> None:
        with storage(self.folder / name):
            (self.folder / name).write_bytes(content)


def compute(name: str, budget: str | None = None, force: bool = False) -> bool:
    """Compute an experiment and keep its result; whether it had to be computed (False: the kept one is fresh).

    One process at a time computes an experiment. What it keeps is put together aside and put in place at once; a run
    that was cut short goes on from its checkpoints.
    """
    from cnnlab.results import freshness, store

    made = find(name)
    budget = budget or runtime.budget(made.engine)
    if budget not in made.budgets:
        raise OptionTrouble(f"budget is {budget!r}", allowed=", ".join(made.budgets), remedy=nearest(budget, made.budgets))
    with paths.lock(f"run-{name}"):
        if not force and freshness.holds(made, budget):
            return False
        engine_ready(made)
        key = freshness.key_of(made, made.options_for(budget))
        checkpoints = paths.workshop() / "checkpoints" / name / key
        with storage(checkpoints):
            checkpoints.mkdir(parents=True, exist_ok=True)
            shelf = paths.workshop() / "tmp"
            shelf.mkdir(exist_ok=True)
            for left in shelf.glob(f"{name}-*"):  # of a run that was killed: this one holds the lock
                shutil.rmtree(left)
            folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=shelf))
        try:
            run = Run(made, budget, folder, checkpoints)
            begin = time.monotonic()
            values = made.function(run.options, run)
            seconds = time.monotonic() - begin
            store.keep(made, run, values, seconds, freshness.code_of(made))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(checkpoints.parent)
    return True


def compute_apart(name: str, budget: str | None, force: bool) -> int:
    """`compute` in a process of its own, since tensorflow and torch do not bear each other in one; its exit status."""
    command = [sys.executable, "-m", "cnnlab", "run", name, *(["--budget", budget] if budget else []), *(["--force"] if force else [])]
    return subprocess.run(command).returncode


def engine_ready(made: Experiment) -> None:
    """EngineTrouble where the framework of an experiment is not installed."""
    if made.engine and importlib.util.find_spec(made.engine) is None:
        raise EngineTrouble(f"experiment {made.name!r} needs {made.engine}, which is not installed", remedy="pip install -r requirements.txt (reading and rendering the report do not need it)")
    runtime.prepare(made.engine)


def plain(value, where: str):
    """A result's values as JSON can hold them; ResultTrouble names the place of what it cannot."""
    import math

    if isinstance(value, dict):
        return {str(key): plain(inner, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, f"{where}[{n}]") for n, inner in enumerate(value)]
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ResultTrouble(f"{where} is {value}", allowed="finite numbers", remedy="find why it is not finite; nothing was kept and what was there stays")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ResultTrouble(f"{where} is a {type(value).__name__}", allowed="numbers, text, lists, dictionaries", remedy="keep arrays by run.array, pictures by run.picture")


def as_json(values: dict) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"
