"""Who made a result: machine, versions, commit, seeds, time and memory; kept with it, printed beside it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cnnlab import paths, runtime
from cnnlab.words import Words

LIBRARIES = (
    *("numpy", "scipy", "skimage", "sklearn", "torch", "torchvision", "tensorflow", "keras", "lucent", "captum"),
    *("onnxruntime", "pycocotools"),
)


@dataclass(frozen=True)
class Provenance:
    """Who made a result. seconds: of the run; peak memory in MB, of the process and of the GPU (None without one)."""

    device: Literal["cuda", "mps", "cpu"]
    device_name: str
    cores: int
    precision: Literal["float32", "bfloat16"]
    seeds: list[int]
    versions: dict[str, str]
    commit: str | None
    budget: Literal["smoke", "cpu", "gpu"]
    seconds: float
    resumed: bool
    peak_memory_mb: int
    date: str
    inputs: dict[str, dict]
    peak_device_memory_mb: int | None = None


DEVICES = {"cuda": "CUDA", "mps": "MPS", "cpu": "CPU"}


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that this process has loaded."""
    loaded = {name: version_of(name) for name in LIBRARIES if name in sys.modules}
    return {"python": platform.python_version(), **loaded}


def version_of(name: str) -> str:
    """The version that a module states, or else its package's."""
    return getattr(sys.modules[name], "__version__", None) or importlib.metadata.version(name)


def commit() -> str | None:
    """The commit of the code, with + where `cnnlab/` differs from it; None outside git."""

    def git(*words: str) -> str | None:
        done = subprocess.run(["git", *words], cwd=paths.project_root(), capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    try:
        head = git("rev-parse", "--short=7", "HEAD")
        clean = git("status", "--porcelain", "--", "cnnlab") == ""
        return head and head + ("" if clean else "+")
    except FileNotFoundError:  # there is no git
        return None


def peak_memory_mb(device: str) -> dict[str, int]:
    """The most memory, in MB, that this process has held so far, and that it has held on a GPU."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    peak = {"peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)}
    if device == "cuda" and "torch" in sys.modules:
        peak["peak_device_memory_mb"] = round(sys.modules["torch"].cuda.max_memory_allocated() / 1e6)
    elif device == "cuda" and "tensorflow" in sys.modules:
        info = sys.modules["tensorflow"].config.experimental.get_memory_info("GPU:0")
        peak["peak_device_memory_mb"] = round(info["peak"] / 1e6)
    return peak


def of_run(run, commit: str | None, seconds: float, resumed: bool, options: dict) -> dict:
    """The provenance of a run that has just ended. commit: of the code when it began."""
    stated = options.get("seeds", [options["seed"]] if "seed" in options else [])
    return {
        "device": run.device,
        "device_name": run.device_name,
        "cores": os.cpu_count(),
        "precision": runtime.used_precision(),
        "seeds": stated or sorted(run.seeds),
        "versions": versions(),
        "commit": commit,
        "budget": run.budget,
        "seconds": round(seconds, 1),
        "resumed": resumed,
        **peak_memory_mb(run.device),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def seeds_text(seeds: list[int], words: Words) -> str:
    """ "semilla 7", "semillas 0–2", "seeds 1, 5"; without seeds, that chance plays no part."""
    if not seeds:
        return words("no_seed")
    if len(seeds) == 1:
        return f"{words('seed')} {seeds[0]}"
    run = seeds == list(range(seeds[0], seeds[0] + len(seeds)))
    return f"{words('seeds')} " + (f"{seeds[0]}–{seeds[-1]}" if run else ", ".join(map(str, seeds)))


def short(provenance: Provenance, lang: str) -> str:
    """One line under a figure: "CPU · float32 · semillas 0–2 · 1a2b3c4"."""
    seeds = [seeds_text(provenance.seeds, Words(lang))] if provenance.seeds else []
    commits = [provenance.commit] if provenance.commit else []
    return " · ".join([DEVICES[provenance.device], provenance.precision, *seeds, *commits])
