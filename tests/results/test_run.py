"""What a run keeps, refuses and shows."""

import numpy
import pytest
from PIL import Image

from cnnlab import runtime
from cnnlab.catalog import Found
from cnnlab.errors import OptionError, ResultError
from cnnlab.results import run as module
from cnnlab.results.run import Run


@pytest.fixture
def run(tmp_path):
    found = {"cifar10": Found(tmp_path, "compact", "0" * 64)}
    device = runtime.Device("cpu", "a processor")
    return Run("some", "cpu", device, None, staging=tmp_path, checkpoints=tmp_path / "checkpoints", found=found)


def test_arrays_are_written_together(run, tmp_path):
    run.array("a", numpy.arange(3))
    run.array("b", [[0.5]])
    assert run.write_arrays() == ["a", "b"]
    with numpy.load(tmp_path / "arrays.npz") as kept:
        assert kept["b"].tolist() == [[0.5]]


@pytest.mark.parametrize(
    ("array", "message"),
    [([1.0, numpy.nan], r"is nan at \(1,\)"), ([[0.0], [numpy.inf]], r"is inf at \(1, 0\)"), (["a"], "holds <U1")],
)
def test_arrays_hold_finite_numbers(run, array, message):
    with pytest.raises(ResultError, match=message):
        run.array("a", array)


def test_pictures_are_small_or_exact(run, tmp_path):
    photo = Image.new("RGB", (8, 8), (200, 100, 50))
    run.picture("photo", photo)
    run.picture("exact", photo, lossless=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exact.png", "photo.webp"]
    assert Image.open(tmp_path / "exact.png").getpixel((0, 0)) == (200, 100, 50)


@pytest.mark.parametrize("name", ["", "a b", "../a", "a.b", "a/b"])
def test_names_serve_as_names_of_files(run, name):
    with pytest.raises(OptionError, match="letters, digits"):
        run.picture(name, Image.new("L", (1, 1)))


def test_only_what_is_declared_is_given(run, tmp_path):
    assert run.data("cifar10") == tmp_path
    assert run.variant("cifar10") == "compact"
    with pytest.raises(OptionError, match="does not declare the data 'cifar'(.*\n)*.*did you mean 'cifar10'"):
        run.data("cifar")


def test_seeds_are_remembered(run):
    run.seed(7)
    first = numpy.random.rand()
    run.seed(7)
    assert numpy.random.rand() == first
    assert run.seeds == [7]


def test_progress_passes_everything_on_and_says_a_line_now_and_then(run, capsys, monkeypatch):
    assert list(run.progress(iter("abc"), "letters")) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(module, "QUIET_SECONDS", 0)
    assert list(run.progress("ab", "letters")) == ["a", "b"]
    assert "some · letters: 1 of 2" in capsys.readouterr().err
