"""Smoke runs of a state of the code, and what they leave.

The contract between states of the code: `python -m cnnlab run NAME --budget smoke`, in the project's root, leaves the
result in `.cnnlab/smoke/NAME/`: result.json (its `result`, `key`, `provenance.versions`, `files` and `kept` are read),
arrays.npz and pictures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnnlab import paths
from cnnlab.errors import VerificationError
from cnnlab.results.document import DOCUMENT
from cnnlab.results.store import ARRAYS

LAST_LINES = 12  # of what a failing run printed


@dataclass(frozen=True)
class Outputs:
    """What a smoke run left. fields: plain data; files (pictures), large_files: {name: {"bytes", "sha256"}}."""

    folder: Path
    fields: dict
    options: dict
    inputs: dict
    code: dict
    versions: dict
    files: dict[str, dict]
    large_files: dict[str, dict]


def read(root: Path, name: str) -> Outputs | None:
    """The outputs of the last smoke run of an experiment in a checkout; None where there are none."""
    folder = root / ".cnnlab" / "smoke" / name
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
        key = document["key"]
        return Outputs(
            folder,
            document["result"],
            key["options"],
            key["inputs"],
            key["code"],
            document["provenance"]["versions"],
            {file: entry for file, entry in document["files"].items() if file != ARRAYS},
            document.get("kept", {}),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def run(root: Path, name: str, code: str, options: Mapping | None = None) -> Outputs:
    """Run an experiment's smoke budget in a checkout, in a process of its own.

    code: which it is, for the error. options: of the run, as plain data; by default those of the checkout's own smoke
    budget. Raises VerificationError with the last lines that it printed where it fails.
    """
    words = [f"--set={option}={json.dumps(value)}" for option, value in (options or {}).items()]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["CNNLAB_DATA"] = os.pathsep.join(map(str, paths.data_folders()))
    done = subprocess.run(
        [sys.executable, "-m", "cnnlab", "run", name, "--budget", "smoke", *words],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outputs = read(root, name)
    if done.returncode or outputs is None:
        last = "\n".join(f"  | {line}" for line in done.stdout.strip().splitlines()[-LAST_LINES:])
        raise VerificationError(f"the smoke run of {name!r} fails with {code}, in {root}:\n{last}")
    return outputs
