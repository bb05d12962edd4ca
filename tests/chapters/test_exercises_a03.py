"""The listings under "Qué probar después" of a03-primera-etapa run as they are printed."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [ROOT / "chapters" / folder / "a03-primera-etapa.qmd" for folder in ("", "en")]


def printed(label: str) -> list[str]:
    """The lines that the code of a listing prints; it is the same code in both languages."""
    pattern = re.compile(rf"^```{{#{label} .*?\n(.*?)^```$", re.M | re.S)
    spanish, english = (pattern.search(path.read_text(encoding="utf-8"))[1] for path in CHAPTERS)
    assert spanish == english
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(spanish, label, "exec"), {})
    return out.getvalue().splitlines()


@pytest.mark.keras
def test_shapes_of_the_handout_and_of_ours():
    lines = printed("lst-relleno")
    assert "(109, 109, 64)" in lines[1] and sum("(56, 56, 256)" in line for line in lines) > 3


def test_sides_for_other_inputs():
    lines = printed("lst-lados-otros")
    assert lines[4] == "224 54 56 [27, 28] [14, 14]"
