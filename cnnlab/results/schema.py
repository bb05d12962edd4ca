"""Types of results: what an experiment keeps is declared, and checked when it is kept and when it is read."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from cnnlab.errors import OptionError, ResultError

if TYPE_CHECKING:
    from cnnlab.results.store import Arrays, Record

MEASURED = "measured"
Timing = Annotated[float, msgspec.Meta(extra={MEASURED: True})]
"""A time or rate measured while computing: two runs of the same code differ in it, so verification leaves it out."""


class Result:
    """Base of the types of results, which are frozen dataclasses.

    A kept result has, beside its own fields, `options`, `provenance`, `arrays` and `picture(name)`; no field of a type
    may bear one of these names.
    """

    @property
    def record(self) -> Record:
        """All that is kept with the fields: name, folder, files, key, provenance, arrays."""
        return vars(self)["_record"]

    @property
    def options(self) -> Any:
        """The options with which it was computed."""
        return self.record.options

    @property
    def provenance(self) -> Any:
        """Device, versions, commit, seeds, time and memory of the run that computed it."""
        return self.record.provenance

    @property
    def arrays(self) -> Arrays:
        """The arrays of numbers by name, each read from its file when it is asked for."""
        return self.record.arrays

    def picture(self, name: str) -> Path:
        """The file of a picture that the experiment kept."""
        return self.record.picture(name)


def is_frozen(kind: type) -> bool:
    """Whether a type is a frozen dataclass."""
    return dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


RESERVED = ("record", "options", "provenance", "arrays", "picture")


def check_type(result: type, experiment: str) -> None:
    """Raise OptionError unless `result` is a frozen dataclass derived from Result without fields of reserved names."""
    if not (is_frozen(result) and issubclass(result, Result)):
        raise OptionError(
            f"experiment {experiment!r}: its result type {result.__name__} is not a frozen dataclass of Result",
            remedy="@dataclass(frozen=True) class NAME(Result): …",
        )
    for field in dataclasses.fields(result):  # type: ignore[arg-type]
        if field.name in RESERVED:
            raise OptionError(
                f"experiment {experiment!r}: a result's field may not be called {field.name!r}",
                allowed=f"any other name than {', '.join(RESERVED)}",
            )


def from_plain(kind: type, value: object, where: str, remedy: str | None = None) -> Any:
    """Plain data as an instance of `kind`. Numbers are not turned into text nor text into numbers.

    Raises ResultError, with `where` and `remedy`, for the first field that does not fit or that the type does not have.
    """
    try:
        made: Any = msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        said = str(error).replace("`$.", "`")
        raise ResultError(f"{where} does not fit {kind.__name__}: {said}", remedy=remedy) from None
    lost = difference(value, msgspec.to_builtins(made))
    if lost:
        raise ResultError(f"{where} does not fit {kind.__name__}: it has no field {lost}", remedy=remedy)
    return made


def difference(given, declared, place: str = "") -> str | None:
    """The place of the first field of `given` that `declared`, read from it, does not have."""
    if isinstance(given, dict):
        for key, inner in given.items():
            if key not in declared:
                return f"{place}.{key}".lstrip(".")
            if found := difference(inner, declared[key], f"{place}.{key}"):
                return found
    elif isinstance(given, (list, tuple)):
        for at, (one, other) in enumerate(zip(given, declared, strict=True)):
            if found := difference(one, other, f"{place}[{at}]"):
                return found
    return None


def measured_fields(kind: type) -> frozenset[str]:
    """Paths, as "curve[].seconds", of the fields of a result type that are measured anew by each run."""
    found: set[str] = set()

    def walk(node, place: str) -> None:
        inspect = msgspec.inspect
        if isinstance(node, inspect.Metadata):
            if (node.extra or {}).get(MEASURED):
                found.add(place.lstrip("."))
            walk(node.type, place)
        elif isinstance(node, (inspect.DataclassType, inspect.TypedDictType)):
            for field in node.fields:
                walk(field.type, f"{place}.{field.name}")
        elif isinstance(node, inspect.DictType):
            walk(node.value_type, f"{place}.*")
        elif isinstance(node, (inspect.VarTupleType, inspect.ListType)):
            walk(node.item_type, f"{place}[]")
        elif isinstance(node, inspect.TupleType):
            for at, item in enumerate(node.item_types):
                walk(item, f"{place}[{at}]")
        elif isinstance(node, inspect.UnionType):
            for item in node.types:
                walk(item, place)

    walk(msgspec.inspect.type_info(kind), "")
    return frozenset(found)
