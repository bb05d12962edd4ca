"""The experiments of a07-canales with random weights and synthetic photos."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytestmark = pytest.mark.torch
CHAPTERS = Path(__file__).parents[2] / "chapters"
STAGES = ("early", "middle", "late")


def cells(width, height, cell=64, gap=12):
    return (width * (cell + gap) - gap, height * (cell + gap) - gap)


def sizes(kept):
    return {name: picture.size for name, picture in kept.pictures.items()}


def test_channels_are_drawn_at_random_rendered_and_found_in_photos(smoke, written, drawn_coco, drawn_flowers, weights):
    data = dict(coco=drawn_coco, flowers102=drawn_flowers, **weights)
    values, kept = smoke("channels", dict(count=16, sides=(48, 32, 32), windows=(32, 24, 24)), **data)
    assert sizes(kept) == {
        **dict.fromkeys(STAGES, cells(4, 3, 256)),
        **{f"{stage}_sheet": cells(8, 2, 160) for stage in STAGES},
    }
    assert (values.photos, values.flowers, values.steps) == (4 + 2 + 3, 3, 2)
    assert [(each.stage, each.layer, each.of) for each in values.stages] == [
        *(("early", "layer1.2", 256), ("middle", "layer2.3", 512), ("late", "layer4.1", 2048)),
    ]
    for stage in values.stages:
        channels = [each.channel for each in stage.channels]
        assert len(set(channels)) == 16 and channels == sorted(channels)
        assert all(0 <= each.selectivity <= 1 and each.drawn >= 0 <= each.photos for each in stage.channels)
        most = sorted((each.selectivity for each in stage.channels), reverse=True)
        assert [each.selectivity for each in stage.shown] == most[:3]
        for each in stage.shown:
            assert any(each.channel == one.channel and each.drawn == one.drawn for one in stage.channels)
            assert len(each.credits) == len(each.sources) == len(each.ranks) == len(set(each.credits)) == 3
            assert 1 <= min(each.ranks) and max(each.ranks) <= 9
            assert set(each.sources) <= {"scikit-image", "coco", "flowers"}
    numbers = written("channels", values)
    assert (numbers["photos"], numbers["flowers"], numbers["flowers_share"][1]) == (("9", "9"), ("3", "3"), "33%")
    assert numbers["drawn"] == ("16", "16") and numbers["late_of"] == ("2048", "2,048")
    assert numbers["late_3"][1] == str(values.stages[2].shown[2].channel)
    assert numbers["late_3_selectivity"][1] == f"{values.stages[2].shown[2].selectivity:.2f}"
    times = [each.drawn / each.photos for each in values.stages[1].channels if each.photos]
    assert (numbers["middle_least"][1], numbers["middle_most"][1]) == (f"{min(times):.1f}", f"{max(times):.1f}")
    ranks = [rank for stage in values.stages for each in stage.shown for rank in each.ranks]
    assert numbers["farthest_rank"][1] == str(max(ranks)) and "credits" in numbers


def test_the_photos_beside_a_channel_are_those_of_a_search_of_all(smoke, drawn_coco, drawn_flowers, weights):
    from cnnlab.experiments.channel_sheets import candidates
    from cnnlab.interpret.exemplars import strongest_patches
    from cnnlab.models.pretrained import resnet50

    data = dict(coco=drawn_coco, flowers102=drawn_flowers, **weights)
    values, _ = smoke("channels", dict(steps=1, sides=(32,) * 3, windows=(32,) * 3), **data)
    photos = candidates(drawn_coco, drawn_flowers, per_species=1)
    for stage in values.stages:
        shown = stage.shown[0]
        one = {stage.layer: [shown.channel]}
        every = strongest_patches(resnet50(weights["resnet50_keras"]), one, photos, {stage.layer: 32}, side=64, count=9)
        patches = every[stage.layer, shown.channel]
        by_mean = sorted(patches, key=lambda each: -each.mean)
        assert shown.credits == tuple(each.candidate.credit for each in patches[:3])
        assert shown.photos == pytest.approx(by_mean[0].mean)
        assert shown.ranks == tuple(1 + by_mean.index(each) for each in patches[:3])


def test_a_spectrum_and_variants_of_one_channel(smoke, written, drawn_coco, drawn_flowers, weights):
    data = dict(coco=drawn_coco, flowers102=drawn_flowers, **weights)
    values, kept = smoke("channels_beyond", dict(channel=0), **data)
    assert sizes(kept) == {
        "spectrum": cells(7, 2, 160),
        "diversity": cells(2, 1, 256),
        "steps": cells(2, 1, 256),
        "helps": cells(4, 1, 256),
    }
    assert all(np.isfinite(each) and each > 0 for each in vars(values.activation).values())
    spectrum = values.spectrum
    lowest, low, zero, high, highest = spectrum.levels
    assert (2 * low.level, zero.level, 2 * high.level) == pytest.approx((lowest.level, 0, highest.level))
    assert lowest.level < 0 < highest.level
    assert (lowest.found[0], highest.found[0]) == pytest.approx((lowest.level, highest.level))
    for each in spectrum.levels:
        assert len(each.found) == len(set(each.credits)) == 2
        assert abs(each.found[0] - each.level) <= abs(each.found[1] - each.level)
        assert all(lowest.level - 1e-4 <= one <= highest.level + 1e-4 for one in each.found)
    numbers = written("channels_beyond", values)
    assert numbers["spectrum_channel"][1] == str(spectrum.channel) and numbers["photos"] == ("9", "9")
    assert numbers["level_1"][1] == f"{lowest.level:.1f}".replace("-", "\u2212") and numbers["level_3"][1] == "0.0"
    assert (numbers["step_1"], numbers["step_2"]) == (("1", "1"), ("2", "2")) and "without_transformations" in numbers


def test_the_channel_of_the_spectrum_is_the_first_of_the_middle_ones(smoke, drawn_coco, drawn_flowers, weights):
    data = dict(coco=drawn_coco, flowers102=drawn_flowers, **weights)
    values, _ = smoke("channels", dict(steps=1, sides=(32,) * 3, windows=(32,) * 3), **data)
    beyond, _ = smoke("channels_beyond", dict(taken=(1,), copies=1, size=32, spectrum_side=32, channel=0), **data)
    assert beyond.spectrum.channel == values.stages[1].shown[0].channel
    assert beyond.spectrum.selectivity == pytest.approx(values.stages[1].shown[0].selectivity)


def test_alexnets_layers_have_lucents_names(smoke, written):
    values, _ = smoke("alexnet_layers")
    layers = {each.name: each for each in values.layers}
    assert len(layers) == 23 and values.features == 13
    first = layers["features_0"]
    assert (first.name, first.kind, first.size, first.printed) == ("features_0", "Conv2d", (64, 31, 31), "features_0")
    assert (layers["classifier_6"].kind, layers["classifier_6"].size) == ("Linear", (1000,))
    assert values.rectified == ("features_1", "features_4", "features_7", "features_9", "features_11")
    assert values.rectified == values.said
    assert len(values.in_place) == 5 and all(each.same for each in values.in_place)
    assert written("alexnet_layers", values)["misprinted"] == ("`features_4`", "`features_4`")


def test_credits_name_each_photo_of_coco_once_under_its_licence():
    from cnnlab.experiments.channel_sheets import photo_credits

    first = ["COCO 7, CC BY 2.0", "Oxford 102 Flowers, 00001", "COCO 5, CC BY-SA 2.0"]
    credits = photo_credits([*first, "COCO 7, CC BY 2.0", "COCO 9, CC BY 2.0", "scikit-image, cat"])
    assert credits.show("en") == "COCO (CC BY 2.0: 7, 9; CC BY-SA 2.0: 5), scikit-image and Oxford 102 Flowers"
    assert credits.show("es") == "COCO (CC BY 2.0: 7, 9; CC BY-SA 2.0: 5), scikit-image y Oxford 102 Flowers"
    assert photo_credits(first).show("en") == "COCO (CC BY 2.0: 7; CC BY-SA 2.0: 5) and Oxford 102 Flowers"


# ---- the chapters' listings, as printed


def listing(chapter, name):
    """The code of a listing; the same in both languages."""
    found = [
        re.search(rf"^```{{#{name} \.python .*?}}\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M)[1]
        for path in (CHAPTERS / f"{chapter}.qmd", CHAPTERS / "en" / f"{chapter}.qmd")
    ]
    assert found[0] == found[1]
    return found[0]


def test_the_listing_of_channels_runs(weights, monkeypatch):
    from cnnlab import catalog

    monkeypatch.setattr(catalog, "find", lambda name: SimpleNamespace(path=weights[name]))
    code = listing("a07-canales", "lst-canales")
    assert "steps=512" in code
    names = {}
    exec(code.replace("steps=512", "steps=1, size=32"), names)
    assert {key: each.shape for key, each in names["channel"].items()} == {("layer3.5", 908): (1, 1, 32, 32, 3)}
    assert names["daisy"].shape == (32, 32, 3)
