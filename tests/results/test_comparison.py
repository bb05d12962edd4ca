"""Outputs of two smoke runs compared: what counts as equal, and which difference is named first."""

from dataclasses import dataclass

import numpy
import pytest

from cnnlab.results import Result, Timing, comparison, schema


@dataclass(frozen=True)
class Row:
    epoch: int
    seconds: Timing


@dataclass(frozen=True)
class Curve(Result):
    rows: tuple[Row, ...]
    depths: dict[str, Row]
    total: Timing | None = None


MEASURED = schema.measured_fields(Curve)


def test_times_are_known_by_the_type_at_any_depth():
    assert MEASURED == {"rows[].seconds", "depths.*.seconds", "total"}
    assert comparison.is_measured("rows[12].seconds", MEASURED)
    assert comparison.is_measured("depths.resnet 50.seconds", MEASURED)
    assert not comparison.is_measured("rows[12].epoch", MEASURED)
    assert not comparison.is_measured("rows.seconds", MEASURED)


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ({"rows": [{"epoch": 1, "seconds": 1.0}]}, {"rows": [{"epoch": 1, "seconds": 2.0}]}, None),
        ({"rows": [{"epoch": 1}]}, {"rows": [{"epoch": 2}]}, "rows[0].epoch: 1 before, 2 now"),
        ({"rows": [1, 2]}, {"rows": [1]}, "rows: 2 entries before, 1 now"),
        ({"a": 1, "b": 2}, {"b": 2}, "a: only before"),
        ({"b": 2}, {"b": 2, "a": {"c": 1}}, "a: only now"),
        ({"b": 2}, {"b": 2, "total": 3.0}, None),
        ({"a": 1}, {"a": 1.0}, "a: 1 before, 1.0 now"),
        ({"a": 1}, {"a": True}, "a: 1 before, True now"),
        ({"a": 0.1 + 0.2}, {"a": 0.3}, "a: 0.30000000000000004 before, 0.3 now"),
        ({"a": [1]}, {"a": {"0": 1}}, "a: [1] before, {'0': 1} now"),
        ({"a": 1, "b": 1}, {"a": 2, "b": 2}, "a: 1 before, 2 now"),
    ],
)
def test_fields_are_compared_exactly_but_for_times(before, after, difference):
    assert comparison.different_field(before, after, MEASURED) == difference


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ({"a": numpy.arange(3)}, {"a": numpy.arange(3)}, None),
        ({"a": numpy.float32([1, 2])}, {"a": numpy.float32([1, 3])}, "array a at (1,): 2.0 before, 3.0 now"),
        ({"a": numpy.float32([1])}, {"a": numpy.float64([1])}, "array a: float32 (1,) before, float64 (1,) now"),
        ({"a": numpy.zeros((2, 1))}, {"a": numpy.zeros((1, 2))}, "array a: float64 (2, 1) before, float64 (1, 2) now"),
        ({"a": numpy.zeros(1)}, {"b": numpy.zeros(1)}, "array a: only before"),
        (None, {"b": numpy.zeros(1)}, "arrays.npz: only now"),
        (None, None, None),
    ],
)
def test_arrays_are_compared_with_their_types(tmp_path, before, after, difference):
    files = tmp_path / "before.npz", tmp_path / "after.npz"
    for file, arrays in zip(files, (before, after), strict=True):
        if arrays is not None:
            numpy.savez_compressed(file, **arrays)
    assert comparison.different_array(*files) == difference


def test_files_are_compared_by_their_digests():
    one, other = {"bytes": 1, "sha256": "a"}, {"bytes": 1, "sha256": "b"}
    assert comparison.different_file("picture", {"x.png": one}, {"x.png": one}) is None
    assert comparison.different_file("picture", {"x.png": one}, {"x.png": other}) == "picture x.png: other bytes"
    assert comparison.different_file("large file", {}, {"x.pt": one}) == "large file x.pt: only now"
