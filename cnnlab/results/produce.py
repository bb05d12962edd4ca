"""Computing an experiment and keeping what it gives."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from pathlib import Path

import msgspec

from cnnlab import catalog, paths, runtime
from cnnlab.errors import DataError, EngineError, MissingResultError, storage
from cnnlab.results import freshness, kept, provenance, registry
from cnnlab.results.registry import Experiment
from cnnlab.results.run import Run, clear_staging
from cnnlab.results.schema import Result
from cnnlab.results.store import load, plain, put

BIG_MB = 2  # a result's usual limit; all of figures/ is to stay under 40


def results(name: str) -> Result:
    """The kept result, or else computed where this machine can; MissingResultError says what is lacking where not."""
    try:
        return load(name)
    except MissingResultError as missing:
        try:
            return compute(name)
        except (EngineError, DataError) as lack:
            raise MissingResultError(
                f"{missing.what}, and it cannot be computed here: {lack.what}",
                remedy=f"{lack.remedy}; then {missing.remedy}",
            ) from lack


def compute(name: str, budget: str | None = None, force: bool = False) -> Result:
    """Compute an experiment and keep its result in `figures/`; a fresh one is given back as it is, unless `force`.

    budget: by default that of the kept result while it is fresh, else what the device affords. A "smoke" run only shows
    that the experiment works: its result is kept in the workshop, never in `figures/`.
    """
    experiment = registry.get(name)
    if budget is not None:
        experiment.options_for(budget)  # an unknown budget says so before anything is imported
    with paths.lock(f"result-{name}"):
        ready = None if force or budget == "smoke" else fresh(name, budget)
        return ready or work(experiment, budget, force)


def fresh(name: str, budget: str | None) -> Result | None:
    standing = freshness.standing(name)
    right = standing.state == "fresh" and budget in (None, standing.result.provenance.budget)
    return standing.result if right else None


def work(experiment: Experiment, budget: str | None, force: bool) -> Result:
    name = experiment.name
    device = runtime.start(experiment.engine)
    budget = budget or ("cpu" if device.kind == "cpu" else "gpu")
    found = {each: catalog.find(each) for each in (*experiment.data, *experiment.weights)}
    needed = {each: kept.needed(each, budget) for each in experiment.needs}
    inputs = {each: {"variant": one.variant, "sha256": one.sha256} for each, one in found.items()}
    inputs |= {each: freshness.input_of(one) for each, one in needed.items()}
    key = freshness.key(experiment, budget, inputs)
    checkpoints, resumed = checkpoint_folder(name, key, force)
    run = Run(name, budget, device, experiment.options_for(budget), clear_staging(name), checkpoints, found, needed)
    begin = time.monotonic()
    value = plain(msgspec.to_builtins(experiment.function(run.options, run)), name)
    document = {
        "experiment": name,
        "key": key,
        "provenance": {**provenance.of_run(run, time.monotonic() - begin, resumed, key["options"]), "inputs": inputs},
        "result": value,
        "arrays": run.write_arrays(),
        "kept": run.kept,
    }
    target = (paths.project_cache() / "smoke" if budget == "smoke" else paths.figures_dir()) / name
    put(run.staging, document, target)
    kept.remove_others(name)
    remove_checkpoints(checkpoints, budget)
    return weighed(load(name, target))


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


def weighed(result: Result) -> Result:
    """Say where a result is larger than it should be."""
    size = sum(path.stat().st_size for path in result.record.folder.iterdir()) / 1e6
    if size > BIG_MB:
        print(f"{result.record.name}: {size:.1f} MB are kept; {BIG_MB} MB are enough as a rule", file=sys.stderr)
    return result
