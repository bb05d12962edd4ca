"""Whether a kept result still is what its code, options and inputs would give, and if not, what changed."""
from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from cnnlab import paths
from cnnlab.errors import MissingResult, ResultTrouble
from cnnlab.results import code
from cnnlab.results.experiment import Experiment, find, names, plain
from cnnlab.results.store import read


@dataclass(frozen=True)
class Status:
    """State of a result: "fresh", "stale" or "missing", and the reasons, a line each."""

    name: str
    state: str
    reasons: tuple[str, ...] = ()


def code_of(experiment: Experiment) -> dict[str, str]:
    """Digests of the modules that can change the result: the store and the words of messages cannot."""
    neutral = ("cnnlab.results", "cnnlab.words", "cnnlab.errors", "cnnlab.paths", "cnnlab.catalog", "cnnlab.runtime")
    return {name: value for name, value in code.closure(experiment.module).items() if name != "cnnlab" and not name.startswith(neutral)}


def key_of(experiment: Experiment, options) -> str:
    """Key of an experiment's checkpoints: its options and code."""
    values = [plain(dataclasses.asdict(options), "options"), sorted(code_of(experiment).items())]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def why(name: str) -> Status:
    """State of one result, with what changed since it was kept."""
    experiment = find(name)
    try:
        content = read(name)
    except MissingResult:
        return Status(name, "missing", (f"never computed: cnnlab run {name}",))
    except ResultTrouble as trouble:
        return Status(name, "stale", (str(trouble),))
    reasons = [*_options(experiment, content), *_inputs(content), *_code(experiment, content)]
    return Status(name, "stale" if reasons else "fresh", tuple(reasons))


def _options(experiment: Experiment, content: dict):
    budget = content["provenance"]["budget"]
    now = plain(dataclasses.asdict(experiment.options_for(budget)), "options")
    for key in sorted({*now, *content["options"]}):
        before, after = content["options"].get(key), now.get(key)
        if before != after:
            yield f"option {key} is {after!r}, was {before!r} (budget {budget})"


def _inputs(content: dict):
    from cnnlab import catalog

    for kind in ("data", "weights"):
        for name, source in content["provenance"][kind].items():
            now = catalog.digest(name, source["variant"])
            if now != source["digest"]:
                yield f"{kind} {name} ({source['variant']}) is {now or 'no longer in the catalogue'}, was {source['digest']}"


def _code(experiment: Experiment, content: dict):
    now, before = code_of(experiment), content["code"]
    for module in sorted({*now, *before}):
        if now.get(module) != before.get(module):
            yield f"code of {module} {'changed' if module in now and module in before else 'is new' if module in now else 'is no longer used'}"


def holds(experiment: Experiment, budget: str) -> bool:
    """Whether what is kept is fresh and of this budget."""
    try:
        return read(experiment.name)["provenance"]["budget"] == budget and why(experiment.name).state == "fresh"
    except ResultTrouble:
        return False


def status() -> list[Status]:
    """State of every experiment's result, in the order of names."""
    return [why(name) for name in names()]


def digest(name: str) -> str:
    """Digest of a kept result's files, by their names, sizes and times; "missing" where there is none."""
    folder = paths.figures_dir() / name
    if not folder.is_dir():
        return "missing"
    return hashlib.sha256(b"".join(path.name.encode() + hashlib.sha256(path.read_bytes()).digest() for path in sorted(folder.iterdir()) if path.is_file())).hexdigest()
