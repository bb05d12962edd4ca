"""`cnnlab doctor`: frameworks and their devices, data, weights, folders of this machine; how to get what is missing."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from cnnlab import catalog, paths, runtime
from cnnlab.errors import INSTALL

# Each framework in a process of its own: TensorFlow and torch crash in one, and one that fails must not end the report.
PROBE = (
    "import sys; from cnnlab import runtime; device = runtime.start(sys.argv[1]); "
    "print(sys.modules[sys.argv[1]].__version__, device.kind, device.name, sep='|')"
)
SECONDS = 120


def examine() -> int:
    """Print all of it. Returns 0, the exit status: rendering needs none of what may be missing."""
    print(f"python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores, {runtime.processor()}")
    print("\nFrameworks (needed to compute, not to render)")
    for line in frameworks():
        print(f"  {line}")
    print("\nFolders")
    print(f"  project      {paths.project_root()}")
    print(f"  cache        {paths.user_cache()} ({free(paths.user_cache()):.0f} GB free)")
    print(f"  CNNLAB_DATA  {', '.join(map(str, paths.data_folders())) or 'not set'}")
    for folder in paths.data_folders():
        if not folder.is_dir():
            print(f"               {folder} does not exist: CNNLAB_DATA names folders that hold data/ and weights/")
    for title, entries in (("Data", catalog.DATA), ("Weights", catalog.WEIGHTS)):
        print(f"\n{title}")
        width = max(map(len, entries))
        for name in entries:
            print(f"  {line_of(catalog.state(name), width)}")
    print("\nWithout a network: put the files into data/NAME/ or weights/ of a folder that CNNLAB_DATA names.")
    return 0


def frameworks() -> list[str]:
    """A line for each framework: its version and device, or how to install it."""
    engines = [engine for engine in runtime.ENGINES if engine]
    running = {
        engine: subprocess.Popen(
            [sys.executable, "-c", PROBE, engine],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        for engine in engines
        if importlib.util.find_spec(engine)
    }
    lines = []
    for engine in engines:
        if engine not in running:
            lines.append(f"· {engine:<11} is not installed: {INSTALL}")
            continue
        try:
            out, err = running[engine].communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            running[engine].kill()
            lines.append(f"! {engine:<11} does not load in {SECONDS} s")
            continue
        if running[engine].returncode:
            lines.append(f"! {engine:<11} does not load: {(err.strip().splitlines() or ['no message'])[-1]}")
        else:
            version, kind, name = out.strip().splitlines()[-1].split("|")
            lines.append(f"✓ {engine:<11} {version}, on {kind}: {name}")
    return lines


def line_of(state: catalog.State, width: int) -> str:
    """The line of a data set or of weights; width: of the column of names, in characters."""
    name = f"{state.entry.name:<{width}}"
    if state.place == "missing":
        return f"· {name}  missing: {state.remedy}"
    if state.doubt:
        return f"! {name}  {state.place} ({state.variant}): {state.path}: {state.doubt}; {state.remedy}"
    return f"✓ {name}  {state.place} ({state.variant}): {state.path}"


def free(folder: Path) -> float:
    """Free space in GB (10⁹ bytes) on the disk of a folder, which may not exist yet."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free / 1e9
