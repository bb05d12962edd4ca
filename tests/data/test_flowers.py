"""The set of flowers in both forms: the official archive with its .mat files, and three zips."""

import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from cnnlab.errors import DataError

pytestmark = pytest.mark.torch


@pytest.fixture
def flowers():
    from cnnlab.data import flowers

    return flowers


def test_zips_give_the_splits_by_number(flowers, drawn_flowers):
    data = flowers.load(drawn_flowers)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [9, 9, 9] and data.left_out == ()
    assert [photo.label for photo in data.train] == [0, 1, 2] * 3 and data.train[0].number == 1


def test_official_form_reads_the_mat_files(flowers, tmp_path):
    from scipy.io import savemat

    savemat(tmp_path / "imagelabels.mat", {"labels": np.array([[3, 1, 2, 2]])})
    savemat(tmp_path / "setid.mat", {"trnid": [[2]], "valid": [[4]], "tstid": [[3, 1]]})
    with tarfile.open(tmp_path / "102flowers.tgz", "w:gz") as archive:
        for number in range(1, 5):
            buffer = io.BytesIO()
            Image.new("RGB", (8, 8), (number, 0, 0)).save(buffer, "JPEG")
            member = tarfile.TarInfo(f"jpg/image_{number:05d}.jpg")
            member.size = buffer.tell()
            archive.addfile(member, io.BytesIO(buffer.getvalue()))
    data = flowers.load(tmp_path)
    assert [(p.number, p.label) for p in data.test] == [(1, 2), (3, 1)]
    assert [(p.number, p.label) for p in data.train + data.validation] == [(2, 0), (4, 1)]


def test_a_training_photo_that_is_also_a_test_photo_is_left_out(flowers, drawn_flowers):
    with zipfile.ZipFile(drawn_flowers / "train.zip", "a") as archive:
        archive.writestr("1/image_07307.webp", b"")
    with zipfile.ZipFile(drawn_flowers / "test.zip", "a") as archive:
        archive.writestr("1/image_07309.webp", b"")
    data = flowers.load(drawn_flowers)
    assert data.left_out == (7307,) and len(data.train) == 9 and len(data.test) == 10


def test_full_size_photos_are_packed_and_preferred(flowers, drawn_flowers, tmp_path):
    from cnnlab.data.flowers_full import pack

    small, photos = flowers.load(drawn_flowers), tmp_path / "photos"
    for photo in small.train + small.validation + small.test:
        path = photos / "any" / str(photo.label + 1) / f"image_{photo.number:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        photo.picture().resize((112, 96)).save(path)
    pack(photos, drawn_flowers, drawn_flowers)
    digest = [(drawn_flowers / name).read_bytes() for name in flowers.FULL_ZIPS.values()]
    pack(photos, drawn_flowers, drawn_flowers)
    assert digest == [(drawn_flowers / name).read_bytes() for name in flowers.FULL_ZIPS.values()]
    full = flowers.load(drawn_flowers)
    assert {photo.picture().size for photo in full.test} == {(112, 96)}
    assert [(p.number, p.label) for p in full.train] == [(p.number, p.label) for p in small.train]
    (drawn_flowers / "test-full.zip").unlink()  # a part of them is not read
    assert {photo.picture().size for photo in flowers.load(drawn_flowers).train} == {(56, 48)}
    path.unlink()
    with pytest.raises(DataError, match=r"image_\d{5}\.jpg"):
        pack(photos, drawn_flowers, drawn_flowers)


@pytest.mark.parametrize("damage", ["truncated", "missing", "empty", "badly compressed"])
def test_damaged_data_are_named(flowers, drawn_flowers, damage):
    path = drawn_flowers / "val.zip"
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:100])
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            if damage == "badly compressed":
                archive.writestr("1/image_00001.webp", bytes(1000))
                begin = archive.getinfo("1/image_00001.webp").header_offset + 30 + len("1/image_00001.webp")
        if damage == "badly compressed":
            data = path.read_bytes()
            path.write_bytes(data[:begin] + b"\xff" + data[begin + 1 :])  # no block of this kind exists
    with pytest.raises(DataError, match="flowers102"):
        flowers.load(drawn_flowers)


def test_there_are_102_names(flowers):
    names = flowers.names()
    assert len(names) == len(set(names)) == 102 and names[0] == "pink primrose"


@pytest.mark.data("flowers102")
def test_real_flowers_have_the_official_counts(flowers):
    from cnnlab import catalog

    data = flowers.load(catalog.find("flowers102").path)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [1019, 1020, 6149]
    assert data.left_out == (7307,) and {photo.label for photo in data.train} == set(range(102))
