"""Listings of the chapters, run as they are printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def listing():
    """The code of a chapter's listing, which is the same in both languages, with parts of it replaced.

    less: pairs (printed, smaller), so that there is less to compute.
    """

    def code(chapter: str, label: str, *less: tuple[str, str]) -> str:
        pattern = re.compile(rf"^```{{#{label} .*?\n(.*?)^```$", re.M | re.S)
        texts = [(ROOT / "chapters" / folder / f"{chapter}.qmd").read_text(encoding="utf-8") for folder in ("", "en")]
        spanish, english = (pattern.search(text)[1] for text in texts)
        assert spanish == english
        for printed, smaller in less:
            assert printed in spanish, printed
            spanish = spanish.replace(printed, smaller)
        return spanish

    return code


@pytest.fixture
def printed(tmp_path):
    """The lines that code prints, run in the project's folder by a Python of its own; its cache is the test's folder.

    Listings change a module's constants, as a reader would; the next test must not see that.
    """

    def lines(code: str) -> list[str]:
        settings = dict(PYTHONPATH=str(ROOT), CNNLAB_CACHE=str(tmp_path), TF_CPP_MIN_LOG_LEVEL="3")
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.splitlines()

    return lines
