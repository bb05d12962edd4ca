"""Which code can change a result: digests of modules' syntax trees, found by reading sources, never by importing them.

Docstrings and comments are no part of a digest, nor is the version of Python that reads the source.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PACKAGE = "cnnlab"
SOURCES = Path(__file__).parents[2]  # the folder that holds the package
MACHINERY = ("cnnlab.results", "cnnlab.catalog", "cnnlab.errors", "cnnlab.paths")  # keeps results, does not make them
EXPERIMENTS = "cnnlab.experiments."  # what their `numbers` say changes no result, their own or another's
ALWAYS = "cnnlab.runtime"  # seeds and devices: part of every result


@dataclass(frozen=True)
class Import:
    """A module that is imported; `names` of it, or None for all of it."""

    module: str
    names: tuple[tuple[str, str], ...] | None  # (name in the module, name here)


@dataclass(frozen=True)
class Source:
    """What one module says, read once for each version of its file."""

    digest: str
    imports: tuple[Import, ...]
    passes_on: bool  # a package's __init__ that holds nothing but imports


def closure(module: str, root: Path | None = None) -> dict[str, str]:
    """{module: digest} of a module of the package and of all that it imports, directly or not, functions included.

    {} for a name that is no module. Packages that only pass names on are looked through: who imports a name depends on
    the module that defines it. root: the folder that holds the package; by default that of this one.
    """
    return walk([Import(module, None)], root or SOURCES)


def experiment_closure(module: str, root: Path | None = None) -> dict[str, str]:
    """The closure of an experiment's module: what can change its result.

    Left out are the function `numbers`, its own and that of experiments which it imports, since it only words what was
    computed, with what it alone needs, and the modules
    that keep results, find data and say what went wrong.
    """
    root = root or SOURCES
    own = read(str(path_of(module, root)), module, stamp(path_of(module, root)), without_numbers=True)
    found = walk([*own.imports, Import(ALWAYS, None)], root, MACHINERY)
    return dict(sorted({**found, module: own.digest}.items()))


def digest_of_text(module: str, root: Path | None = None) -> str:
    """Digest of a module's source as it is printed, comments included."""
    path = path_of(module, root or SOURCES)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path else ""


def walk(start: list[Import], root: Path, leave_out: tuple[str, ...] = ()) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting, seen = list(start), set()
    while waiting:
        wanted = waiting.pop()
        path = path_of(wanted.module, root)
        if wanted in seen or path is None or any(f"{wanted.module}.".startswith(f"{each}.") for each in leave_out):
            continue
        seen.add(wanted)
        source = read(str(path), wanted.module, stamp(path), without_numbers=wanted.module.startswith(EXPERIMENTS))
        for name, _ in wanted.names or ():
            waiting.append(Import(f"{wanted.module}.{name}", None))
        if source.passes_on:
            waiting += passed_on(source, wanted)
        else:
            found[wanted.module] = source.digest
            waiting += source.imports
    return dict(sorted(found.items()))


def passed_on(source: Source, wanted: Import) -> Iterator[Import]:
    """Of a package's imports, those that bind the names that are wanted of it."""
    asked = None if wanted.names is None else {name for name, _ in wanted.names}
    for given in source.imports:
        if asked is None or given.names is None:
            yield given
            continue
        names = tuple(pair for pair in given.names if pair[1] in asked)
        if names:
            yield Import(given.module, names)


def path_of(module: str, root: Path) -> Path | None:
    if module.split(".")[0] != PACKAGE:
        return None
    base = root.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=1024)
def read(path: str, module: str, _stamp: tuple, without_numbers: bool = False) -> Source:
    tree = ast.parse(Path(path).read_bytes(), path)
    if without_numbers:
        tree.body = list(without(tree.body, "numbers"))
    content = hashlib.sha256(repr(shape(tree)).encode()).hexdigest()[:16]
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    holds = {type(node) for node in tree.body if not is_text(node) and not is_dunder(node)}
    passes_on = path.endswith("__init__.py") and holds <= {ast.Import, ast.ImportFrom}
    return Source(content, tuple(imports_of(tree, package)), passes_on)


def imports_of(tree: ast.AST, package: str) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            everything = any(alias.name == "*" for alias in node.names)
            names = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
            yield Import(module, None if everything else names)


def shape(node):
    """A syntax tree as nested tuples, without docstrings, places and what is empty: the same in every Python."""
    if isinstance(node, ast.Constant):
        return type(node.value).__name__, repr(node.value)
    if isinstance(node, list):
        return tuple(shape(item) for item in node)
    if not isinstance(node, ast.AST):
        return node
    fields = [type(node).__name__]
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(value, list) and isinstance(node, DOCUMENTED) and value and is_text(value[0]):
            value = value[1:]
        if value is not None and value != [] and name not in ("ctx", "type_comment", "type_ignores"):
            fields.append((name, shape(value)))
    return tuple(fields)


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_dunder(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) and t.id.startswith("__") for t in node.targets)


def without(body: list[ast.stmt], name: str) -> Iterator[ast.stmt]:
    """A module's statements but for the function `name` and the functions and imports that it alone uses."""
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    if name not in functions:
        yield from body
        return
    others = [node for node in body if not isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom))]
    apart = reached([functions[name]], functions)
    kept = reached([*others, *(node for key, node in functions.items() if key not in apart | {name})], functions)
    dropped = (apart - kept) | {name}
    used = {
        word for node in [*others, *(functions[key] for key in functions.keys() - dropped)] for word in words_of(node)
    }
    lost = {word for key in dropped for word in words_of(functions[key])} - used
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            kept_names = [alias for alias in node.names if (alias.asname or alias.name).split(".")[0] not in lost]
            if not kept_names:
                continue
            node.names = kept_names
        elif isinstance(node, ast.FunctionDef) and node.name in dropped:
            continue
        yield node


def reached(start: list[ast.stmt], functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Names of the functions that statements use, directly or not."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        for word in words_of(waiting.pop()) & functions.keys() - found:
            found.add(word)
            waiting.append(functions[word])
    return found


def words_of(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def modules() -> list[str]:
    """The names of the package's modules."""
    files = (SOURCES / PACKAGE).rglob("*.py")
    return sorted(".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__") for path in files)
