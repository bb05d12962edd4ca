"""Modules of the package as their files say: what each defines and imports, by its syntax tree."""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from cnnlab import paths
from cnnlab.errors import storage

PACKAGE = "cnnlab"
SOURCES = Path(__file__).parents[2]  # the folder that holds the package
BODY = ""  # the name of a module's statements that define nothing


@dataclass(frozen=True)
class Definition:
    """A function, class or constant at the top of a module. names: the dotted names that it mentions."""

    digest: str
    names: tuple[str, ...]
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # made inside it: {name: (module, name)}
    texts: tuple[str, ...] = ()  # text constants that may name a data file


@dataclass(frozen=True)
class Module:
    """What a module defines and imports, by the names that it gives them."""

    definitions: dict[str, Definition]
    imports: dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class Remembered:
    """A module as it was read once. reader, version: digests of what read it and of the file."""

    reader: str
    version: str
    module: Module


def module_path(name: str, root: Path) -> Path | None:
    """The file of a module of the package; a package's stub, which lists its public names, before its __init__."""
    if name.partition(".")[0] != PACKAGE:
        return None
    base = root.joinpath(*name.split("."))
    candidates = (base.with_suffix(".py"), base / "__init__.pyi", base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def modules() -> list[str]:
    """The names of the package's modules."""
    files = (SOURCES / PACKAGE).rglob("*.py")
    return sorted(".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__") for path in files)


def read(path: Path, name: str, memory: Path | None = None) -> Module:
    """What a module defines and imports. memory: a folder that remembers it for a file of this content.

    The file itself is read every time, so that a recorder of what a process reads (`cnnlab.recorder`) sees it.
    """
    text = path.read_bytes()
    version = hashlib.sha256(text).hexdigest()
    kept = memory / f"{name}-{path.suffix[1:]}.json" if memory else None
    found = remembered(kept, version) if kept else None
    if found is None:
        found = Remembered(reader_version(), version, module_of(text, path, name))
        if kept:
            with storage(kept.parent):
                kept.parent.mkdir(exist_ok=True)
            paths.write_atomically(kept, msgspec.json.encode(found))
    return found.module


def remembered(path: Path, version: str) -> Remembered | None:
    """What a file of the memory says of a module; None where it says it of another content, or was left damaged."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return None
    return found if (found.reader, found.version) == (reader_version(), version) else None


@lru_cache(maxsize=1)
def reader_version() -> str:
    """Changes with the way in which modules are read."""
    return hashlib.sha256(Path(__file__).read_bytes() + platform.python_version().encode()).hexdigest()


def module_of(text: bytes, path: Path, name: str) -> Module:
    """The module `name` with this text, of the file at `path`."""
    tree = ast.parse(text, path)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    imports = dict(bound_imports(tree.body, package))
    groups: dict[str, list[ast.stmt]] = {}
    for node in statements(tree.body):
        for defined in names_defined(node):
            groups.setdefault(defined, []).append(node)
    return Module({key: definition_of(nodes, imports, package) for key, nodes in groups.items()}, imports)


# ---- reading a syntax tree


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """A module's statements without its imports, its docstrings and what only type checkers read."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from node.orelse
        elif not isinstance(node, (ast.Import, ast.ImportFrom)) and not is_text(node):
            yield node


def names_defined(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module defines; BODY for one that defines none."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    simple = all(isinstance(target, (ast.Name, ast.Tuple)) for target in targets)
    return names if names and simple else [BODY]


def definition_of(nodes: list[ast.stmt], imports: dict, package: str) -> Definition:
    """The definition that some statements make. imports: of their module; package: that holds the module."""
    reader = Reader(package)
    shapes = [reader.shape(node) for node in nodes]
    outside = sorted(
        f"{name}={'.'.join(filter(None, target))}"
        for name in {dotted.partition(".")[0] for dotted in reader.names}
        for target in [reader.imports.get(name) or imports.get(name)]
        if target and target[0].partition(".")[0] != PACKAGE
    )
    digest = hashlib.sha256(repr((shapes, outside)).encode()).hexdigest()[:16]
    return Definition(digest, tuple(sorted(reader.names)), reader.imports, tuple(sorted(reader.texts)))


class Reader:
    """Reads statements as nested tuples, the same in every Python, and notes the names and texts in them."""

    def __init__(self, package: str):
        self.package = package
        self.names: set[str] = set()
        self.texts: set[str] = set()
        self.imports: dict[str, tuple[str, str | None]] = {}

    def shape(self, node):
        if isinstance(node, list):
            return tuple(self.shape(item) for item in node)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports |= bound_imports([node], self.package)
            return ()  # what is imported is told by the names that use it
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and "." in node.value and len(node.value) < 100:
                self.texts.add(node.value)
            return type(node.value).__name__, repr(node.value)
        if isinstance(node, ast.Raise):
            return "Raise", self.shape(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        if not isinstance(node, ast.AST):
            return node
        if dotted := dotted_name(node):
            self.names.add(dotted)
            return "Name", dotted
        return (type(node).__name__, *((name, self.shape(value)) for name, value in parts(node)))


UNUSED = ("ctx", "type_comment", "annotation", "returns", "type_params", "simple")


def parts(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The fields of a node that can change what it computes."""
    for name, value in ast.iter_fields(node):
        if name in UNUSED or value in (None, []) or (name == "msg" and isinstance(node, ast.Assert)):
            continue
        if name == "body" and isinstance(value, list):
            value = [each for each in value if not is_text(each)]
        if name == "decorator_list":
            value = [each for each in value if not is_registration(each)]
        yield name, value


def is_registration(decorator: ast.expr) -> bool:
    """Whether it is `@experiment(…)`: options, data and weights are in a result's key themselves."""
    return isinstance(decorator, ast.Call) and dotted_name(decorator.func) == "experiment"


def dotted_name(node: ast.AST) -> str | None:
    """ "a.b.c" for a name or a chain of attributes of a name, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted_name(node.value)):
        return f"{before}.{node.attr}"
    return None


def is_text(node: ast.AST) -> bool:
    """Whether a statement is a text alone: a docstring, or a remark below a constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def bound_imports(body: list[ast.stmt], package: str) -> dict[str, tuple[str, str | None]]:
    """{name here: (module, name in it or None for the module itself)} of all imports in some statements."""
    found: dict[str, tuple[str, str | None]] = {}
    for node in (part for statement in body for part in imports_in(statement)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = (alias.name if alias.asname else top, None)
        else:
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: (module, alias.name) for alias in node.names}
    return found


def imports_in(node: ast.stmt) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports of a statement, not those inside functions and classes."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node
    elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.stmt):
                yield from imports_in(inner)
