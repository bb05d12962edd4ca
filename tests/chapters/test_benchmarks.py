"""Ratios of times that the chapters print as text are those that the benchmarks wrote."""

import json
import re

import pytest

from cnnlab import paths

ROOT = paths.project_root()
FOLDERS = ("chapters", "chapters/en")


def kept_and_told(folder, chapter, benchmark):
    """What a benchmark wrote, the sentences behind its name in a chapter, and their numbers with one decimal."""
    kept = json.loads((ROOT / "benchmarks" / f"{benchmark}.json").read_text(encoding="utf-8"))
    text = (ROOT / folder / f"{chapter}.qmd").read_text(encoding="utf-8")
    (told,) = re.findall(rf"`benchmarks/{benchmark}\.py`:[^\n]*", text)
    assert kept["machine"].endswith("2 cores")
    return kept, told, [float(each.replace(",", ".")) for each in re.findall(r"\b\d+[.,]\d\b", told)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_times_of_channels_are_those_measured(folder):
    kept, told, numbers = kept_and_told(folder, "a07-canales", "channels")
    ratio, alone, together = kept["ratio"], "render_vis", "render_vis, batch"
    medians = [ratio[precision][of]["median"] for of in (alone, together) for precision in ("float32", "bfloat16")]
    ends = [ratio["float32"][alone][end] for end in ("least", "most")]
    assert numbers == [round(each, 1) for each in (*medians, *ends)] and len(kept["seconds"][alone]) == 3
    assert re.findall(r"\b(\d+) (?:pasos|steps|píxeles|pixels)\b", told) == [str(kept["steps"]), str(kept["size"])]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_times_of_occlusion_are_those_measured(folder):
    kept, told, numbers = kept_and_told(folder, "l6-por-dentro", "occlusion")
    both = [kept[name]["ratio"] for name in ("resnet50", "squeezenet1_1")]
    assert numbers == [round(each[precision]["median"], 1) for each in both for precision in ("float32", "bfloat16")]
    assert all(len(kept[name]["seconds"]["captum"]) == 5 for name in ("resnet50", "squeezenet1_1"))
    assert max(kept[name]["difference"]["float32"] for name in ("resnet50", "squeezenet1_1")) < 1e-4
    (correlation,) = re.findall(r"\b0[.,](\d{3})\b", told)
    assert int(correlation) == round(1000 * kept["resnet50"]["rank_correlation"]["bfloat16"])
    assert {str(kept["window"]), str(kept["stride"])} <= set(re.findall(r"\b\d+\b", told))
