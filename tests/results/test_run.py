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
    [
        ([1.0, numpy.nan], r"is nan at \(1,\)"),
        ([[0.0], [numpy.inf]], r"is inf at \(1, 0\)"),
        (["a"], "holds <U1"),
        (None, "holds object"),
        ([1j], "holds complex128"),
        ([[1], [1, 2]], "is none: .*inhomogeneous"),
        ({"a": 1}, "holds object"),
    ],
)
def test_arrays_hold_finite_numbers(run, array, message):
    with pytest.raises(ResultError, match=message):
        run.array("a", array)


@pytest.mark.parametrize(
    "make", [lambda torch: torch.ones(2, requires_grad=True), lambda torch: torch.ones(2).bfloat16()]
)
def test_a_tensor_that_is_no_array_is_refused_with_what_makes_it_one(run, make):
    torch = pytest.importorskip("torch")
    with pytest.raises(ResultError, match=r"array 'a' of 'some' is none(.|\n)*\.detach\(\)\.float\(\)"):
        run.array("a", make(torch))
    run.array("a", make(torch).detach().float().cpu().numpy())


def test_an_array_is_kept_as_it_was(run, tmp_path):
    values = numpy.array([1, 2])
    run.array("a", values)
    values[0] = 9
    run.write_arrays()
    with numpy.load(tmp_path / "arrays.npz") as kept:
        assert kept["a"].tolist() == [1, 2]


@pytest.mark.parametrize("name", ["file", "", "../a", 5, None, "a.b"])
def test_names_that_cannot_be_a_files_are_refused(run, name):
    with pytest.raises(OptionError, match=f"{name!r}"):
        run.array(name, [1])
    if name != "file":
        with pytest.raises(OptionError, match=f"name {name!r}"):
            run.picture(name, Image.new("L", (1, 1)))


@pytest.mark.parametrize(
    ("image", "options", "message"),
    [
        (None, {}, "picture 'a' of 'some' is NoneType"),
        ("a.png", {}, "is str"),
        (numpy.zeros((2, 2, 3), "uint8"), {}, "is ndarray"),
        (Image.new("RGB", (0, 0)), {}, "of 0 × 0 pixels"),
        (Image.new("RGB", (20000, 1)), {}, "exceeds WebP limit"),
        (Image.new("CMYK", (2, 2)), {"lossless": True}, 'CMYK(.|\n)*image.convert\\("RGB"\\)'),
        (Image.new("RGB", (2, 2)), {"quality": 200}, "invalid configuration"),
    ],
)
def test_what_cannot_be_kept_as_a_picture_is_refused(run, image, options, message):
    with pytest.raises(ResultError, match=message):
        run.picture("a", image, **options)


@pytest.mark.parametrize("number", [-1, 2**32, 1.0, "a", None, True])
def test_what_is_no_seed_is_refused(run, number):
    with pytest.raises(OptionError, match="seed .* of 'some'"):
        run.seed(number)
    assert run.seeds == []


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
