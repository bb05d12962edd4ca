"""Whether a kept result still is what its experiment would compute, and if not, what has changed.

A result depends on its options, on the files that it read and on the definitions that can change it: its key, kept
with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cnnlab import catalog, paths
from cnnlab.errors import ExperimentError, MissingResultError, OptionError, ResultError, storage
from cnnlab.results import definitions, registry
from cnnlab.results.document import Input
from cnnlab.results.registry import Experiment
from cnnlab.results.schema import Result
from cnnlab.results.store import Record, load

STATES = {
    "fresh": "nothing that it depends on has changed",
    "verified": "code has changed since, and cnnlab verify has shown that the change makes no difference",
    "stale": "an option or a file has changed, or a verification found a difference",
    "unverified": "code has changed, and nobody has verified it",
    "missing": "it has never been computed",
}
UP_TO_DATE = ("fresh", "verified")


@dataclass(frozen=True)
class Status:
    """The state of an experiment's result, one of STATES. reasons: why it is not up to date. remedy: what to do."""

    name: str
    state: str
    reasons: list[str] = field(default_factory=list)
    result: Result | None = None
    remedy: str | None = None

    def __post_init__(self):
        if self.remedy is None and self.state not in UP_TO_DATE:
            command = "verify" if self.state == "unverified" else "run"
            object.__setattr__(self, "remedy", f"cnnlab {command} {self.name}")


def key(experiment: Experiment, options: dict, inputs: Mapping[str, Input]) -> dict:
    """All that a result depends on. options: as plain data; inputs: {name: {"variant", "sha256"}}."""
    return {"options": options, "inputs": inputs, "code": definitions.experiment_definitions(experiment)}


def status(names: list[str] | None = None) -> list[Status]:
    """The status of all experiments, or of those named; one on which others depend stands before them.

    Raises OptionError for an unknown name.
    """
    package = definitions.todays_package()
    return [status_of(name, package) for name in in_order(registry.names() if names is None else names)]


def in_order(names: list[str]) -> list[str]:
    """Each name once, after those among them on which it depends."""
    wanted, ordered = list(dict.fromkeys(names)), []

    def place(name: str, dependents: tuple[str, ...] = ()) -> None:
        if name in dependents:
            raise OptionError(f"experiments depend on each other in a circle: {', '.join((*dependents, name))}")
        try:
            others = registry.get(name).depends_on
        except ExperimentError:
            others = ()  # the status of that experiment reports it
        for other in others:
            place(other, (*dependents, name))
        if name in wanted and name not in ordered:
            ordered.append(name)

    for name in wanted:
        place(name)
    return ordered


def status_of(name: str, package: definitions.Package | None = None) -> Status:
    """The status of one experiment. package: the sources of today, where they have been read already."""
    try:
        experiment = registry.get(name)
        result = load(name)
    except MissingResultError:
        return Status(name, "missing", ["it has never been computed here"])
    except (ExperimentError, ResultError) as error:
        return Status(name, "stale", [error.what], remedy=error.remedy)
    changed = changed_options(experiment, result.record) + changed_inputs(experiment, result.record)
    if changed:
        return Status(name, "stale", changed, result)
    code = definitions.experiment_definitions(experiment, package)
    if changed := [*renamed_options(experiment, result.record), *changed_code(result.record.key["code"], code)]:
        field_differs = remembered_difference(name, code)
        if field_differs:
            return Status(name, "stale", [f"verification differs: {field_differs}"], result)
        return Status(name, "unverified", changed, result)
    return Status(name, "verified" if result.record.attestations else "fresh", [], result)


# ---- what has changed


def changed_options(experiment: Experiment, record: Record) -> list[str]:
    """Options whose value has changed, in words."""
    kept, now = both_options(experiment, record)
    changed = (name for name in sorted(kept.keys() & now.keys()) if kept[name] != now[name])
    return [f"option {name}: was {kept[name]}, is {now[name]}" for name in changed]


def renamed_options(experiment: Experiment, record: Record) -> list[str]:
    """Options that one side lacks, in words: whether the results differ for it is for verification to show."""
    kept, now = both_options(experiment, record)
    return [f"option {name}: {'no longer there' if name in kept else 'new'}" for name in sorted(kept.keys() ^ now)]


def both_options(experiment: Experiment, record: Record) -> tuple[dict, dict]:
    """The options that were kept and those of today, by dotted names: {"recipe.epochs": 30}."""
    now = experiment.plain_options(record.provenance.budget)
    return dict(flat(record.key["options"])), dict(flat(now))


def flat(options: Mapping, before: str = "") -> Iterator[tuple[str, object]]:
    """Options by dotted names, those of nested dataclasses too, also where they stand in lists."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        elif isinstance(value, (list, tuple)) and any(isinstance(each, (Mapping, list, tuple)) for each in value):
            yield f"{before}{name}.length", len(value)
            yield from flat({str(place): each for place, each in enumerate(value)}, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def changed_inputs(experiment: Experiment, record: Record) -> list[str]:
    """Data, weights and results of others that have changed, in words."""
    kept = record.key["inputs"]
    now = inputs_now(experiment, kept)
    out = []
    for name in sorted(kept.keys() | now.keys()):
        before, after = kept.get(name), now.get(name)
        if before is None or after is None:
            out.append(f"{name}: {'now read' if before is None else 'no longer read'}")
        elif before != after:
            out.append(f"{name} ({before['variant']}): its files are no longer the ones that were read")
    return out


def inputs_now(experiment: Experiment, kept: Mapping[str, Input]) -> dict[str, Input]:
    """For each declared name the variant that was read, with the digest that the catalogue gives it today."""
    out: dict[str, Input] = {}
    for name in (*experiment.data, *experiment.weights):
        before = kept.get(name, {"variant": None, "sha256": None})
        today = catalog.digests(name)
        variant = before["variant"] or ""
        out[name] = {"variant": before["variant"], "sha256": today.get(variant, "gone") or before["sha256"]}
    for name in experiment.depends_on:
        try:
            out[name] = input_of(load(name))
        except ResultError:  # the status of that result reports it
            out |= {name: kept[name]} if name in kept else {}
    return out


def input_of(result: Result) -> Input:
    """A result as another's input: the digest of its large files."""
    digests = sorted(f"{file} {entry['sha256']}" for file, entry in result.record.large_files.items())
    return {"variant": "computed", "sha256": hashlib.sha256("\n".join(digests).encode()).hexdigest()}


def changed_code(kept: dict[str, str], now: dict[str, str]) -> list[str]:
    """Definitions that were added, removed or changed, by module: "code cnnlab.x: changed f, g; new h"."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for place in sorted(kept.keys() | now.keys()):
        if kept.get(place) != now.get(place):
            kind = "new" if place not in kept else "gone" if place not in now else "changed"
            module, _, name = place.partition(":")
            kinds.setdefault(module, {}).setdefault(kind, []).append(name or "the file")
    return [
        f"code {module}: " + "; ".join(f"{kind} {', '.join(found[kind])}" for kind in sorted(found))
        for module, found in kinds.items()
    ]


# ---- verifications that found a difference, remembered on this machine


def remember_difference(name: str, code: dict[str, str], difference: str) -> None:
    """Remember, on this machine, in what a verification of this code differed."""
    folder = paths.project_cache() / "verification"
    with storage(folder):
        folder.mkdir(exist_ok=True)
    paths.write_atomically(folder / f"{name}.json", json.dumps({"code": code, "difference": difference}))


def remembered_difference(name: str, code: dict[str, str]) -> str | None:
    """The first field in which the last verification of exactly this code differed; None where none is known."""
    try:
        remembered = json.loads((paths.project_cache() / "verification" / f"{name}.json").read_text(encoding="utf-8"))
        return remembered["difference"] if remembered["code"] == code else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
