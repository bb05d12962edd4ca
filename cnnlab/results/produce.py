"""Computing an experiment and keeping what it gives."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from cnnlab import catalog, paths, runtime
from cnnlab.errors import OptionError, ResultError, nearest, storage
from cnnlab.results import freshness, large_files, provenance, registry, schema
from cnnlab.results.document import Input, checked
from cnnlab.results.registry import Experiment
from cnnlab.results.run import Run, clear_staging
from cnnlab.results.schema import Result
from cnnlab.results.store import load, plain, put

LARGE_MB = 2  # a result's usual limit; all of figures/ is to stay under 40


def compute(name: str, budget: str | None = None, force: bool = False, changes: dict | None = None) -> Result:
    """Compute an experiment and keep its result in `figures/`; one that is up to date is returned as it is.

    budget: "smoke", "cpu" or "gpu"; by default that of the kept result while it is up to date, else what the device
    affords. force: compute again, from the beginning. A "smoke" run only shows that the experiment works: its result
    is kept in `.cnnlab/smoke/NAME/`, never in `figures/`. changes: options of a smoke run as plain data.

    Raises OptionError for an unknown name, budget or option; DataError, EngineError for what this machine lacks.
    """
    experiment = registry.get(name)
    if budget is not None:
        experiment.options_for(budget)  # an unknown budget is reported before anything is imported
    if changes is not None and not isinstance(changes, dict):
        raise OptionError(f"changes={changes!r}", allowed="{option: value}, or None")
    if changes and budget != "smoke":
        named = ", ".join(map(str, changes))
        raise OptionError(f"options {named} set for budget {budget!r}", allowed="only with budget smoke")
    with paths.lock(f"result-{name}"):
        ready = None if force or budget == "smoke" else up_to_date(name, budget)
        return ready or compute_and_keep(experiment, budget, force, changes or {})


def up_to_date(name: str, budget: str | None) -> Result | None:
    """The kept result where nothing is to be done; None where it is to be computed."""
    status = freshness.status_of(name)
    if status.state not in freshness.UP_TO_DATE or status.result is None:
        return None
    return status.result if budget in (None, status.result.provenance.budget) else None


def compute_and_keep(experiment: Experiment, budget: str | None, force: bool, changes: dict) -> Result:
    """Compute an experiment, check what it returns against its type, and put it in the place of the last result."""
    name = experiment.name
    device = runtime.start(experiment.engine)
    budget = budget or ("cpu" if device.kind == "cpu" else "gpu")
    options = changed(experiment, experiment.options_for(budget), changes)
    found = {each: catalog.find(each) for each in (*experiment.data, *experiment.weights)}
    results = {each: large_files.result_of(each, budget) for each in experiment.depends_on}
    inputs: dict[str, Input] = {each: {"variant": one.variant, "sha256": one.sha256} for each, one in found.items()}
    inputs |= {each: freshness.input_of(one) for each, one in results.items()}
    key = freshness.key(experiment, registry.plain(options), inputs)
    checkpoints, resumed = checkpoint_folder(name, key, force)
    run = Run(
        *(name, budget, device, options),
        staging=clear_staging(name),
        checkpoints=checkpoints,
        found=found,
        depends_on=results,
    )
    runtime.USED_PRECISIONS.clear()  # an earlier run of this process may have used another
    commit = provenance.commit()  # before the run, as the key: files can change while it lasts
    begin = time.monotonic()
    value = plain(builtins(experiment.function(options, run), name), name)
    schema.from_plain(experiment.result, value, name)
    made = provenance.of_run(run, commit, time.monotonic() - begin, resumed, key["options"])
    document = {
        "experiment": name,
        "key": key,
        "provenance": {**made, "inputs": inputs},
        "result": value,
        "arrays": run.write_arrays(),
        "kept": run.large_files,
        "attestations": [],
    }
    try:
        checked({**document, "files": {}})
    except msgspec.ValidationError as error:
        raise ResultError(
            f"the result of {name!r} cannot be kept: {error}", remedy="mend its options or fields"
        ) from None
    target = paths.project_cache() / "smoke" / name if budget == "smoke" else paths.figures_dir() / name
    put(run.staging, document, target)
    large_files.remove_unused(name)
    remove_checkpoints(checkpoints, budget)
    return warn_if_large(load(name, target))


def builtins(result: object, name: str) -> object:
    """What an experiment returned as plain data; ResultError for a value of a type that a result cannot hold."""

    def number(value: object) -> object:
        if hasattr(value, "dtype") and getattr(value, "shape", None) == () and hasattr(value, "item"):
            return value.item()  # of numpy or torch
        raise ResultError(
            f"{name!r} returns a value of type {type(value).__name__}",
            allowed="numbers, text, and sequences, mappings and dataclasses of them",
            remedy="keep arrays with run.array, pictures with run.picture",
        )

    return msgspec.to_builtins(result, enc_hook=number)


def changed(experiment: Experiment, options, changes: dict):
    """Options with some fields replaced by plain data.

    OptionError for an unknown field, a value of another type, or one of a subtype with fields that would be lost; for a
    number that is not finite, which no key of a result can hold; for no seeds, and one twice.
    """
    known = {field.name for field in dataclasses.fields(options)}
    for field in changes:
        if field not in known:
            raise OptionError(
                f"experiment {experiment.name!r} has no option {field!r}",
                allowed=sorted(known),
                remedy=nearest(field, known),
            )
    merged = registry.plain(options) | changes
    kind = experiment.options
    try:
        made: Any = msgspec.convert(merged, kind, strict=True)
    except msgspec.ValidationError as error:
        raise OptionError(f"the options of {experiment.name!r} do not fit {kind.__name__}: {error}") from None
    if lost := schema.difference(merged, registry.plain(made)):  # of a value of a subtype of the declared type
        raise OptionError(
            f"the options of {experiment.name!r} do not fit {kind.__name__}: it has no field {lost}",
            remedy="declare the field with the type of its value",
        )
    for field, value in registry.plain(made).items():
        try:
            json.dumps(value, allow_nan=False)
        except ValueError:
            raise OptionError(f"option {field}={value!r} of {experiment.name!r}", allowed="finite numbers") from None
    seeds = getattr(made, "seeds", None)
    if isinstance(seeds, tuple) and (not seeds or len(set(seeds)) < len(seeds)):
        raise OptionError(f"option seeds={list(seeds)} of {experiment.name!r}", allowed="one seed or more, each once")
    return made


def checkpoint_folder(name: str, key: dict, force: bool) -> tuple[Path, bool]:
    """Where a run with this key leaves its checkpoints, and whether an earlier one has left some."""
    label = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]
    folder = paths.project_cache() / "checkpoints" / name / label
    with storage(folder):
        if force:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
    return folder, any(folder.iterdir())


def remove_checkpoints(folder: Path, budget: str) -> None:
    """Remove what is of no more use: a smoke run's checkpoints, or those of other options and code."""
    for each in folder.parent.iterdir():
        if (each == folder) == (budget == "smoke"):
            shutil.rmtree(each, ignore_errors=True)


def warn_if_large(result: Result) -> Result:
    """Say on stderr where a result is larger than results should be."""
    size = sum(path.stat().st_size for path in result.record.folder.iterdir()) / 1e6
    if size > LARGE_MB:
        print(f"{result.record.name}: {size:.1f} MB are kept; {LARGE_MB} MB suffice as a rule", file=sys.stderr)
    return result
