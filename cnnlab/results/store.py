"""The kept results on disk: `figures/NAME/` with result.json (numbers, options, provenance), arrays.npz and pictures."""
from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from cnnlab import paths, runtime
from cnnlab.errors import MissingResult, ResultTrouble, nearest, storage

FORMAT = 1


class Values(Mapping):
    """A dictionary whose keys are attributes too: `r.full.accuracy`, `r["full"]["accuracy"]`. Lists stay lists (of Values)."""

    def __init__(self, values: dict, where: str):
        self._values, self._where = values, where

    def __getitem__(self, key: str) -> Any:
        try:
            return _wrapped(self._values[key], f"{self._where}.{key}")
        except KeyError:
            raise ResultTrouble(f"{self._where} has no {key!r}", allowed=", ".join(map(str, self._values)), remedy=nearest(key, map(str, self._values))) from None

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(key)
        return self[key]

    def __contains__(self, key) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"{self._where}: {self._values!r}"


def _wrapped(value, where: str):
    if isinstance(value, dict):
        return Values(value, where)
    if isinstance(value, list):
        return [_wrapped(inner, f"{where}[{n}]") for n, inner in enumerate(value)]
    return value


class Result(Values):
    """A kept result: its numbers as attributes, `arrays`, pictures by name, and `provenance`."""

    def __init__(self, name: str, folder: Path, content: dict):
        super().__init__(content["values"], name)
        self._folder, self._provenance = folder, content["provenance"]

    @property
    def name(self) -> str:
        return self._where

    @property
    def provenance(self) -> Values:
        return Values(self._provenance, f"{self._where}.provenance")

    @cached_property
    def arrays(self) -> dict:
        """All arrays of arrays.npz by name; read without pickles."""
        import numpy

        path = self._folder / "arrays.npz"
        try:
            with numpy.load(path, allow_pickle=False) as archive:
                return {key: archive[key] for key in archive.files}
        except FileNotFoundError:
            raise ResultTrouble(f"result {self._where!r} keeps no arrays", remedy=f"cnnlab run {self._where} --force") from None
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise damaged(path, self._where, error) from error

    def picture(self, name: str) -> Path:
        """Path of a kept picture or drawing."""
        kept = {path.stem: path for path in self._folder.iterdir() if path.suffix in (".webp", ".png", ".svg")}
        if name not in kept:
            raise ResultTrouble(f"result {self._where!r} keeps no picture {name!r}", allowed=", ".join(sorted(kept)) or "none", remedy=nearest(name, kept))
        return kept[name]


def load(name: str) -> Result:
    """The kept result of an experiment. MissingResult where there is none, ResultTrouble where its file is damaged."""
    return Result(name, paths.figures_dir() / name, read(name))


def read(name: str) -> dict:
    """The content of a result.json: values, options, provenance, code."""
    path = paths.figures_dir() / name / "result.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT or not isinstance(content["values"], dict) or not isinstance(content["provenance"], dict):
            raise ValueError(f"format {content['format']}")
        return content
    except FileNotFoundError:
        from cnnlab.results.experiment import names

        raise MissingResult(f"result {name!r} is missing", remedy=nearest(name, [n for n in names() if n != name]) if name not in names() else f"cnnlab run {name}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, name, error) from error


def damaged(path: Path, name: str, error: Exception) -> ResultTrouble:
    return ResultTrouble(f"{path.relative_to(paths.project_root())} is damaged ({type(error).__name__}: {error})", remedy=f"git checkout -- figures/{name}, or cnnlab run {name} --force")


def results(name: str) -> Result:
    """The kept result; where there is none, compute it first."""
    from cnnlab.results.experiment import compute

    try:
        return load(name)
    except MissingResult:
        compute(name)
        return load(name)


def keep(experiment, run, values: dict, seconds: float, code: dict[str, str]) -> None:
    """Put a finished run in place of what was kept before, at once."""
    import numpy

    from cnnlab.results.experiment import as_json, plain

    provenance = runtime.provenance(experiment.engine) | {
        "seeds": run.seeds, "seconds": round(seconds, 1), "budget": run.budget, "data": run.sources["data"], "weights": run.sources["weights"],
    }
    content = {"format": FORMAT, "name": experiment.name, "values": plain(values, experiment.name), "options": plain(dataclasses.asdict(run.options), "options"), "provenance": provenance, "code": code}
    with storage(run.folder):
        if run.arrays:
            with open(run.folder / "arrays.npz", "wb") as file:
                numpy.savez_compressed(file, **run.arrays)
        (run.folder / "result.json").write_text(as_json(content), encoding="utf-8")
        run.folder.chmod(0o755)
    paths.replace_folder(run.folder, paths.figures_dir() / experiment.name)
