"""The listings of a12-mapaches run as they are printed: on kept results, and on drawn photos with random weights."""

import re

import pytest

CHAPTER = "a12-mapaches"


@pytest.mark.torch
def test_the_head_of_91_classes_is_replaced_by_one_of_two(listing, printed, weights):
    path = f"__import__('pathlib').Path({str(weights['resnet50_keras'])!r})"
    lines = printed(listing(CHAPTER, "lst-mapaches-inicio", ('catalog.find("resnet50_keras").path', path)))
    assert [int(each) for each in re.findall(r"out_features=(\d+)", "".join(lines))] == [91, 364, 2, 8]


@pytest.mark.torch
def test_the_published_training_begins_with_that_head(monkeypatch, weights):
    from types import SimpleNamespace

    from cnnlab.experiments.raccoons import compute
    from cnnlab.models import faster_rcnn

    seen, replace = [], faster_rcnn.replace_box_head
    monkeypatch.setattr(faster_rcnn, "replace_box_head", lambda *args: seen.append(args) or replace(*args))
    run = SimpleNamespace(variant=lambda _: "trunk in half precision", weights=lambda _: weights["resnet50_keras"])
    network = compute.initial_network(compute.Options(), run)
    assert [classes for _, classes in seen] == [2] and network.roi_heads.box_predictor.cls_score.out_features == 2


@pytest.mark.torch
def test_the_whole_program_runs_from_instantiation_to_evaluation(listing, printed, drawn_raccoons, tmp_path):
    code = listing(
        CHAPTER,
        "lst-mapaches-completo",
        ("EPOCHS, BATCH, SIDE = 12, 2, 256", "EPOCHS, BATCH, SIDE = 2, 2, 64"),
        ('weights="DEFAULT"', "weights=None, weights_backbone=None"),
        ('catalog.find("raccoon").path', f"__import__('pathlib').Path({str(drawn_raccoons)!r})"),
        ('"raccoon.jpg"', repr(str(tmp_path / "raccoon.jpg"))),
    )
    first, second, precisions, counts = printed(code)
    losses = [re.fullmatch(r"epoch (\d): loss of the last batch \d+\.\d{3}", line) for line in (first, second)]
    assert [each[1] for each in losses] == ["1", "2"]
    values = [float(value) for value in re.findall(r"[01]\.\d{3}", precisions)]
    assert len(values) == 3 and all(0 <= value <= 1 for value in values)
    hits, _, missed = (int(count) for count in re.findall(r"\d+", counts))
    assert hits + missed == 4
    assert (tmp_path / "raccoon.jpg").is_file()


def test_boxes_as_they_are_have_the_published_ap(listing, printed):
    from cnnlab import results

    lines = printed(listing(CHAPTER, "lst-mapaches-ancho"))
    rows = dict(re.fullmatch(r"width × (\S+): AP (\S+)", line).groups() for line in lines)
    assert list(rows) == ["0.85", "0.9", "0.95", "1", "1.05"]
    assert float(rows["1"]) == pytest.approx(results.load("raccoons").one_look.ap.value, abs=6e-4)


def test_the_ensemble_is_that_of_the_table_at_the_published_iou(listing, printed):
    from cnnlab import results
    from cnnlab.experiments.raccoons import outcomes

    lines = printed(listing(CHAPTER, "lst-mapaches-ensamble"))
    found = [re.fullmatch(r"the same box from an IoU of (\S+): AP (\S+)", line).groups() for line in lines]
    rows = {float(same): float(ap) for same, ap in found}
    assert list(rows) == [0.4, 0.5, 0.6, 0.7, 0.8]
    result, yolox = results.load("raccoons"), results.load("raccoons_yolox")
    mean = outcomes.averaged(outcomes.found_after(result, len(result.curve)), yolox.arrays["zero_shot"])
    expected = outcomes.by_iou(mean, outcomes.truth_of(result)).mean()
    assert rows[outcomes.SAME] == pytest.approx(expected, abs=6e-4)


@pytest.mark.torch
def test_raccoons_are_looked_for_in_a_photo_of_one_s_own(listing, printed, annotated, tmp_path):
    annotated((14, 8, 30, 36)).photo.picture().save(tmp_path / "photo.jpg")
    code = listing(
        CHAPTER,
        "lst-mapaches",
        ("experiments.raccoons.detector import raccoon_detector", "models.faster_rcnn import faster_rcnn"),
        ("raccoon_detector()", "faster_rcnn(min_size=64)"),  # random: the trained weights are not in the project
        ('"photo.jpg"', repr(str(tmp_path / "photo.jpg"))),
        ('"boxes.jpg"', repr(str(tmp_path / "boxes.jpg"))),
    )
    assert printed(code) == [] and (tmp_path / "boxes.jpg").is_file()
