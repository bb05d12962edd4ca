"""Images drawn for classes, with random weights and synthetic photos. Chapter: a07-canales."""

import pytest

from cnnlab.errors import OptionError

pytestmark = pytest.mark.torch


def test_classes_are_drawn_in_both_parametrisations(smoke, written, drawn_coco, weights):
    values, kept = smoke("drawn_classes", coco=drawn_coco, resnet50_keras=weights["resnet50_keras"])
    assert {name: each.size for name, each in kept.pictures.items()} == {"classes": (2 * 64 + 12, 2 * 64 + 12)}
    assert (values.photos, values.steps, values.crops) == (4 + 2, 2, 2)
    assert [(each.label, each.name) for each in values.classes] == [(196, "miniature schnauzer"), (985, "daisy")]
    for each in values.classes:
        assert [drawing.parametrisation for drawing in each.drawings] == ["fourier", "phase"]
        assert all(0 <= drawing.probability <= 1 and 1 <= drawing.rank <= 1000 for drawing in each.drawings)
    fourier, phase = (kept.pictures["classes"].crop((x, 0, x + 64, 64)).tobytes() for x in (0, 76))
    assert fourier != phase
    numbers = written("drawn_classes", values)
    assert numbers["class_2"] == ("985", "985") and numbers["class_2_name"] == ("margarita", "daisy")
    first = values.classes[0].drawings[1]
    assert numbers["class_1_phase_rank"][1].replace(",", "") == str(first.rank)
    assert numbers["class_1_fourier"][1].endswith("%") and numbers["steps"] == ("2", "2")


def test_one_parametrisation_has_one_column(smoke, drawn_coco, weights):
    asked = dict(coco=drawn_coco, resnet50_keras=weights["resnet50_keras"])
    values, kept = smoke("drawn_classes", dict(parametrisations=("phase",), classes=(3, 1, 2), steps=1), **asked)
    assert kept.pictures["classes"].size == (64, 3 * 64 + 2 * 12)
    assert [[each.parametrisation for each in one.drawings] for one in values.classes] == [["phase"]] * 3
    with pytest.raises(OptionError, match=r"parametrisation='pixels'\n  allowed: fourier, phase"):
        smoke("drawn_classes", dict(parametrisations=("pixels",)), **asked)
