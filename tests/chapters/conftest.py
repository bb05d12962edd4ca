"""Listings of the chapters, run as they are printed."""

import contextlib
import io
import re
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
def printed(tmp_path, monkeypatch):
    """The lines that code prints, run in the project's folder; downloads and caches go to the test's."""

    def lines(code: str) -> list[str]:
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("CNNLAB_CACHE", str(tmp_path))
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "listing", "exec"), {"__name__": "__main__"})
        return out.getvalue().splitlines()

    return lines
