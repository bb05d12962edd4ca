"""YOLOX-nano on drawn raccoons with random weights. Chapter: a12-mapaches."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch


@pytest.fixture
def run(smoke, drawn_raccoons, drawn_yolox):
    def run(**changes):
        return smoke("raccoons_yolox", changes, raccoon=drawn_raccoons, yolox_nano=drawn_yolox)

    return run


def test_photos_set_aside_take_the_place_of_the_test_photos(run):
    result, kept = run()
    assert result.photos == 2 and [each.number for each in result.test] == [2, 4]
    assert kept.arrays["true_photo"].tolist() == [0] and kept.arrays["true_boxes"].shape == (1, 4)
    assert kept.arrays["found-0"].shape[1] == kept.arrays["zero_shot"].shape[1] == 6


def test_each_seed_trains_a_network(run, written):
    from cnnlab.models.weights_torch import load
    from cnnlab.models.yolox_torch import YoloXNano, one_class

    result, kept = run(every=None, seeds=(0, 3), start="random")
    assert (result.photos, result.boxes) == (4, 4) and [each.number for each in result.test] == [10, 50, 60]
    assert [each.seed for each in result.trained] == [0, 3]
    assert result.parameters == 904_463 - 3 * 79 * 65
    for each in (result.zero_shot, *(each.measured for each in result.trained)):
        assert each.true_positives + each.false_negatives == 4
        assert all(0 <= value <= 1 for value in each.precisions.by_iou)
    files = [f"network-{seed}.safetensors" for seed in (0, 3)]
    assert sorted(kept.files) == files
    stems, later = [], []
    for file in files:
        network = load(one_class(YoloXNano(), "raccoon", start="random"), kept.files[file])
        stems.append(network.backbone.stem[0].weight)
        later.append(network.backbone.stage2[0][0][0].weight)
    assert stems[0].equal(stems[1]) and not later[0].equal(later[1])  # the stem is frozen
    told = written("raccoons_yolox", result)
    assert told["seeds"] == ("2", "2") and told["test_boxes"] == ("4", "4")


def test_every_fifth_photo_is_set_aside():
    from cnnlab.experiments.raccoons_yolox.compute import splits

    train, aside = splits(list(range(1, 13)), ["test"], 5)
    assert train == [1, 2, 3, 4, 6, 7, 8, 9, 11, 12] and aside == [5, 10]
    assert splits([1, 2], ["test"], None) == ([1, 2], ["test"])


FIRST, SECOND = (0, 0, 10, 10), (20, 20, 40, 40)


def test_what_is_measured_is_what_the_common_metrics_say(annotated):
    from cnnlab.experiments.raccoons_yolox.compute import Options, measured
    from cnnlab.training.detector import metrics

    photos = [annotated(FIRST, SECOND), annotated(FIRST), annotated()]
    rows = np.array([(0, 0.9, *FIRST), (0, 0.6, 50, 30, 60, 40), (0, 0.3, *SECOND), (1, 0.2, *FIRST)], np.float32)
    found, common = measured(rows, photos, Options(bootstrap_samples=200)), metrics(rows, photos)
    precisions = found.precisions
    assert (precisions.ap50.value, precisions.ap.value) == pytest.approx((common["ap50"], common["ap"]))
    assert (found.true_positives, found.false_positives, found.false_negatives) == (1, 1, 2)


def test_its_detectors(monkeypatch, tmp_path, drawn_yolox):
    from cnnlab import catalog
    from cnnlab.errors import MissingResultError
    from cnnlab.experiments.raccoons_yolox import detector
    from cnnlab.results import large_files

    monkeypatch.setattr(catalog, "find", lambda name: catalog.Found(drawn_yolox, "onnx", "0"))
    assert detector.zero_shot_detector().names == ("background", "raccoon")
    monkeypatch.setattr(large_files, "folder_of", lambda name: tmp_path)
    with pytest.raises(MissingResultError, match="cnnlab run raccoons_yolox"):
        detector.fine_tuned_detector()
