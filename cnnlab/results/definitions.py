"""Which definitions can change a result: found by reading sources, never by importing them.

From an experiment's function the names that it mentions are followed, through imports and modules' attributes, to the
functions, classes and constants of the package that they stand for. A definition's digest is that of its syntax tree
without docstrings, comments, annotations and the words of exceptions, with the full names of what it takes from other
libraries; it is the same in every version of Python.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cnnlab.results.registry import Experiment

PACKAGE = "cnnlab"
SOURCES = Path(__file__).parents[2]  # the folder that holds the package
STORES = ("cnnlab.results", "cnnlab.catalog", "cnnlab.errors", "cnnlab.paths")  # they keep, find and say, nothing else
SETUP = (("cnnlab.runtime", "seed"), ("cnnlab.runtime", "ENVIRONMENT"))  # part of every result
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


def experiment_definitions(experiment: Experiment, root: Path | None = None) -> dict[str, str]:
    """The definitions that can change an experiment's result: those reached from its function, options and type."""
    parts = (experiment.function, experiment.options, experiment.result)
    return reachable([*((each.__module__, each.__name__) for each in parts), *SETUP], root)


def reachable(start: Iterable[tuple[str, str]], root: Path | None = None) -> dict[str, str]:
    """{"module:name" or a data file's path: digest} of the definitions reached from `start`, pairs (module, name).

    root: the folder that holds the package. Raises KeyError for a start that is not defined.
    """
    sources = Sources(root or SOURCES)
    found: dict[str, str] = {}
    waiting = [*start]
    while waiting:
        module, name = waiting.pop()
        key = f"{module}:{name}"
        if key in found or module.startswith(STORES) or sources.module(module) is None:
            continue
        definition = sources.module(module).definitions[name]
        found[key] = definition.digest
        if name != BODY and BODY in sources.module(module).definitions:
            waiting.append((module, BODY))
        waiting += sources.mentioned(module, definition)
        found |= sources.data_files(module, definition)
    return dict(sorted(found.items()))


class Sources:
    """The package's modules below a folder, read when they are asked for."""

    def __init__(self, root: Path):
        self.root = root
        self.modules: dict[str, Module | None] = {}

    def module(self, name: str) -> Module | None:
        if name not in self.modules:
            path = module_path(name, self.root)
            self.modules[name] = read(path, name) if path else None
        return self.modules[name]

    def mentioned(self, module: str, definition: Definition) -> Iterator[tuple[str, str]]:
        """The definitions of the package for which a definition's names stand."""
        here = self.module(module)
        for dotted in definition.names:
            first, *rest = dotted.split(".")
            if target := definition.imports.get(first) or here.imports.get(first):
                yield from self.imported(*target, rest)
            elif first in here.definitions:
                yield module, first

    def imported(self, module: str, name: str | None, rest: list[str]) -> Iterator[tuple[str, str]]:
        """What `rest`, attributes of the module or of the name imported from it, stands for."""
        names = [*([name] if name else []), *rest]
        while names and module_path(f"{module}.{names[0]}", self.root):
            module, names = f"{module}.{names[0]}", names[1:]
        source = self.module(module)
        if source is None:
            return
        if names and names[0] in source.definitions:
            yield module, names[0]
        elif names and names[0] in source.imports:  # passed on by a package's __init__
            yield from self.imported(*source.imports[names[0]], names[1:])
        else:
            yield from ((module, each) for each in source.definitions)

    def data_files(self, module: str, definition: Definition) -> dict[str, str]:
        """{path: digest} of the files beside a module that a definition names."""
        folder = module_path(module, self.root).parent
        files = (folder / text for text in definition.texts)
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in files
            if path.is_file()
        }


# ---- reading a module


def module_path(name: str, root: Path) -> Path | None:
    """The file of a module of the package; a package's stub, which lists its public names, before its __init__."""
    if name.partition(".")[0] != PACKAGE:
        return None
    base = root.joinpath(*name.split("."))
    candidates = (base.with_suffix(".py"), base / "__init__.pyi", base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def read(path: Path, name: str) -> Module:
    """A module's summary, made once for each version of its file in a process."""
    stat = path.stat()
    return _read(path, name, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=1024)
def _read(path: Path, name: str, _version: tuple[int, int]) -> Module:
    tree = ast.parse(path.read_bytes(), path)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    imports = dict(bound_imports(tree.body, package))
    groups: dict[str, list[ast.stmt]] = {}
    for node in statements(tree.body):
        for defined in names_defined(node):
            groups.setdefault(defined, []).append(node)
    return Module({key: definition_of(nodes, imports, package) for key, nodes in groups.items()}, imports)


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


def parts(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The fields of a node that can change what it computes."""
    for name, value in ast.iter_fields(node):
        if name in ("ctx", "type_comment", "annotation", "returns", "type_params", "simple") or value in (None, []):
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


def modules() -> list[str]:
    """The names of the package's modules."""
    files = (SOURCES / PACKAGE).rglob("*.py")
    return sorted(".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__") for path in files)
