"""Downloads: what comes is checked before it is kept, and nothing is left where something goes wrong."""

import errno
import hashlib
import io
import threading
import zipfile

import pooch
import pytest

from cnnlab import catalog, cli, paths
from cnnlab.catalog import File
from cnnlab.errors import DataError, DownloadError, OptionError, StorageError

CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


def left() -> list[str]:
    """All files in the cache, but for those of locks."""
    cache = paths.user_cache()
    return [str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock"]


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
    host.answers |= {"/a.gz": (200, b"\x1f\x8ba"), "/images/b.jpg": (200, b"\xff\xd8b")}
    files = {path: (None, f"{host.url}/{path}") for path in ("a.gz", "images/b.jpg")}
    enter("data", "some", files)
    found = catalog.find("some")
    assert (found.path / "images" / "b.jpg").read_bytes() == b"\xff\xd8b"


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


# ---- files of which no digest is known


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("ants/1.jpg", b"photo" * 20_000)
    return made.getvalue()


ARCHIVE = archive()  # once: it has the time in it


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
        b'{"message": "rate limit exceeded"}',
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 47286322\n",
        b"",
        ARCHIVE[:200],
    ],
)
def test_what_has_another_size_or_kind_is_refused(host, enter, content):
    host.answers["/a.zip"] = (200, content)
    enter("data", "some", {"a.zip": (None, f"{host.url}/a.zip")}, size=len(ARCHIVE) / 1e6)
    with pytest.raises(DownloadError, match="not the file that was asked for: it (has|begins|is empty)"):
        catalog.find("some")
    assert left() == []


def test_another_kind_of_the_right_size_is_refused(host, enter):
    host.answers |= {"/a.zip": (200, b"{" + b" " * 999), "/b.zip": (200, ARCHIVE)}
    enter("data", "some", {"a.zip": (None, f"{host.url}/a.zip")})
    with pytest.raises(DownloadError, match="begins with b'\\{ ', which no .zip does"):
        catalog.find("some")
    enter("data", "other", {"b.zip": (None, f"{host.url}/b.zip")}, size=len(ARCHIVE) / 1e6)
    assert (catalog.find("other").path / "b.zip").read_bytes() == ARCHIVE


@pytest.mark.parametrize("check", [f"sha256:{SHA256}", None])
def test_a_file_in_the_cache_that_is_another_is_fetched_again(host, enter, check, capsys):
    host.answers["/net.pth"] = (200, CONTENT)
    enter("weights", "net", {"net.pth": (check, f"{host.url}/net.pth")}, size=len(CONTENT) / 1e6)
    kept = catalog.find("net").path
    kept.write_bytes(b"<Error/>" * 2500)
    state = catalog.state("net")
    assert state.doubt == "net.pth: it has 0.02 MB, not 0.007" and state.remedy == "cnnlab fetch net replaces it"
    with pytest.raises(DataError, match="net.pth is not the file of net(.|\n)*cnnlab fetch net replaces it"):
        catalog.find("net")
    assert catalog.fetch("net").path.read_bytes() == CONTENT and catalog.state("net").doubt is None
    assert "it is fetched again" in capsys.readouterr().err
    catalog.fetch("net")
    assert host.asked == ["/net.pth"] * 2


def test_the_command_replaces_what_is_damaged_in_the_cache(host, enter, capsys):
    """It is the remedy that the error names."""
    host.answers["/net.pth"] = (200, CONTENT)
    enter("weights", "net", {"net.pth": (f"sha256:{SHA256}", f"{host.url}/net.pth")})
    kept = catalog.find("net").path
    kept.write_bytes(b"damaged")
    assert cli.main(["fetch", "net"]) == 0
    assert kept.read_bytes() == CONTENT and "it is fetched again" in capsys.readouterr().err
    assert cli.main(["fetch", "net"]) == 0
    assert host.asked == ["/net.pth"] * 2


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b" <!DOCTYPE HTML>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1", "what stands for a large file"),
    ],
)
@pytest.mark.parametrize("name", ["a.pth", "a.csv", "a.mat", "a.zip"])
def test_what_comes_instead_of_a_file_is_told_whatever_its_name(tmp_path, content, what, name):
    (tmp_path / name).write_bytes(content)
    assert what in File(name, None).problem(tmp_path / name)


def test_an_empty_file_is_told_however_small_it_should_be(tmp_path):
    (tmp_path / "a.csv").touch()
    assert File("a.csv", None, megabytes=0.005).problem(tmp_path / "a.csv") == "it is empty"


@pytest.mark.parametrize("name", [None, ["mnist"], 5, ""])
def test_names_of_other_types_are_refused(name):
    with pytest.raises(OptionError, match="the catalogue has no"):
        catalog.find(name)


def test_what_cannot_be_fetched_again_stays(host, enter):
    host.answers["/net.pth"] = (200, CONTENT)
    enter("weights", "net", {"net.pth": (f"sha256:{SHA256}", f"{host.url}/net.pth")})
    kept = catalog.find("net").path
    kept.write_bytes(b"damaged")
    host.answers.clear()
    with pytest.raises(DownloadError, match="404"):
        catalog.fetch("net")
    assert kept.read_bytes() == b"damaged"


def test_two_projects_share_one_cache_and_one_download(host, enter, tmp_path, monkeypatch, capsys):
    """The second waits for the first, though it is called in another project."""
    host.answers["/net.pth"] = (200, CONTENT)
    enter("weights", "net", {"net.pth": (f"sha256:{SHA256}", f"{host.url}/net.pth")})
    other = tmp_path / "other"
    other.mkdir()
    (other / "_quarto.yml").write_text("")
    found = []
    with paths.lock("download-net", paths.user_cache()):  # the first project's, which is still downloading
        monkeypatch.chdir(other)
        second = threading.Thread(target=lambda: found.append(catalog.find("net")))
        second.start()
        second.join(0.5)
        assert second.is_alive() and host.asked == []
    second.join()
    assert found[0].sha256 == SHA256 and host.asked == ["/net.pth"]
    assert "waiting for another process" in capsys.readouterr().err
