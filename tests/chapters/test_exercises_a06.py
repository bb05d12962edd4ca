"""The listings under "Qué probar después" of a06-red run as they are printed, and give what the chapter says."""

import re

import pytest

from cnnlab import results

CHAPTER = "a06-red"


@pytest.mark.keras
def test_moving_the_stride_costs_three_stages_the_same(listing, printed):
    told = [
        re.fullmatch(r"stride in the (\dx\d), (conv\d)_x: ([\d,]+) MACs", line)
        for line in printed(listing(CHAPTER, "lst-paso"))
    ]
    ways = [(stride_in, f"conv{stage}") for stride_in in ("1x1", "3x3") for stage in range(2, 6)]
    assert [each.groups()[:2] for each in told] == ways
    counts = [int(each[3].replace(",", "")) for each in told]
    kept = results.load("resnet")
    assert counts[:4] == [stage.multiply_adds for stage in kept.depths["50"].stages[1:5]]
    more = [after - before for before, after in zip(counts[:4], counts[4:], strict=True)]
    assert more[0] == 0 and more[1] == more[2] == more[3]
    assert sum(more) == kept.stride_in_3x3 - kept.stride_in_1x1


@pytest.mark.keras
@pytest.mark.data("resnet50_v1_keras.fp16.safetensors")
def test_without_its_towers_the_rocket_is_another_class(listing, printed):
    whole, covered = (
        {line[:20].strip(): float(line[20:]) for line in part.splitlines()}
        for part in "\n".join(printed(listing(CHAPTER, "lst-tapar"))).strip().split("\n\n")
    )
    kept = next(photo for photo in results.load("imagenet").photos if photo.name == "rocket")
    assert list(whole) == [best.label for best in kept.top]
    assert covered.get("drilling platform", 0) < whole["drilling platform"]


@pytest.mark.keras
def test_widened_networks_have_the_printed_cost(listing, printed):
    kept = results.load("resnet")
    lines = printed(listing(CHAPTER, "lst-ancho"))
    assert [line.partition(":")[0] for line in lines] == ["ResNet-152", "WIDTHS doubled", "and EXPANSION 2"]
    deep, every, inner = (map(int, re.findall(r": (\d+)", line)) for line in lines)
    assert tuple(deep) == (kept.depths["152"].parameters, kept.depths["152"].multiply_adds)
    for name, cost in (("all", every), ("inner", inner)):
        assert tuple(cost) == (kept.widened[name].parameters, kept.widened[name].multiply_adds)
