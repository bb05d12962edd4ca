"""Transfer learning on drawn photos. Chapter: l5-transferencia."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError, OptionError
from cnnlab.results import registry

pytestmark = pytest.mark.torch
COLOURS = ((200, 60, 40), (40, 80, 200))
# Run by name below: smoke("transfer_insects"), smoke("transfer_pets"), smoke("transfer_insects_maps"),
# smoke("transfer_pets_maps").


def drawn_photo(label, number, form="JPEG"):
    rng = np.random.default_rng((label, number))
    pixels = np.clip(rng.normal(COLOURS[label], 25, (60, 70, 3)), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form)
    return buffer.getvalue()


@pytest.fixture
def insects(tmp_path):
    """Ants and bees in the layout of the real set: 8 training and 6 test photos of each."""
    for split, count in (("train", 8), ("val", 6)):
        for label, name in enumerate(("ants", "bees")):
            folder = tmp_path / "hymenoptera" / split / name
            folder.mkdir(parents=True)
            for place in range(count):
                (folder / f"{split}{place}.jpg").write_bytes(drawn_photo(label, place + 10 * (split == "val")))
    return tmp_path / "hymenoptera"


@pytest.fixture
def pets(tmp_path):
    """Cats and dogs in the layout of the compact form: 8 training and 6 test photos of each."""
    folder = tmp_path / "pets"
    folder.mkdir()
    for split, first, count in (("train", 1, 8), ("test", 4001, 6)):
        with zipfile.ZipFile(folder / f"{split}.zip", "w") as archive:
            for label, name in enumerate(("cat", "dog")):
                for number in range(first, first + count):
                    archive.writestr(f"{name}s/{name}.{number}.webp", drawn_photo(label, number, "WEBP"))
    return folder


@pytest.fixture
def sources(insects, pets, weights):
    return {"hymenoptera": insects, "catsdogs": pets, **weights}


def test_the_last_photos_of_each_class_are_held_out(insects, pets):
    from cnnlab.experiments.transfer.photos import SETS, splits

    data = splits("pets", pets, 3)
    numbers = [[(each.label, each.number) for each in split] for split in (data.train, data.validation, data.test)]
    assert numbers[0] == [(label, number) for label in (0, 1) for number in range(1, 6)]
    assert numbers[1] == [(label, number) for label in (0, 1) for number in range(6, 9)]
    assert len(numbers[2]) == 12 and data.class_names == ("cat", "dog")
    few = splits("insects", insects, 2, per_class=1)
    assert [len(each) for each in (few.train, few.validation, few.test)] == [2, 2, 2]
    assert few.class_names == ("ants", "bees")
    assert [len(group) for group in SETS["pets"].groups] == [5, 118]


@pytest.mark.data("hymenoptera")
def test_one_photo_of_an_ant_has_another_suffix():
    from cnnlab import catalog
    from cnnlab.experiments.transfer.photos import splits

    found = catalog.find("hymenoptera")
    if found.variant == "compact":
        names = [path.name for path in (found.path / "train" / "ants").iterdir()]
        assert len(names) == 123 and sum(name.endswith(".jpg") for name in names) == 122
    data = splits("insects", found.path, 24)
    assert [len(each) for each in (data.train, data.validation, data.test)] == [195, 48, 153]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "cats"}, "set 'cats'\n *allowed: insects, pets"),
        ({"held_out": 0}, "held_out=0"),
        ({"held_out": -1}, "held_out=-1"),
        ({"held_out": 8}, "held_out=8\n *allowed: 1 to 7: of 8 photos"),
        ({"per_class": 0}, "per_class=0"),
    ],
)
def test_splits_that_leave_no_photos_are_refused(pets, changes, said):
    """They ended in errors of numpy, far from here."""
    from cnnlab.experiments.transfer.photos import splits

    with pytest.raises(OptionError, match=said):
        splits(**({"name": "pets", "folder": pets, "held_out": 2} | changes))


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("transfer_features", {"sets": (("insects", 2, 64),)}, "sets of(.|\n)*pets must be among them"),
        ("transfer_features", {"sets": (("pets", 2, 64), ("cats", 2, 64))}, "sets of"),
        ("transfer_features", {"sets": (("pets", 2, 64),) * 2}, "each once"),
        ("transfer_features", {"sets": (("pets", 2, 0),)}, "side=0\n *allowed: a whole number from 17"),
        ("transfer_features", {"sizes": (2, -2)}, "sizes=-2"),
        ("transfer_features", {"draws": 0}, "draws=0"),
        ("transfer_heads", {"networks": ("vgg16",)}, "networks=(.|\n)*allowed: resnet50, squeezenet"),
        ("transfer_heads", {"networks": ()}, "networks="),
        ("transfer_heads", {"networks": ("resnet50",) * 2}, "each once"),
        ("transfer_insects_maps", {"shuffles": 0}, "shuffles=0"),
        ("transfer_insects", {"alternatives": ()}, r"alternatives=\[\]"),
        (
            "transfer_insects",
            {"alternatives": (("../x", None),)},
            r"alternatives=\['\.\./x'\](.|\n)*of letters and digits",
        ),
        ("transfer_insects", {"alternatives": (("a", None), ("a", None))}, "each of another name"),
        ("transfer_sizes", {"trained": ()}, "trained with"),
        ("transfer_sizes", {"trained": ((0, (("a", None),)),)}, "trained=0"),
        ("transfer_sizes", {"trained": ((2, (("", None),)),)}, "of letters and digits"),
        ("transfer_sizes", {"trained": ((2, ()), (2, ()))}, "each once"),
        ("transfer_insects", {"misread": -1}, "misread=-1"),
        ("transfer_pets", {"thumbnail": 0}, "thumbnail=0"),
    ],
)
def test_options_that_no_run_can_have_are_refused(name, changes, said):
    with pytest.raises(OptionError, match=said):
        replace(registry.get(name).options_for("smoke"), **changes)


@pytest.mark.parametrize(("changes", "said"), [({"side": 0}, "side=0"), ({"min_area": 0.0}, "min_area=0.0")])
def test_an_alternative_without_a_crop_is_refused(changes, said):
    with pytest.raises(OptionError, match=said):
        replace(registry.get("transfer_pets").options_for("smoke").alternatives[0][1], **changes)


def test_groups_are_the_classes_of_imagenet():
    from cnnlab.data.imagenet import class_names
    from cnnlab.experiments.transfer.photos import SETS

    names = class_names()
    (cats, dogs), insects = SETS["pets"].groups, SETS["insects"].groups
    assert [names[place] for (place,) in insects] == ["ant", "bee"]
    assert (names[cats[0]], names[cats[-1]]) == ("tabby", "Egyptian cat")
    assert (names[dogs[0]], names[dogs[-1]]) == ("Chihuahua", "Mexican hairless")


def test_groups_are_compared_by_their_sums():
    from cnnlab.experiments.transfer.result import share
    from cnnlab.experiments.transfer_features.samples import group_predicted

    probabilities = np.array([[0.3, 0.2, 0.4, 0.1], [0.1, 0.1, 0.3, 0.5]])
    own, likeliest = group_predicted(probabilities, ((0, 1), (2,)))
    assert own.tolist() == [0, 1]
    assert likeliest.tolist() == [1, -1]
    counted = share(np.array([0, 1, 1]), np.array([0, 1, 0]))
    assert (counted.correct, counted.count, counted.accuracy) == (2, 3, 2 / 3)
    assert counted.interval[0] < 2 / 3 < counted.interval[1]


def test_frozen_networks(smoke, written, sources):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    result, kept = smoke("transfer_features", **sources)
    assert [(each.set, each.network) for each in result.frozen] == [
        (name, network) for name in ("insects", "pets") for network in ("resnet50", "squeezenet")
    ]
    assert [each.features for each in result.frozen] == [2048, 512] * 2
    assert [each.train for each in result.counts] == [(4, 4)] * 2 and result.counts[0].test == (4, 4)
    for each in result.frozen:
        assert each.svm.count == 8 and each.validation.count == 4 and each.exact.correct <= 8
        assert [sample.per_class for sample in each.samples] == [2, 4]
        assert [len(sample.accuracies) for sample in each.samples] == [2, 2]
    assert result.one("pets", "resnet50").svm.accuracy == 1  # two colours are told apart
    pairs = [(each.training, each.test) for each in result.prepared]
    assert len(pairs) == 7 and pairs[0] == ("expected", "expected") and ("expected", "reversed") in pairs
    assert kept.arrays["insects_photos"].shape == (2, 4, 3, 112, 112)
    assert (kept.arrays["pets_nearest"] <= 1.001).all()
    stored = np.load(kept.files["features.npz"])
    assert (
        stored["pets_resnet50_train"].shape == (8, 2048) and stored["insects_test_label"].tolist() == [0] * 4 + [1] * 4
    )
    told = written("transfer_features", result, kept.arrays, kept.options)
    assert told["pets_resnet50_svm"][1] == "100.0%" and told["insects_train"][1] == "8"


def test_features_of_odd_photos(weights, tmp_path):
    """A grey photo, a transparent one, one of 50 megapixels; a file that is no picture is named."""
    from types import SimpleNamespace

    from cnnlab.data.augment import centre_crop
    from cnnlab.data.photos import Photo
    from cnnlab.experiments.transfer.features import last_features
    from cnnlab.models.pretrained import squeezenet1_1

    def encoded(picture):
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    pictures = [Image.new("L", (80, 60), 90), Image.new("RGBA", (60, 80), (9, 9, 9, 0)), Image.new("L", (8000, 6250))]
    photos = [Photo(encoded(each), 0, place, f"photo-{place}") for place, each in enumerate(pictures)]
    run = SimpleNamespace(progress=lambda items, label: items)
    network = squeezenet1_1(weights["squeezenet1_1"])
    found = last_features(network, "features.12", photos, centre_crop(64), run, "photos")
    assert found.shape == (3, 512) and np.isfinite(found).all()
    with pytest.raises(DataError, match="notes.jpg is no whole picture"):
        last_features(network, "features.12", [Photo(b"text", 0, 1, "notes.jpg")], centre_crop(64), run, "photos")


def test_photos_of_ones_own_that_are_none_are_refused(weights):
    """As the last listing of the chapter invites to: they ended in errors of torch and Python."""
    from types import SimpleNamespace

    from cnnlab.data.augment import centre_crop
    from cnnlab.data.photos import Photo
    from cnnlab.experiments.transfer.features import last_features
    from cnnlab.models.pretrained import squeezenet1_1

    network, run = squeezenet1_1(weights["squeezenet1_1"]), SimpleNamespace(progress=lambda items, label: items)
    photo = Photo(drawn_photo(0, 1), 0, 1, "photo")
    for wrong, said in (
        ([photo, replace(photo, label="cat")], "a Photo with label 'cat'"),
        ([replace(photo, label=None)], "a Photo with label None"),
        (["photo.jpg"], "a str with label None"),
        ([Image.new("RGB", (40, 30))], "an? Image with label None"),
        ({"cat": photo}, "a dict"),
        ((each for each in [photo]), "a generator"),
    ):
        with pytest.raises(OptionError, match=f"photos: {said}(.|\n)*Photo\\(content, label, number, source"):
            last_features(network, "features.12", wrong, centre_crop(64), run, "photos")
    with pytest.raises(OptionError, match=r"layer 'labels' gives Tensor \(1, 1000\)(.|\n)*before the head"):
        last_features(network, "labels", [photo], centre_crop(64), run, "photos")


@pytest.mark.parametrize("name", ["insects", "pets"])
def test_alternatives_are_trained_and_mapped(smoke, written, sources, name):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install -r requirements.txt")
    result, kept = smoke(f"transfer_{name}", **sources)
    assert [each.alternative for each in result.trainings] == ["scratch", "plain", "augmented"]
    assert (result.photos, result.held_out, result.tested) == (8, 4, 8)
    assert result.parameters == {"scratch": 11_177_538, "plain": 23_512_130, "augmented": 23_512_130}
    assert result.trained_parameters["scratch"] == 11_177_538 > 11_000_000
    assert 22_000_000 < result.trained_parameters["plain"] < 23_512_130  # conv1 to conv3_x are frozen
    assert kept.arrays["plain_predicted"].shape == (1, 8) and kept.arrays["misread"].shape[1:] == (3, 96, 96)
    told = written(f"transfer_{name}", result, kept.arrays, kept.options)
    assert told["photos"][1] == "8" and "augmented_test" in told
    hidden = np.load(kept.files["hidden.npz"])
    assert hidden["scratch"].shape == (8, 512) and hidden["augmented"].shape == (8, 2048)
    still, frozen = smoke("transfer_features", **sources)
    given = {f"transfer_{name}": kept.files["hidden.npz"], "transfer_features": frozen.files["features.npz"]}
    maps, drawn = smoke(f"transfer_{name}_maps", **given)
    assert [each.key for each in maps.layers] == [each.key for each in maps.lines]
    assert maps.layers[0].values == 512 and maps.layers[1].values == 2048 and maps.pictures == 8
    line, points = drawn.arrays["alternative_svm_line_0"], drawn.arrays["alternative_svm_map_0"].astype(float)
    wrong = ((points @ line[:2] > line[2]) != (drawn.arrays["label"] == 1)).sum()
    assert maps.lines[1].errors == (wrong,) and len(maps.lines[1].shuffled) == 2
    told = written(f"transfer_{name}_maps", maps, drawn.arrays, drawn.options)
    assert told["svm_errors_first"][1] == str(wrong)
    written("transfer_features", still, frozen.arrays, frozen.options)
    check_tables(result, still, maps)


def check_tables(trained, frozen, maps):
    """A row for each way of training, one for each pair, as many columns as their headers."""
    from cnnlab.experiments.transfer_compared import tables
    from cnnlab.words import Words

    words = Words("en")
    compared, paired = tables.compared(trained, frozen, words), tables.paired(trained, frozen, words)
    assert [row[0] for row in compared] == [words(f"alternative_{name}") for name in tables.ORDER]
    assert [row[1] for row in compared][:2] == ["11,177,538", "2,049"] and compared[1][3] == ""
    assert {len(row) for row in compared} == {len(tables.COMPARED_HEADER)}
    assert len(paired) == len(tables.PAIRS) and {len(row) for row in paired} == {len(tables.PAIRED_HEADER) + 1}
    right = {name: tables.rights(trained, frozen, name) for name in ("svm", "scratch")}
    only = (right["svm"] & ~right["scratch"]).sum(), (right["scratch"] & ~right["svm"]).sum()
    assert paired[0][2:4] == [str(count) for count in only]
    separated = tables.separated(maps, words)
    assert [len(row) for row in separated] == [len(tables.SEPARATED_HEADER)] * 4


def test_accuracies_by_size_are_collected():
    from types import SimpleNamespace

    from cnnlab.experiments.transfer.result import Share
    from cnnlab.experiments.transfer_compared.tables import by_size, mean_and_range
    from cnnlab.experiments.transfer_sizes.compute import Sized, TransferSizes
    from cnnlab.words import Words

    every = [(size, seed) for size in (3, 2) for seed in (1, 2)]
    trained = (Sized(size, "scratch", seed, 1, Share(1, 2), Share(seed, 4), 1.0) for size, seed in every)
    sizes = TransferSizes(trainings=tuple(trained))
    found = by_size([sizes, SimpleNamespace()], "scratch")
    assert found == {2: [0.25, 0.5], 3: [0.25, 0.5]} and list(found) == [2, 3]
    words = Words("en")
    assert mean_and_range(found[2], words) == "37.5% (25.0–50.0%)"
    assert mean_and_range([0.5, 0.5], words) == "50.0%" and mean_and_range((), words) == ""


def test_fewer_photos(smoke, written, sources):
    assert set(dict(registry.get("transfer_sizes").options_for("cpu").trained)) == {50, 100, 250}
    result, kept = smoke("transfer_sizes", **sources)
    trained = [(each.per_class, each.alternative) for each in result.trainings]
    assert trained == [(size, name) for size in (2, 3) for name in ("scratch", "augmented")]
    assert result.sizes == [2, 3] and len(result.accuracies("augmented", 3)) == 1
    assert written("transfer_sizes", result, kept.arrays, kept.options)["augmented_2_epochs"][1] == "1"


def test_the_head_of_the_document(smoke, written, sources):
    _, frozen = smoke("transfer_features", **sources)
    result, kept = smoke("transfer_heads", transfer_features=frozen.files["features.npz"])
    assert [each.parameters for each in result.heads] == [262_401, 65_793] and result.photos == 8
    assert [len(each.curve) for each in result.heads] == [2, 2]
    assert kept.arrays["squeezenet_predicted"].shape == (1, 8)
    assert written("transfer_heads", result, kept.arrays, kept.options)["squeezenet_parameters"][1] == "65,793"


def test_the_printed_table_is_that_of_the_network(smoke, written):
    from cnnlab.experiments.transfer_printed.compute import is_whole
    from cnnlab.experiments.transfer_printed.printed import GIGA, MEGABYTES, TOTALS

    result, _ = smoke("transfer_printed")
    assert [(row.kind, row.output, row.parameters) for row in result.rows] == [row.printed for row in result.rows]
    assert (result.parameters, result.trained) == (TOTALS["parameters"], TOTALS["trained"])
    assert round(result.macs_biases / 1e9, 2) == GIGA and round(result.macs / 1e9, 2) == 15.35
    assert {name: round(each, 2) for name, each in result.megabytes.items()} == MEGABYTES
    assert result.tested == 200 and result.possible == (200, 400, 600, 800, 1000) and result.insects_possible == 0
    assert [each.share.correct for each in result.accuracies] == [144, 181, 185, 192]
    assert is_whole(0.905, 200) and not is_whole(0.905, 100) and is_whole(2 / 3, 3)
    assert written("transfer_printed", result)["parameters"][1] == "14,780,481"


def test_wrong_sizes_of_a_cross_validation_are_refused(smoke, sources):
    with pytest.raises(OptionError, match="folds"):
        smoke("transfer_features", {"folds": 9}, **sources)
