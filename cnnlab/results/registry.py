"""Experiments by name: what `@experiment` says of a function, and the modules that hold them."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnnlab import runtime
from cnnlab.errors import CnnlabError, ExperimentError, OptionError, nearest
from cnnlab.results import schema

PACKAGE = "cnnlab.experiments"


@dataclass(frozen=True)
class Experiment:
    """A function that computes a result, with all that it depends on by name."""

    name: str
    function: Callable
    options: type
    result: type
    engine: str | None
    data: tuple[str, ...]
    weights: tuple[str, ...]
    depends_on: tuple[str, ...]
    changes: dict[str, dict]  # budget: the options that differ from their defaults

    @property
    def module(self) -> str:
        return self.function.__module__

    def options_for(self, budget: str):
        """The options of a budget: the defaults are those of "cpu"."""
        if budget not in runtime.BUDGETS:
            raise OptionError(f"budget {budget!r}", allowed=runtime.BUDGETS, remedy=nearest(budget, runtime.BUDGETS))
        return self.options(**self.changes.get(budget, {}))

    def plain_options(self, budget: str) -> dict:
        """The same as plain data, as they are kept: tuples are lists."""
        return plain(self.options_for(budget))

    @property
    def numbers(self) -> Callable | None:
        """`numbers(result)` of the module `numbers` beside it: what prose may say; None where there is none."""
        beside = self.module.rpartition(".")[0] + ".numbers"
        if importlib.util.find_spec(beside) is None:
            return None
        return importlib.import_module(beside).numbers


def plain(options) -> dict:
    """Options as JSON holds them: tuples are lists."""
    return json.loads(json.dumps(dataclasses.asdict(options)))


REGISTERED: dict[str, Experiment] = {}


def experiment(
    name: str,
    *,
    options: type,
    result: type,
    engine: str | None = None,
    data: tuple[str, ...] = (),
    weights: tuple[str, ...] = (),
    depends_on: tuple[str, ...] = (),
    smoke: dict | None = None,
    gpu: dict | None = None,
) -> Callable:
    """Make `function(options, run) -> result` an experiment.

    options: a frozen dataclass whose defaults are the "cpu" budget. result: the type of what the function returns, a
    frozen dataclass of Result. engine: the framework that it imports, one of runtime.ENGINES. data, weights: names in
    the catalogue. depends_on: names of experiments whose large files it reads. smoke, gpu: the options that differ in
    those budgets. It stands in cnnlab/experiments/<name>/compute.py; its result is kept in figures/<name>/.
    """
    if engine not in runtime.ENGINES:
        raise OptionError(f"experiment {name!r}: engine {engine!r}", allowed=runtime.ENGINES)
    fields = {field.name for field in dataclasses.fields(options)}
    if not schema.is_frozen(options):
        raise OptionError(f"experiment {name!r}: its options can be changed", remedy="@dataclass(frozen=True)")
    schema.check_type(result, name)
    changes = {"smoke": smoke or {}, "gpu": gpu or {}}
    for budget, differing in changes.items():
        for field in differing:
            if field not in fields:
                raise OptionError(
                    f"experiment {name!r}: budget {budget!r} sets {field!r}, which is no option of it",
                    allowed=sorted(fields),
                    remedy=nearest(field, fields),
                )

    def register(function: Callable) -> Callable:
        inputs = (tuple(data), tuple(weights), tuple(depends_on))
        REGISTERED[name] = Experiment(name, function, options, result, engine, *inputs, changes)
        return function

    return register


def names() -> list[str]:
    """All experiments: those of the package, found without importing them, and those registered elsewhere."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = [Path(folder) for folder in spec.submodule_search_locations or []] if spec else []
    found = {path.parent.name for folder in folders for path in folder.glob("*/compute.py")}
    return sorted(found | REGISTERED.keys())


def get(name: str) -> Experiment:
    """The experiment of a name; OptionError with the nearest names where there is none."""
    if not isinstance(name, str):
        raise OptionError(f"experiment {name!r:.80}", allowed="the name of one, a text")
    if name not in REGISTERED:
        known = names()
        if name not in known:
            raise OptionError(
                f"there is no experiment {name!r}",
                allowed=known,
                remedy=nearest(name, known) or "cnnlab status lists them",
            )
        try:
            importlib.import_module(f"{PACKAGE}.{name}.compute")
        except CnnlabError:
            raise
        except Exception as error:  # whatever a module that is being written may raise
            raise ExperimentError(
                f"experiment {name!r} cannot be imported: {type(error).__name__}: {error}",
                remedy=f"mend cnnlab/experiments/{name}/compute.py",
            ) from error
        if name not in REGISTERED:
            raise OptionError(
                f"cnnlab/experiments/{name}/compute.py holds no experiment {name!r}",
                remedy=f'name it after its module: @experiment("{name}", …)',
            )
    return REGISTERED[name]
