"""What is kept can be read back; what is damaged is said; what cannot be kept is refused where it stands."""

import dataclasses
import json
import math
import re

import numpy
import pytest

from cnnlab.errors import OptionError, ResultError
from cnnlab.results import registry, schema, store


@pytest.fixture
def kept(project):
    assert project.cnnlab("run", "toy").returncode == 0
    return project


@pytest.fixture
def result(kept, registered):
    return store.load("toy", kept.root / "figures" / "toy")


@pytest.fixture
def registered(monkeypatch):
    """The types of the toy experiment, known to this process too."""
    known = {}
    monkeypatch.setattr(registry, "REGISTERED", known)
    options = dataclasses.make_dataclass("Options", [("seeds", tuple[int, ...]), ("size", int)], frozen=True)
    part = dataclasses.make_dataclass("Part", [("accuracy", float)], frozen=True)
    fields = [("full", part), ("items", tuple[str, ...]), ("seconds", schema.Timing)]
    toy = dataclasses.make_dataclass("Toy", fields, bases=(schema.Result,), frozen=True)
    registry.experiment("toy", options=options, result=toy)(lambda options, run: None)


def test_fields_are_attributes_even_where_dictionaries_have_methods_of_their_name(result):
    assert result.full.accuracy == 0.9894
    assert result.items == ("one", "two")
    assert result.arrays["squares"].tolist() == [0, 1, 4, 9]
    assert list(result.arrays) == ["squares"]
    assert result.picture("line").name == "line.png"
    assert result.provenance.device == "cpu"
    assert result.provenance.precision == "float32"
    assert result.provenance.seeds == [0, 1]
    assert result.options.size == 4
    assert result.record.name == "toy"


def test_unknown_arrays_and_pictures_name_the_nearest(result):
    with pytest.raises(ResultError, match="did you mean 'squares'"):
        _ = result.arrays["square"]
    with pytest.raises(ResultError, match="did you mean 'line'"):
        result.picture("lin")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda fields: fields["full"].update(accuracy="high"), "Expected `float`, got `str` - at `full.accuracy`"),
        (lambda fields: fields.pop("items"), "missing required field `items`"),
        (lambda fields: fields["full"].update(more=1), "it has no field full.more"),
    ],
)
def test_fields_that_do_not_fit_the_type_are_named(kept, registered, change, message):
    path = kept.root / "figures" / "toy" / "result.json"
    document = json.loads(path.read_text())
    change(document["result"])
    path.write_text(json.dumps(document))
    with pytest.raises(ResultError, match=f"figures/toy/result.json does not fit Toy: .*{re.escape(message)}"):
        store.load("toy", path.parent)
    assert "does not fit Toy" in kept.cnnlab("why", "toy").stdout


@pytest.mark.parametrize("harm", ["[{}]", '[{"commit": 7}]', "{}", "7"])
def test_an_attestation_that_is_damaged_is_reported(kept, registered, harm):
    path = kept.root / "figures" / "toy" / "result.json"
    path.write_text(path.read_text().replace('"attestations": []', f'"attestations": {harm}'))
    with pytest.raises(ResultError, match="result.json is damaged"):
        store.load("toy", path.parent)
    assert "Traceback" not in kept.cnnlab("status").stderr


@pytest.mark.parametrize("file", ["result.json", "arrays.npz", "line.png"])
@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_truncated_file_is_named_with_its_remedy_and_computed_again(kept, registered, file, keep):
    path = kept.root / "figures" / "toy" / file
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(ResultError, match=rf"figures/toy/{file} is damaged") as caught:
        store.load("toy", path.parent)
    assert "git checkout -- figures/toy" in caught.value.remedy
    assert f"{file} is damaged" in kept.cnnlab("why", "toy").stdout
    assert kept.cnnlab("run", "toy").returncode == 0
    assert path.read_bytes()[:20] == content[:20]


def test_arrays_of_the_right_length_and_wrong_content_are_damaged_too(kept, registered):
    path = kept.root / "figures" / "toy" / "arrays.npz"
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(ResultError, match="arrays.npz is damaged"):
        _ = store.load("toy", path.parent).arrays["squares"]


def test_one_array_in_the_place_of_several_is_damaged(kept, registered):
    path = kept.root / "figures" / "toy" / "arrays.npz"
    with path.open("wb") as file:
        numpy.save(file, numpy.arange(4))
    edit(path, lambda document: document["files"]["arrays.npz"].update(bytes=path.stat().st_size))
    with pytest.raises(ResultError, match="arrays.npz is damaged"):
        _ = store.load("toy", path.parent).arrays["squares"]


def test_a_picture_of_the_right_length_that_is_another_is_damaged(kept, registered):
    path = kept.root / "figures" / "toy" / "line.png"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(ResultError, match="line.png is damaged: it is not the picture that was kept"):
        store.load("toy", path.parent).picture("line")


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_numbers_that_no_result_is_written_with_are_damage(kept, registered, number):
    path = kept.root / "figures" / "toy" / "result.json"
    path.write_text(re.sub(r'"seconds": [\d.e-]+', f'"seconds": {number}', path.read_text()))
    with pytest.raises(ResultError, match=f"result.json is damaged: it holds {number}, which is no finite number"):
        store.load("toy", path.parent)


def test_the_result_of_another_experiment_is_not_taken_for_this_ones(kept, registered):
    """As after a folder was copied: many experiments have results of one type."""
    path = kept.root / "figures" / "toy" / "result.json"
    edit(path, lambda document: document.update(experiment="other"))
    with pytest.raises(ResultError, match="is of the experiment 'other'") as caught:
        store.load("toy", path.parent)
    assert "--renamed other=toy" in caught.value.remedy


@pytest.mark.parametrize("name", [None, 5, ["toy"]])
def test_names_of_other_types_are_refused(kept, registered, name):
    with pytest.raises(OptionError, match="allowed: the name of one, a text"):
        store.load(name)


def edit(path, change):
    """Change the result.json of a folder, or of the folder of a file."""
    path = path.with_name("result.json")
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_json_of_another_shape_is_damaged(kept, registered):
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
        ({"a": "\ud800"}, r"toy\.a is no text"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(value, message):
    with pytest.raises(ResultError, match=message):
        store.plain(value, "toy")
