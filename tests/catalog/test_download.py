"""Downloads: what comes is checked before it is kept, and nothing is left where something goes wrong."""

import errno
import hashlib

import pooch
import pytest

from cnnlab import catalog, paths
from cnnlab.errors import DownloadError, StorageError

CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


def left() -> list[str]:
    """All files in the cache."""
    return [str(path.relative_to(paths.user_cache())) for path in paths.user_cache().rglob("*") if path.is_file()]


@pytest.mark.parametrize("check", [f"sha256:{SHA256}", f"sha256-prefix:{SHA256[:8]}", f"md5:{MD5}", None])
def test_a_file_is_fetched_once_and_found_then(host, enter, check):
    host.answers["/net.pth"] = (200, CONTENT)
    enter("weights", "net", {"net.pth": (check, f"{host.url}/net.pth")})
    assert catalog.state("net").place == "missing"
    found = catalog.find("net")
    assert found.path.read_bytes() == CONTENT
    assert found.sha256 == SHA256
    assert catalog.find("net") == found
    assert host.asked == ["/net.pth"]
    assert catalog.state("net").place == "cache"


def test_a_data_set_of_several_files_is_a_folder(host, enter):
    host.answers |= {"/a.gz": (200, b"a"), "/images/b.jpg": (200, b"b")}
    files = {path: (None, f"{host.url}/{path}") for path in ("a.gz", "images/b.jpg")}
    enter("data", "some", files)
    found = catalog.find("some")
    assert (found.path / "images" / "b.jpg").read_bytes() == b"b"


@pytest.mark.parametrize("check", [f"sha256:{'0' * 64}", "sha256-prefix:00000000", f"md5:{'0' * 32}"])
def test_what_is_not_the_file_is_refused(host, enter, check):
    host.answers["/net.pth"] = (200, CONTENT)
    enter("weights", "net", {"net.pth": (check, f"{host.url}/net.pth")})
    with pytest.raises(DownloadError, match="not the file that was asked for(.*\n)*.*put net.pth into weights/"):
        catalog.find("net")
    assert left() == []


def test_a_web_page_instead_of_a_file_is_refused(host, enter):
    host.answers["/net.pth"] = (200, b"\n<!DOCTYPE html><html>Please log in</html>")
    enter("weights", "net", {"net.pth": (None, f"{host.url}/net.pth")})
    with pytest.raises(DownloadError, match="sent a web page instead of the file"):
        catalog.find("net")
    assert left() == []


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_host_that_refuses_is_quoted(host, enter, status):
    host.answers["/net.pth"] = (status, b"no")
    enter("weights", "net", {"net.pth": (None, f"{host.url}/net.pth")})
    with pytest.raises(DownloadError, match=f"the host answers {status}"):
        catalog.find("net")
    assert left() == []


def test_a_host_that_cannot_be_reached_is_named(enter):
    enter("weights", "net", {"net.pth": (None, "http://127.0.0.1:9/net.pth")})
    with pytest.raises(DownloadError, match="127.0.0.1:9/net.pth: the host cannot be reached"):
        catalog.find("net")
    assert left() == []


def test_one_bad_file_of_many_leaves_none(host, enter):
    host.answers["/a"] = (200, b"a")
    enter("data", "some", {"a": (None, f"{host.url}/a"), "b": (None, f"{host.url}/b")})
    with pytest.raises(DownloadError, match="/b: the host answers 404"):
        catalog.find("some")
    assert left() == []


def test_a_disk_that_fills_up_is_said_and_leaves_nothing(enter, monkeypatch):
    def retrieve(*_, path, fname, **__):
        (path / fname).write_bytes(b"a part")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    enter("weights", "net", {"net.pth": (None, "http://127.0.0.1:9/net.pth")})
    with pytest.raises(StorageError, match="the disk is full"):
        catalog.find("net")
    assert left() == []
