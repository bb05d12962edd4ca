"""Where and how numbers are computed: device, seeds, and how much is done. Part of what every result depends on.

An experiment names its engine; only that framework is imported. (TensorFlow and torch in one process end in a crash:
the command line gives every experiment a process of its own.)
"""

from __future__ import annotations

import importlib
import os
import platform
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cnnlab.errors import INSTALL, EngineError, OptionError

BUDGETS = (
    "smoke",
    "cpu",
    "gpu",
)  # seconds on any machine, to see that it works; what a CPU affords; what a GPU affords
ENGINES = (None, "tensorflow", "torch", "onnxruntime")

# Read by the frameworks when they are imported: no start-up lines, and sums in the same order on every run.
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "KERAS_BACKEND": "tensorflow"}


@dataclass(frozen=True)
class Device:
    """`kind`: cuda, mps or cpu; `name`: as its maker calls it."""

    kind: str
    name: str


def start(engine: str | None) -> Device:
    """Import an engine and say on what it computes. EngineError where it is not installed or does not load."""
    if engine not in ENGINES:
        raise OptionError(f"engine {engine!r}", allowed=ENGINES)
    if engine is None:
        return Device("cpu", processor())
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        framework = importlib.import_module(engine)
    except ImportError as error:
        raise EngineError(f"{engine} cannot be imported: {error}", remedy=INSTALL) from error
    devices = {"torch": torch_device, "tensorflow": tensorflow_device}
    return devices[engine](framework) if engine in devices else Device("cpu", processor())


def torch_device(torch) -> Device:
    """The device on which torch computes by default here: CUDA, else MPS, else the CPU."""
    if torch.cuda.is_available():
        return Device("cuda", torch.cuda.get_device_name())
    if torch.backends.mps.is_available():
        return Device("mps", processor())
    return Device("cpu", processor())


def tensorflow_device(tensorflow) -> Device:
    """The device on which TensorFlow computes by default here."""
    gpus = tensorflow.config.list_physical_devices("GPU")
    if not gpus:
        return Device("cpu", processor())
    name = tensorflow.config.experimental.get_device_details(gpus[0]).get("device_name") or processor()
    return Device("mps" if sys.platform == "darwin" else "cuda", name)


USED_PRECISIONS: set[str] = set()  # by the autocast contexts that this process has entered


def autocast(device: str, precision: str | None = None):
    """Context in which torch computes convolutions and products in `precision`; by default the fastest of `device`.

    device: cuda, mps or cpu. precision: "bfloat16" or "float32". What is used is noted for the provenance of results.
    """
    import torch

    precision = precision or fastest_precision(device)
    USED_PRECISIONS.add(precision)
    return torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16")


def fastest_precision(device: str) -> str:
    """ "bfloat16" where a device has instructions for products in it, else "float32"."""
    import torch

    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    able = torch.cpu.get_capabilities()
    return "bfloat16" if device == "cpu" and (able.get("avx512_bf16") or able.get("amx_bf16")) else "float32"


def used_precision() -> str:
    """The lowest precision in which this process has computed so far."""
    return "bfloat16" if "bfloat16" in USED_PRECISIONS else "float32"


def seed(number: int) -> None:
    """Seed Python, numpy and the frameworks that this process has loaded."""
    import numpy

    random.seed(number)
    numpy.random.seed(number)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(number)
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(number)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(number)


def processor() -> str:
    """The name of this machine's processor."""
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()
