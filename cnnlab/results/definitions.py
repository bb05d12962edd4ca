"""Which definitions can change a result: found by reading sources, never by importing them.

From an experiment's function the names that it mentions are followed, through imports and modules' attributes, to the
functions, classes and constants of the package that they stand for. A definition's digest is that of its syntax tree
without docstrings, comments, annotations and the words of exceptions, with the full names of what it takes from other
libraries; it is the same in every version of Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from cnnlab import paths
from cnnlab.results.registry import Experiment
from cnnlab.results.sources import BODY, SOURCES, Definition, Module, module_path, read

STORES = ("cnnlab.results", "cnnlab.catalog", "cnnlab.errors", "cnnlab.paths")  # they keep, find and say, nothing else
SETUP = (("cnnlab.runtime", "seed"), ("cnnlab.runtime", "ENVIRONMENT"))  # part of every result


def experiment_definitions(experiment: Experiment, package: Package | None = None) -> dict[str, str]:
    """The definitions that can change an experiment's result: those reached from its function, options and type.

    package: the sources; by default today's, read now. Several experiments share one, so that each file is read once.
    """
    parts = (experiment.function, experiment.options, experiment.result)
    start = [*((each.__module__, each.__name__) for each in parts), *SETUP]
    return reachable(start, package or todays_package())


def todays_package() -> Package:
    """The package's sources as they are now; what they define is remembered in the project's cache."""
    return Package(SOURCES, paths.project_cache() / "definitions")


def reachable(start: Iterable[tuple[str, str]], package: Package) -> dict[str, str]:
    """{"module:name" or a data file's path: digest} of the definitions reached from `start`, pairs (module, name).

    Raises KeyError for a start that is not defined.
    """
    found: dict[str, str] = {}
    waiting = [*start]
    while waiting:
        module, name = waiting.pop()
        key = f"{module}:{name}"
        source = package.module(module)
        if key in found or source is None or is_store(module):
            continue
        definition = source.definitions[name]
        found[key] = definition.digest
        if name != BODY and BODY in source.definitions:
            waiting.append((module, BODY))
        waiting += package.mentioned(module, definition)
        found |= package.data_files(module, definition)
    return dict(sorted(found.items()))


def is_store(module: str) -> bool:
    """Whether a module is one of STORES or lies in one."""
    return any(module == store or module.startswith(f"{store}.") for store in STORES)


class Package:
    """The package's modules below `root`, the folder that holds it; each is read when it is first asked for.

    memory: a folder that remembers, from one process to the next, what a module of this content defines.
    """

    def __init__(self, root: Path, memory: Path | None = None):
        self.root, self.memory = root, memory
        self.paths: dict[str, Path | None] = {}
        self.modules: dict[str, Module | None] = {}

    def path(self, name: str) -> Path | None:
        """The file of a module; None for one that is not the package's."""
        if name not in self.paths:
            self.paths[name] = module_path(name, self.root)
        return self.paths[name]

    def module(self, name: str) -> Module | None:
        """What a module defines and imports; None for one that is not the package's."""
        if name not in self.modules:
            path = self.path(name)
            self.modules[name] = read(path, name, self.memory) if path else None
        return self.modules[name]

    def mentioned(self, module: str, definition: Definition) -> Iterator[tuple[str, str]]:
        """The definitions of the package for which a definition's names stand."""
        here = self.module(module)
        if here is None:
            return
        for dotted in definition.names:
            first, *rest = dotted.split(".")
            if target := definition.imports.get(first) or here.imports.get(first):
                yield from self.imported(target, rest)
            elif first in here.definitions:
                yield module, first

    def imported(self, target: tuple[str, str | None], rest: list[str]) -> Iterator[tuple[str, str]]:
        """What `rest`, attributes of the module or of the name imported from it, stands for."""
        module, name = target
        names = [*([name] if name else []), *rest]
        while names and self.path(f"{module}.{names[0]}"):
            module, names = f"{module}.{names[0]}", names[1:]
        source = self.module(module)
        if source is None:
            return
        if names and names[0] in source.definitions:
            yield module, names[0]
        elif names and names[0] in source.imports:  # passed on by a package's __init__
            yield from self.imported(source.imports[names[0]], names[1:])
        else:
            yield from ((module, each) for each in source.definitions)

    def data_files(self, module: str, definition: Definition) -> dict[str, str]:
        """{path: digest} of the files beside a module, or below its folder, that a definition names."""
        beside = self.path(module)
        if beside is None:
            return {}
        folder = beside.parent
        files = (folder / text for text in definition.texts)
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in files
            if path.is_relative_to(folder) and path.is_file()
        }
