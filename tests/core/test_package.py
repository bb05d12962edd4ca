"""The package loads nothing that is not needed."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "tensorflow", "keras", "matplotlib", "plotly", "numpy", "pooch", "requests", "IPython", "yaml", "PIL")


@pytest.mark.parametrize("code", ["import cnnlab", "import cnnlab.cli", "from cnnlab import catalog, results, report"])
def test_importing_loads_no_library(code):
    asked = f"import sys; {code}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [["--help"], ["status"]])
def test_help_and_status_load_no_library(words):
    asked = (
        "import sys; from cnnlab import cli\n"
        f"try: cli.main({words})\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_the_experiments_import_without_a_framework():
    asked = (
        "import sys; from cnnlab.results import registry\n"
        "for name in registry.names(): registry.get(name)\n"
        "print([name for name in ('torch', 'tensorflow', 'keras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
