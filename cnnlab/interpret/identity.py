"""What a function is and what it was made with, so that a checkpoint can tell it from another."""

from __future__ import annotations

import enum
import functools
import hashlib
import types
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch

PLAIN = (type(None), bool, int, float, complex, str, bytes, range, slice, torch.dtype, torch.device)


def identity(function: Callable) -> str | None:
    """A function's name and a digest of its code and of all that it was made with; None where that cannot be told.

    Told are functions with what they enclose and their defaults, partial ones, methods, and objects by their class and
    attributes. Variables of the module, to which a function refers, are not looked at.
    """
    try:
        content = "\n".join(parts(function, ()))
    except (TypeError, ValueError, AttributeError, RuntimeError):  # no such kind; an empty cell; a tensor without data
        return None
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{name} {hashlib.sha256(content.encode(errors='backslashreplace')).hexdigest()[:12]}"


def parts(value: object, within: tuple[int, ...]) -> Iterator[str]:
    """What makes a value this one, line by line. within: what it is part of. TypeError where it cannot be told."""
    if id(value) in within:
        raise TypeError("it is a part of itself")
    told = leaf(value)
    if told is not None:
        yield told
        return
    name, held = contents(value)
    yield f"{name} of {len(held)}"
    for each in held:
        yield from parts(each, (*within, id(value)))


def leaf(value: object) -> str | None:
    """A plain value, a tensor, or what is found by its name, as a line; None for what is made of other things."""
    if type(value) in PLAIN or value is ...:
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, (np.ndarray, np.generic, torch.Tensor)):
        array = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        if array.dtype.hasobject:
            raise TypeError("objects in an array")
        return f"{array.dtype} {array.shape} {hashlib.sha256(array.tobytes()).hexdigest()}"
    of_module = isinstance(getattr(value, "__self__", None), (types.ModuleType, type(None)))
    if isinstance(value, (type, enum.Enum, types.ModuleType)) or (
        isinstance(value, types.BuiltinFunctionType) and of_module
    ):
        return named(value)
    return None


def contents(value: object) -> tuple[str, list]:
    """A name of the kind of a value, and what it is made of. TypeError for a kind that keeps more than can be seen."""
    if isinstance(value, types.CodeType):
        return "code", [value.co_code, value.co_names, value.co_varnames, value.co_consts]
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        made = [value.__code__, value.__defaults__, value.__kwdefaults__, cells]
        return f"{value.__module__}.{value.__qualname__}", made
    if isinstance(value, types.MethodType):
        return "method", [value.__func__, value.__self__]
    if isinstance(value, functools.partial):
        return "partial", [value.func, value.args, value.keywords]
    if isinstance(value, Mapping):
        return type(value).__name__, [each for pair in value.items() for each in pair]
    if isinstance(value, (set, frozenset)):
        return "set", sorted("\n".join(parts(each, (id(value),))) for each in value)
    if isinstance(value, (list, tuple)):
        return type(value).__name__, list(value)
    if any("__slots__" in vars(each) for each in type(value).__mro__):
        raise TypeError(f"{type(value).__name__} keeps more than its attributes")
    return named(type(value)), [vars(value)]


def named(value: object) -> str:
    """Where a class, a function of C, a member of an enumeration or a module is found. TypeError for a local class."""
    if isinstance(value, enum.Enum):
        return f"{named(type(value))}.{value.name}"
    own = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    name = f"{getattr(value, '__module__', None)}.{own}"
    if "<locals>" in name:
        raise TypeError(f"{name} may be another each time")
    return name
