"""Ratios of times that the chapters print as text are those that the benchmarks wrote."""

import json
import re

import pytest

from cnnlab import paths

ROOT = paths.project_root()
CHAPTERS = ("chapters/a07-canales.qmd", "chapters/en/a07-canales.qmd")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_times_of_channels_are_those_measured(chapter):
    kept = json.loads((ROOT / "benchmarks" / "channels.json").read_text(encoding="utf-8"))
    ratio, alone, together = kept["ratio"], "render_vis", "render_vis, batch"
    told = [ratio[precision][of]["median"] for of in (alone, together) for precision in ("float32", "bfloat16")]
    told += [ratio["float32"][alone]["least"], ratio["float32"][alone]["most"]]
    text = (ROOT / chapter).read_text(encoding="utf-8")
    (sentence,) = re.findall(r"`benchmarks/channels\.py`:[^\n]*", text)
    numbers = [float(each.replace(",", ".")) for each in re.findall(r"\b\d+[.,]\d\b", sentence)]
    assert numbers == [round(each, 1) for each in told]
    assert kept["machine"].endswith("2 cores") and len(kept["seconds"][alone]) == 3
    assert re.findall(r"\b(\d+) (?:pasos|steps|píxeles|pixels)\b", sentence) == [str(kept["steps"]), str(kept["size"])]
