"""What a function or an object is and what it was made with, so that a checkpoint can tell it from another."""

from __future__ import annotations

import enum
import functools
import hashlib
import sys
import sysconfig
import types
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

import numpy as np
import torch
from PIL import Image

PLAIN = (type(None), bool, int, float, complex, str, range, slice, torch.dtype, torch.device)
LIBRARIES = tuple(Path(sysconfig.get_path(each)).resolve() for each in ("stdlib", "purelib", "platlib"))
WRAPPED = ("__func__", "fget", "func")  # where a method of a class, a property, a cached one keep their function


def identity(value: object) -> str | None:
    """A name and a digest of all that a value was made with; None where that cannot be told.

    Told are arrays, tensors, pictures and plain values; functions by their code, their defaults, what they enclose and
    the functions, classes and plain values of their module that they name; classes by their methods; partial functions;
    objects by their class and attributes. What an installed package or this one defines is told by its name alone, and
    lists and dicts of a module are not looked at.
    """
    content = hashlib.sha256()
    seen: dict[int, tuple[int, object]] = {}
    try:
        for line in parts(value, (), seen):
            content.update(line.encode(errors="backslashreplace") + b"\n")
    except (TypeError, ValueError, AttributeError, RuntimeError):  # no such kind; an empty cell; a tensor without data
        return None
    name = getattr(value, "__qualname__", type(value).__qualname__)
    return f"{name} {content.hexdigest()[:12]}"


def parts(value: object, within: tuple[int, ...], seen: dict[int, tuple[int, object]]) -> Iterator[str]:
    """What makes a value this one, line by line. TypeError where it cannot be told.

    within: what it is part of. seen: functions and classes told before, each with its number.
    """
    if id(value) in seen:
        yield f"number {seen[id(value)][0]}"
        return
    if id(value) in within:
        raise TypeError("it is a part of itself")
    told = leaf(value)
    if told is not None:
        yield told
        return
    if isinstance(value, (types.FunctionType, type)):
        seen[id(value)] = len(seen), value
    name, held = contents(value)
    yield f"{name} of {len(held)}"
    for each in held:
        yield from parts(each, (*within, id(value)), seen)
    if isinstance(value, types.FunctionType):
        yield from named_by(value, within, seen)


def named_by(
    function: types.FunctionType, within: tuple[int, ...], seen: dict[int, tuple[int, object]]
) -> Iterator[str]:
    """The plain values and whatever can be called that a function of no library takes from its module by name."""
    if is_library(function.__module__):
        return
    for name in sorted(names_in(function.__code__)):
        value = function.__globals__.get(name, ...)
        if value is ... or not (type(value) in (*PLAIN, tuple) or callable(value)):
            continue
        try:
            yield "\n".join([name, *parts(value, (*within, id(function)), seen)])
        except (TypeError, ValueError, AttributeError, RuntimeError):
            yield f"{name}, which cannot be told"


def names_in(code: types.CodeType) -> set[str]:
    """The names that code and the functions inside it look up."""
    inner = (names_in(each) for each in code.co_consts if isinstance(each, types.CodeType))
    return set(code.co_names).union(*inner)


def leaf(value: object) -> str | None:
    """A plain value, an array, or what is found by its name, as a line; None for what is made of other things."""
    kind = type(value).__name__
    if type(value) in PLAIN or value is ... or isinstance(value, PurePath):
        return f"{kind} {value!r}"
    if isinstance(value, (bytes, bytearray)):
        return f"{kind} {hashlib.sha256(value).hexdigest()}"
    if isinstance(value, torch.Tensor):
        flat = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
        return f"{value.dtype} {tuple(value.shape)} {hashlib.sha256(flat.data).hexdigest()}"
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.hasobject:
            raise TypeError("objects in an array")
        flat = np.ascontiguousarray(value).reshape(-1).view(np.uint8)
        return f"{value.dtype} {value.shape} {hashlib.sha256(flat.data).hexdigest()}"
    if isinstance(value, Image.Image):
        return f"{value.mode} {value.size} {hashlib.sha256(value.tobytes()).hexdigest()}"
    of_module = isinstance(getattr(value, "__self__", None), (types.ModuleType, type(None)))
    if isinstance(value, (enum.Enum, types.ModuleType)) or (isinstance(value, types.BuiltinFunctionType) and of_module):
        return named(value)
    return named(value) if isinstance(value, type) and is_library(value.__module__) else None


def contents(value: object) -> tuple[str, list]:
    """A name of the kind of a value, and what it is made of. TypeError for a kind that keeps more than can be seen."""
    if isinstance(value, types.CodeType):
        return "code", [value.co_code, value.co_names, value.co_varnames, value.co_consts]
    if isinstance(value, types.FunctionType):
        code, cells = value.__code__, [cell.cell_contents for cell in value.__closure__ or ()]
        if value.__doc__ is not None:
            code = code.replace(co_consts=tuple(each for each in code.co_consts if each != value.__doc__))
        return f"{value.__module__}.{value.__qualname__}", [code, value.__defaults__, value.__kwdefaults__, cells]
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}", [*value.__bases__, *methods(value)]
    if isinstance(value, types.MethodType):
        return "method", [value.__func__, value.__self__]
    if isinstance(value, functools.partial):
        return "partial", [value.func, value.args, value.keywords]
    if isinstance(value, Mapping):
        return type(value).__name__, [each for pair in value.items() for each in pair]
    if isinstance(value, (set, frozenset)):
        return "set", sorted("\n".join(parts(each, (id(value),), {})) for each in value)
    if isinstance(value, (list, tuple)):
        return type(value).__name__, list(value)
    if any("__slots__" in vars(each) for each in type(value).__mro__):
        raise TypeError(f"{type(value).__name__} keeps more than its attributes")
    return type(value).__qualname__, [type(value), vars(value)]


def methods(value: type) -> list:
    """The functions and plain values that a class of no library defines, in their order."""
    found = []
    for name, each in vars(value).items():
        functions = (getattr(each, kind, None) for kind in WRAPPED)
        function = next((one for one in functions if isinstance(one, types.FunctionType)), each)
        if isinstance(function, types.FunctionType) or (type(function) in PLAIN and not name.startswith("__")):
            found += [name, function]
    return found


@functools.cache
def is_library(module: str) -> bool:
    """Whether a module is this package's, an installed one's or Python's: it stays as it is while a training lasts."""
    if module.partition(".")[0] == "cnnlab":
        return True
    if module == "__main__" or module not in sys.modules:  # a script, a notebook, what was made at run time
        return False
    file = getattr(sys.modules[module], "__file__", None)  # None: built in
    return file is None or any(Path(file).resolve().is_relative_to(folder) for folder in LIBRARIES)


def named(value: object) -> str:
    """Where a class, a function of C, a member of an enumeration or a module is found. TypeError for a local class."""
    if isinstance(value, enum.Enum):
        return f"{named(type(value))}.{value.name}"
    own = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    name = f"{getattr(value, '__module__', None)}.{own}"
    if "<locals>" in name:
        raise TypeError(f"{name} may be another each time")
    return name
