"""Which detector a machine gets, and the one that it has trained itself."""

import pytest

from cnnlab import catalog
from cnnlab.detection import detectors
from cnnlab.errors import DataError, DownloadError, MissingResultError, OptionError
from cnnlab.experiments.raccoons.detector import raccoon_detector
from cnnlab.results import large_files

pytestmark = pytest.mark.torch


def found(monkeypatch, missing):
    """Let the catalogue find the name of what is asked for, unless it is missing; detectors are their paths."""

    def find(name):
        if name in missing:
            raise missing[name]
        return catalog.Found(name, "official", "0")

    monkeypatch.setattr(detectors.catalog, "find", find)
    monkeypatch.setattr(detectors, "with_coco_weights", lambda path: path)
    monkeypatch.setattr(detectors, "YoloX", lambda path: path)


def test_faster_rcnn_comes_first(monkeypatch, capsys):
    found(monkeypatch, {})
    assert detectors.coco_detector() == "fasterrcnn"
    assert capsys.readouterr().err == ""


def test_yolox_takes_its_place_and_says_so(monkeypatch, capsys):
    found(monkeypatch, {"fasterrcnn": DownloadError("no network")})
    assert detectors.coco_detector() == "yolox_nano"
    assert "YOLOX-nano in the place of Faster R-CNN: no network" in capsys.readouterr().err


def test_a_detector_can_be_named(monkeypatch, capsys):
    found(monkeypatch, {})
    assert [detectors.coco_detector(name) for name in ("yolox_nano", "fasterrcnn")] == ["yolox_nano", "fasterrcnn"]
    found(monkeypatch, {"fasterrcnn": DownloadError("no network")})
    with pytest.raises(DownloadError, match="no network"):
        detectors.coco_detector("fasterrcnn")
    with pytest.raises(OptionError, match="yolox_nano"):
        detectors.coco_detector("yolox")
    assert capsys.readouterr().err == ""


def test_a_wrong_file_is_no_reason_for_another_detector(monkeypatch):
    found(monkeypatch, {"fasterrcnn": DataError("a damaged file")})
    with pytest.raises(DataError, match="damaged"):
        detectors.coco_detector()


def test_who_has_not_trained_the_raccoons_is_told_how(monkeypatch, tmp_path):
    monkeypatch.setattr(large_files, "folder_of", lambda name: tmp_path)
    with pytest.raises(MissingResultError, match="cnnlab run raccoons --force"):
        raccoon_detector()
