"""The listings under "Qué probar después" of a08-flores run as they are printed, on the kept results."""

import contextlib
import io
import re
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [ROOT / "chapters" / folder / "a08-flores.qmd" for folder in ("", "en")]


def printed(label: str) -> str:
    """What the code of a listing prints; it is the same code in both languages."""
    pattern = re.compile(rf"^```{{#{label} .*?\n(.*?)^```$", re.M | re.S)
    spanish, english = (pattern.search(path.read_text(encoding="utf-8"))[1] for path in CHAPTERS)
    assert spanish == english
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(spanish, label, "exec"), {})
    return out.getvalue()


def test_two_classifiers_on_the_same_photos():
    from cnnlab.results import load

    test, difference = printed("lst-flores-pares").splitlines()
    first, second = (int(number) for number in re.findall(r"only=(\d+)", test))
    value = float(re.search(r"value=(\S+),", difference)[1])
    photos = sum(row.count for row in load("flowers_finetuned").reliability)
    assert abs((first - second) / photos - value) < 1e-9 and first > 0 and second > 0


def test_accuracy_rises_with_the_threshold_while_fewer_photos_are_answered():
    rows = [[float(number) for number in line.split()] for line in printed("lst-flores-umbral").splitlines()]
    assert [row[0] for row in rows] == [0, 0.5, 0.8, 0.95] and rows[0][1] == 1
    assert all(before[1] > after[1] and before[2] < after[2] for before, after in pairwise(rows))
