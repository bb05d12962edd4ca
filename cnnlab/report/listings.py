"""Source code of the package as listings: read from the files, never imported, so that no framework is needed."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from cnnlab.errors import OptionError, nearest
from cnnlab.results import sources


def listing(module: str, names: Iterable[str]) -> str:
    """The source of functions, classes and constants of a module, in the order of `names`, two empty lines apart.

    Raises OptionError for a module, or a name in it, that does not exist.
    """
    path = sources.module_path(module, sources.SOURCES)
    if path is None:
        raise OptionError(f"there is no module {module!r}", remedy=nearest(module, sources.modules()))
    text = path.read_text(encoding="utf-8")
    lines, spans = text.splitlines(), dict(_definitions(ast.parse(text)))
    for name in names:
        if name not in spans:
            raise OptionError(f"module {module} defines no {name!r}", allowed=spans, remedy=nearest(name, spans))
    return "\n\n\n".join("\n".join(lines[spans[name][0] - 1 : spans[name][1]]) for name in names)


def _definitions(tree: ast.Module) -> Iterable[tuple[str, tuple[int, int]]]:
    """(name, (first line, last line)) of what a module defines, decorators included."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, (first, node.end_lineno or first)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, (node.lineno, node.end_lineno or node.lineno)
