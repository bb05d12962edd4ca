"""Whether a kept result still is what its experiment would compute, and if not, what has changed.

A result depends on its options, on the files that it read and on the code that can change it; each is kept beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cnnlab import catalog
from cnnlab.errors import MissingResultError, ResultError
from cnnlab.results import code, registry
from cnnlab.results.registry import Experiment
from cnnlab.results.schema import Result
from cnnlab.results.store import load


@dataclass(frozen=True)
class Status:
    """An experiment's standing: `state` is fresh, stale or missing; `reasons` say why it is not fresh."""

    name: str
    state: str
    reasons: list[str] = field(default_factory=list)
    result: Result | None = None


def key(experiment: Experiment, budget: str, inputs: dict[str, dict]) -> dict:
    """All that a result of this experiment depends on. inputs: {name: {"variant", "sha256"}} of data and weights."""
    return {
        "options": experiment.plain_options(budget),
        "inputs": inputs,
        "code": code.experiment_closure(experiment.module),
    }


def status(names: list[str] | None = None) -> list[Status]:
    """The standing of all experiments, or of those named; one that others need stands before them."""
    return [standing(name) for name in in_order(registry.names() if names is None else names)]


def in_order(names: list[str]) -> list[str]:
    """Each name once, after those among them that it needs."""
    wanted, ordered = list(dict.fromkeys(names)), []

    def place(name: str) -> None:
        for each in registry.get(name).needs:
            place(each)
        if name in wanted and name not in ordered:
            ordered.append(name)

    for name in wanted:
        place(name)
    return ordered


def why(name: str) -> list[str]:
    """What has changed since an experiment's result was kept; [] for a fresh one."""
    return standing(name).reasons


def standing(name: str) -> Status:
    experiment = registry.get(name)
    try:
        kept = load(name)
        reasons = changes(experiment, kept)
    except MissingResultError:
        return Status(name, "missing", ["it has never been computed here"])
    except ResultError as error:
        return Status(name, "stale", [error.what])
    return Status(name, "stale" if reasons else "fresh", reasons, kept)


def changes(experiment: Experiment, kept: Result) -> list[str]:
    """What differs between what a result was made from and what there is now, in words."""
    old = kept.record.key
    now = key(experiment, kept.provenance.budget, inputs_now(experiment, old["inputs"]))
    out = []
    for name in sorted(old["options"].keys() | now["options"].keys()):
        before, after = (str(side["options"].get(name, "not there")) for side in (old, now))
        if before != after:
            out.append(f"option {name}: was {before}, is {after}")
    for name in sorted(old["inputs"].keys() | now["inputs"].keys()):
        before, after = old["inputs"].get(name), now["inputs"].get(name)
        if before is None or after is None:
            out.append(f"{name}: {'now read' if before is None else 'no longer read'}")
        elif before != after:
            out.append(f"{name} ({before['variant']}): its files are no longer the ones that were read")
    for name in sorted(old["code"].keys() | now["code"].keys()):
        before, after = old["code"].get(name), now["code"].get(name)
        if before != after:
            out.append(
                f"code {name}: "
                + ("now imported" if before is None else "no longer imported" if after is None else "changed")
            )
    return out


def inputs_now(experiment: Experiment, old: dict[str, dict]) -> dict[str, dict]:
    """For each declared name the variant that was read, with the digest that the catalogue gives it today."""
    out = {}
    for name in (*experiment.data, *experiment.weights):
        before = old.get(name, {"variant": None, "sha256": None})
        today = catalog.digests(name)
        out[name] = {"variant": before["variant"], "sha256": today.get(before["variant"], "gone") or before["sha256"]}
    for name in experiment.needs:
        try:
            out[name] = input_of(load(name))
        except ResultError:
            continue  # it says itself what is wrong with it
    return out


def input_of(result: Result) -> dict:
    """What a result that another needs is to it: the digest of its large files."""
    digests = sorted(f"{file} {each['sha256']}" for file, each in result.record.large_files.items())
    return {"variant": "computed", "sha256": hashlib.sha256("\n".join(digests).encode()).hexdigest()}
