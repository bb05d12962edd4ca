"""Whether the outputs of two smoke runs are equal, and if not, where they differ first.

Everything is compared exactly: fields, arrays with their types, the bytes of pictures and of large files. Only times
that every run measures anew are left out (`schema.Timing`).
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from cnnlab import paths
from cnnlab.results.document import DOCUMENT
from cnnlab.results.smoke import Outputs
from cnnlab.results.store import ARRAYS


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
    """The first field in which plain data differ, with both values: "test.accuracy: 0.5 before, 0.6 now"."""
    if is_measured(place, measured):
        return None
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            inner = f"{place}.{name}".lstrip(".")
            if is_measured(inner, measured):
                continue
            if name not in before or name not in after:
                return only(inner, name in before)
            if found := different_field(before[name], after[name], measured, inner):
                return found
        return None
    if isinstance(before, list) and isinstance(after, list):
        for at, (one, other) in enumerate(zip(before, after, strict=False)):
            if found := different_field(one, other, measured, f"{place}[{at}]"):
                return found
        return None if len(before) == len(after) else f"{place}: {len(before)} entries before, {len(after)} now"
    same = type(before) is type(after) and before == after  # 1, 1.0 and True are three values
    return None if same else f"{place}: {before!r} before, {after!r} now"


def is_measured(place: str, measured: frozenset[str]) -> bool:
    """Whether a field's place, "curve[3].seconds", is one of some paths, "curve[].seconds" or "depths.*.seconds"."""
    return any(
        re.fullmatch(re.escape(path).replace(r"\*", r"[^.\[]+").replace(r"\[\]", r"\[\d+\]"), place)
        for path in measured
    )


def different_array(before: Path, after: Path) -> str | None:
    """The first array, in two files, that differs in type, shape or a value."""
    import numpy

    if not before.exists() and not after.exists():
        return None
    if before.exists() != after.exists():
        return only(ARRAYS, before.exists())
    with numpy.load(before) as old, numpy.load(after) as new:
        for name in sorted({*old.files, *new.files}):
            if name not in old.files or name not in new.files:
                return only(f"array {name}", name in old.files)
            one, other = old[name], new[name]
            if (one.dtype, one.shape) != (other.dtype, other.shape):
                return f"array {name}: {one.dtype} {one.shape} before, {other.dtype} {other.shape} now"
            if not numpy.array_equal(one, other):
                at = tuple(int(index) for index in numpy.argwhere(one != other)[0])
                return f"array {name} at {at}: {one[at]} before, {other[at]} now"
    return None


def different_file(kind: str, before: dict[str, dict], after: dict[str, dict]) -> str | None:
    """The first of some files, {name: {"bytes", "sha256"}}, that only one side has or that has other bytes."""
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            return only(f"{kind} {name}", name in before)
        if before[name]["sha256"] != after[name]["sha256"]:
            return f"{kind} {name}: other bytes"
    return None


def only(what: str, before: bool) -> str:
    """The words for what only one side has."""
    return f"{what}: only {'before' if before else 'now'}"


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
            total.update(f"{path.name} {paths.file_digest(path)}\n".encode())
    for name, entry in sorted(outputs.large_files.items()):
        total.update(f"{name} {entry['sha256']}\n".encode())
    return total.hexdigest()[:16]
