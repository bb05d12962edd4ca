"""Digests of the code that can change a result: syntax trees without docstrings and comments, of all that a module imports.

Imports are found by reading sources, also those inside functions; nothing is imported.
"""
from __future__ import annotations

import ast
import functools
import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
NOT_OF_THE_RESULT = ("numbers",)  # functions of an experiment's module that only say how the prose prints its numbers


def path_of(module: str) -> Path | None:
    """The source of a module of this package, e.g. "cnnlab.nets.resnet_keras"; None for any other name."""
    parts = module.split(".")
    if parts[0] != PACKAGE.name:
        return None
    base = PACKAGE.joinpath(*parts[1:])
    for path in (base.with_suffix(".py") if len(parts) > 1 else base / "__init__.py", base / "__init__.py"):
        if path.is_file():
            return path
    return None


def digest_of_text(module: str) -> str:
    """Digest of a module's source as written, comments included: for chapters that print it."""
    path = path_of(module)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path else "missing"


def closure(module: str) -> dict[str, str]:
    """{module: digest} of the modules of this package that `module` imports, directly or not, itself included."""
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = path_of(name)
        if path is None or name in found:
            continue
        stat = path.stat()
        found[name], imported = _read(path, name, stat.st_mtime_ns, stat.st_size)
        waiting += imported
    return found


@functools.lru_cache(maxsize=512)
def _read(path: Path, module: str, _mtime: int, _size: int) -> tuple[str, tuple[str, ...]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name in NOT_OF_THE_RESULT)]
    names = _imported(tree, module if path.name == "__init__.py" else module.rpartition(".")[0])
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16], names


def _imported(tree: ast.Module, package: str) -> tuple[str, ...]:
    """Modules that a tree imports. A name of a package that re-exports is followed to where it is defined."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, [".".join(package.split(".")[:len(package.split(".")) - node.level + 1]) if node.level else "", node.module]))
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                names.add(inner if path_of(inner) else _defined_in(base, alias.name))
    return tuple(sorted(name for name in names if path_of(name)))


def _defined_in(module: str, name: str) -> str:
    path = path_of(module)
    if path is None or path.name != "__init__.py":
        return module
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and any((alias.asname or alias.name) == name for alias in node.names):
            return node.module
    return module
