"""What is kept can be read back; what is damaged is said; what cannot be kept is refused where it stands."""

import math

import numpy
import pytest

from cnnlab.errors import ResultError
from cnnlab.results import store


@pytest.fixture
def kept(project):
    assert project.cnnlab("run", "toy").returncode == 0
    return project


def test_fields_are_attributes_at_any_depth(kept):
    result = store.load("toy", kept.root / "figures" / "toy")
    assert result.full.accuracy == result["full"]["accuracy"] == 0.9894
    assert result.rows == [{"n": 1}]
    assert result.rows[0].n == 1
    assert result.arrays["squares"].tolist() == [0, 1, 4, 9]
    assert list(result.arrays) == ["squares"]
    assert result.picture("line").read_text() == "<svg/>"
    assert result.provenance.device == "cpu"
    assert result.provenance.seeds == [0, 1]
    assert result.name == "toy"


def test_unknown_fields_arrays_and_pictures_name_the_nearest(kept):
    result = store.load("toy", kept.root / "figures" / "toy")
    with pytest.raises(AttributeError, match="did you mean 'accuracy'"):
        _ = result.full.acuracy
    with pytest.raises(ResultError, match="did you mean 'squares'"):
        _ = result.arrays["square"]
    with pytest.raises(ResultError, match="did you mean 'line'"):
        result.picture("lin")


@pytest.mark.parametrize("file", ["result.json", "arrays.npz", "line.svg"])
@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_truncated_file_is_named_with_its_remedy_and_computed_again(kept, file, keep):
    path = kept.root / "figures" / "toy" / file
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(ResultError, match=rf"figures/toy/{file} is damaged") as caught:
        store.load("toy", path.parent)
    assert "git checkout -- figures/toy" in caught.value.remedy
    assert f"{file} is damaged" in kept.cnnlab("why", "toy").stdout
    assert kept.cnnlab("run", "toy").returncode == 0
    assert path.read_bytes()[:20] == content[:20]


def test_arrays_of_the_right_length_and_wrong_content_are_damaged_too(kept):
    path = kept.root / "figures" / "toy" / "arrays.npz"
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(ResultError, match="arrays.npz is damaged"):
        _ = store.load("toy", path.parent).arrays["squares"]


def test_json_of_another_shape_is_damaged(kept):
    path = kept.root / "figures" / "toy" / "result.json"
    for text in ("[]", "{}", '{"experiment": "toy", "files": []}', "null"):
        path.write_text(text)
        with pytest.raises(ResultError, match="result.json is damaged"):
            store.load("toy", path.parent)


def test_numbers_of_numpy_become_plain():
    made = store.plain({"a": numpy.float32(0.5), "b": (numpy.int64(2), True), "c": None}, "toy")
    assert made == {"a": 0.5, "b": [2, True], "c": None}
    assert type(made["b"][0]) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"full": {"loss": math.nan}}, r"toy\.full\.loss is nan"),
        ({"rows": [1, math.inf]}, r"toy\.rows\[1\] is inf"),
        ({"a": numpy.zeros(2)}, r"toy\.a is a ndarray"),
        ({"a": {1: 2}}, r"toy\.a has the key 1"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(value, message):
    with pytest.raises(ResultError, match=message):
        store.plain(value, "toy")


def test_the_digest_changes_with_any_file(kept, monkeypatch):
    monkeypatch.chdir(kept.root)
    before = store.digest("toy")
    (kept.root / "figures" / "toy" / "line.svg").write_text("<svg></svg>")
    assert store.digest("toy") != before
