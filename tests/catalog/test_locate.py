"""The order in which places are looked at, and what is said of each."""

import hashlib

import pytest

from cnnlab import catalog
from cnnlab.errors import DataError, OptionError

SHA256 = hashlib.sha256(b"content").hexdigest()


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Two folders that CNNLAB_DATA names."""
    both = tmp_path / "one", tmp_path / "two"
    monkeypatch.setenv("CNNLAB_DATA", ":".join(map(str, both)))
    return both


def put(path, content=b"content"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_folders_of_the_user_come_in_their_order(folders, enter):
    enter("weights", "net", {"net.pth": (f"sha256:{SHA256}", None)})
    put(folders[1] / "weights" / "net.pth")
    assert catalog.find("net").path == folders[1] / "weights" / "net.pth"
    put(folders[0] / "weights" / "net.pth")
    assert catalog.find("net").path == folders[0] / "weights" / "net.pth"
    assert catalog.state("net").place == "data folder"


def test_a_file_of_the_user_that_is_another_is_refused_and_named(folders, enter):
    enter("weights", "net", {"net.pth": (f"sha256:{SHA256}", None)})
    put(folders[0] / "weights" / "net.pth", b"conten")
    with pytest.raises(DataError, match="one/weights/net.pth is not the file of net(.*\n)*.*remove it"):
        catalog.find("net")


def test_a_data_set_is_there_only_when_all_its_files_are(folders, enter):
    enter("data", "some", {"a": (None, None), "sub/b": (None, None)})
    put(folders[0] / "data" / "some" / "a")
    assert catalog.state("some").place == "missing"
    with pytest.raises(DataError, match="put a, sub/b into data/some/ of a folder that CNNLAB_DATA names"):
        catalog.find("some")
    put(folders[0] / "data" / "some" / "sub" / "b")
    assert catalog.find("some").path == folders[0] / "data" / "some"


def test_relative_folders_start_at_the_projects_root(monkeypatch, tmp_path, enter):
    enter("weights", "net", {"net.pth": (None, None)})
    put(tmp_path / "beside" / "weights" / "net.pth")
    monkeypatch.setenv("CNNLAB_DATA", "../beside")
    (tmp_path / "project" / "chapters").mkdir()
    monkeypatch.chdir(tmp_path / "project" / "chapters")
    assert catalog.find("net").path == tmp_path / "beside" / "weights" / "net.pth"


def test_an_unknown_name_says_the_nearest():
    with pytest.raises(OptionError, match="did you mean 'flowers102'"):
        catalog.find("flowers")


@pytest.mark.data("raccoon", "coco", "mnist", "cifar10", "flowers102", "hymenoptera", "catsdogs")
@pytest.mark.parametrize("name", ["raccoon", "coco", "mnist", "cifar10", "flowers102", "hymenoptera", "catsdogs"])
def test_real_data_sets_are_the_ones_of_the_manifests(name):
    found = catalog.find(name)
    assert found.variant in ("compact", "all pictures")
    assert found.sha256 == catalog.digests(name)[found.variant]


@pytest.mark.data("resnet50_v1_keras.fp16.safetensors", "squeezenet1_1.safetensors", "yolox_nano.onnx")
@pytest.mark.parametrize("name", ["resnet50_keras", "squeezenet1_1", "yolox_nano"])
def test_real_weights_are_the_right_ones(name):
    assert catalog.find(name).sha256 in catalog.digests(name).values()
