"""Smoke runs of two states of the code, and whether their outputs are equal.

The contract between states of the code: `python -m cnnlab run NAME --budget smoke`, in the project's root, leaves the
result in `.cnnlab/smoke/NAME/`: result.json (its `result`, `key` and `files` are read), arrays.npz and pictures.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnnlab import paths
from cnnlab.errors import VerificationError
from cnnlab.results.store import ARRAYS, DOCUMENT

LAST_LINES = 12  # of what a failing run printed


@dataclass(frozen=True)
class Outputs:
    """What a smoke run kept. fields: plain data; large_files: {name: {"bytes", "sha256"}}."""

    folder: Path
    fields: dict
    options: dict
    inputs: dict
    code: dict
    versions: dict
    files: dict[str, dict]
    large_files: dict[str, dict]


def read(root: Path, name: str) -> Outputs | None:
    """The outputs of the last smoke run of an experiment in a checkout; None where there are none."""
    folder = root / ".cnnlab" / "smoke" / name
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
        key = document["key"]
        return Outputs(
            folder,
            document["result"],
            key["options"],
            key["inputs"],
            key["code"],
            document["provenance"]["versions"],
            {file: entry for file, entry in document["files"].items() if file != ARRAYS},
            document.get("kept", {}),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def run(root: Path, name: str, options: Mapping | None = None) -> Outputs:
    """Run an experiment's smoke budget in a checkout, in a process of its own.

    options: of the run, as plain data; by default those of the checkout's own smoke budget. Raises VerificationError
    with the last lines that it printed where it fails.
    """
    words = [f"--set={option}={json.dumps(value)}" for option, value in (options or {}).items()]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["CNNLAB_DATA"] = os.pathsep.join(map(str, paths.data_folders()))
    done = subprocess.run(
        [sys.executable, "-m", "cnnlab", "run", name, "--budget", "smoke", *words],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outputs = read(root, name)
    if done.returncode or outputs is None:
        last = "\n".join(f"  | {line}" for line in done.stdout.strip().splitlines()[-LAST_LINES:])
        raise VerificationError(f"the smoke run of {name!r} fails in {root}:\n{last}", remedy="mend what it reports")
    return outputs


def first_difference(before: Outputs, after: Outputs, measured: frozenset[str]) -> str | None:
    """The first field, array, picture or large file in which two outputs differ, with both values; None for equal ones.

    measured: paths of the fields that each run measures anew, see `schema.measured_fields`.
    """
    return (
        different_field(before.fields, after.fields, measured)
        or different_array(before.folder / ARRAYS, after.folder / ARRAYS)
        or different_file("picture", before.files, after.files)
        or different_file("large file", before.large_files, after.large_files)
    )


def different_field(before, after, measured: frozenset[str], place: str = "") -> str | None:
    if is_measured(place, measured):
        return None
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            inner = f"{place}.{name}".lstrip(".")
            if name not in after or name not in before:
                if is_measured(inner, measured):
                    continue
                return f"{inner}: only {'before' if name in before else 'now'}"
            if found := different_field(before[name], after[name], measured, inner):
                return found
        return None
    if isinstance(before, list) and isinstance(after, list):
        for at, (one, other) in enumerate(zip(before, after, strict=False)):
            if found := different_field(one, other, measured, f"{place}[{at}]"):
                return found
        return None if len(before) == len(after) else f"{place}: {len(before)} entries before, {len(after)} now"
    return None if before == after else f"{place}: {before!r} before, {after!r} now"


def is_measured(place: str, measured: frozenset[str]) -> bool:
    """Whether a field's place, "curve[3].seconds", is one of some paths, "curve[].seconds" or "depths.*.seconds"."""
    return any(
        re.fullmatch(re.escape(path).replace(r"\*", r"[^.\[]+").replace(r"\[\]", r"\[\d+\]"), place)
        for path in measured
    )


def different_array(before: Path, after: Path) -> str | None:
    import numpy

    if not before.exists() and not after.exists():
        return None
    if before.exists() != after.exists():
        return f"{ARRAYS}: only {'before' if before.exists() else 'now'}"
    with numpy.load(before) as old, numpy.load(after) as new:
        for name in sorted({*old.files, *new.files}):
            if name not in old.files or name not in new.files:
                return f"array {name}: only {'before' if name in old.files else 'now'}"
            one, other = old[name], new[name]
            if (one.dtype, one.shape) != (other.dtype, other.shape):
                return f"array {name}: {one.dtype} {one.shape} before, {other.dtype} {other.shape} now"
            if not numpy.array_equal(one, other):
                at = tuple(int(index) for index in numpy.argwhere(one != other)[0])
                return f"array {name} at {at}: {one[at]} before, {other[at]} now"
    return None


def different_file(kind: str, before: dict[str, dict], after: dict[str, dict]) -> str | None:
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            return f"{kind} {name}: only {'before' if name in before else 'now'}"
        if before[name]["sha256"] != after[name]["sha256"]:
            return f"{kind} {name}: other bytes"
    return None


def digest(outputs: Outputs, measured: frozenset[str]) -> str:
    """Digest of what was compared."""

    def without_measured(value, place: str = ""):
        if is_measured(place, measured):
            return None
        if isinstance(value, dict):
            return {name: without_measured(inner, f"{place}.{name}".lstrip(".")) for name, inner in value.items()}
        if isinstance(value, list):
            return [without_measured(inner, f"{place}[{at}]") for at, inner in enumerate(value)]
        return value

    total = hashlib.sha256(json.dumps(without_measured(outputs.fields), sort_keys=True).encode())
    for path in sorted(outputs.folder.iterdir()):
        if path.name != DOCUMENT:
            total.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:16]
