"""What a benchmark says of the machine that it ran on."""

import importlib.metadata
import os
import platform

from cnnlab.runtime import processor


def about_machine(packages: tuple[str, ...]) -> dict:
    return {
        "machine": f"{platform.system()}, {processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
    }
