"""Places, and writing there in one step."""

import errno
import os
import sys
from pathlib import Path

import pytest

from cnnlab import paths
from cnnlab.errors import OptionError, StorageError


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "_quarto.yml").write_text("")
    (tmp_path / "chapters" / "en").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "chapters" / "en")
    return tmp_path


def test_the_project_is_found_from_below(root):
    assert paths.project_root() == root
    assert paths.figures_dir() == root / "figures"
    assert paths.project_cache() == root / ".cnnlab"


def test_outside_a_project_that_is_said(tmp_path):
    with pytest.raises(OptionError, match="no project at"):
        paths.project_root(tmp_path)


@pytest.mark.parametrize(
    ("profile", "lang"), [(None, "es"), ("en", "en"), ("es", "es"), ("draft,en", "en"), ("x", "es")]
)
def test_the_language_is_that_of_the_profile(profile, lang, monkeypatch):
    if profile:
        monkeypatch.setenv("QUARTO_PROFILE", profile)
    assert paths.profile() == lang


def test_the_cache_and_the_data_are_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNLAB_CACHE", str(tmp_path / "here"))
    assert paths.user_cache() == tmp_path / "here"
    monkeypatch.delenv("CNNLAB_CACHE")
    assert paths.user_cache().name == "cnnlab"
    assert paths.data_folders() == []
    monkeypatch.setenv("CNNLAB_DATA", os.pathsep.join(["/a", "/b", ""]))
    assert paths.data_folders() == [Path("/a"), Path("/b")]


def test_relative_folders_of_the_environment_start_at_the_projects_root(root, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", "../data")
    monkeypatch.setenv("CNNLAB_CACHE", "cache")
    assert paths.data_folders() == [root.parent / "data"]
    assert paths.user_cache() == root / "cache"


@pytest.mark.parametrize(("variable", "read"), [("CNNLAB_DATA", "data_folders"), ("CNNLAB_CACHE", "user_cache")])
def test_the_home_of_an_unknown_user_is_said(variable, read, monkeypatch):
    monkeypatch.setenv(variable, "~nobody-of-this-name/x")
    with pytest.raises(OptionError, match=f"{variable} names ~nobody-of-this-name/x"):
        getattr(paths, read)()


@pytest.mark.skipif(sys.platform == "win32", reason="there the working folder cannot be removed")
def test_a_working_folder_that_was_removed_is_said(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(OptionError, match="has been removed"):
        paths.project_root()


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    paths.write_atomically(path, "ñ")
    assert path.read_bytes() == "ñ".encode()

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(RuntimeError):
        paths.write_atomically(path, "new")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["ñ"]


@pytest.mark.parametrize("at_once", [True, False], ids=["exchanged", "renamed twice"])
def test_a_folder_takes_the_place_of_another(tmp_path, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(paths, "exchange", lambda one, two: False)
    for word in ("first", "second"):
        new = tmp_path / "work" / "new"
        new.mkdir(parents=True)
        (new / word).touch()
        paths.replace_folder(new, tmp_path / "deep" / "old")
        assert [path.name for path in (tmp_path / "deep" / "old").iterdir()] == [word]
        assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("there", [True, False], ids=["replaced", "new"])
def test_a_folder_of_another_disk_is_copied(tmp_path, monkeypatch, there):
    """As where `figures/` is a volume of its own; also where the system cannot exchange folders."""
    new, old, rename = tmp_path / "work" / "new", tmp_path / "disk" / "old", os.rename
    for folder, word in ((new, "second"), *([(old, "first")] if there else [])):
        folder.mkdir(parents=True)
        (folder / word).touch()

    def within_a_disk(one, other):
        if Path(one).is_relative_to(tmp_path / "work") != Path(other).is_relative_to(tmp_path / "work"):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(one), None, str(other))
        rename(one, other)

    monkeypatch.setattr(os, "rename", within_a_disk)
    monkeypatch.setattr(paths, "exchange", lambda one, two: False)
    paths.replace_folder(new, old)
    assert [path.name for path in old.iterdir()] == ["second"]
    assert [path.name for path in old.parent.iterdir()] == ["old"] and list(new.parent.iterdir()) == []


def test_a_folder_that_cannot_be_replaced_stays(tmp_path, monkeypatch):
    new, old, rename = tmp_path / "new", tmp_path / "old", os.rename
    for folder in (new, old):
        folder.mkdir()
        (folder / folder.name).touch()

    def fail_on_new(one, other):
        if Path(one) == new:
            raise OSError(errno.EIO, "Input/output error", str(one))
        rename(one, other)

    monkeypatch.setattr(os, "rename", fail_on_new)
    monkeypatch.setattr(paths, "exchange", lambda one, two: False)
    with pytest.raises(StorageError, match="the disk does not answer"):
        paths.replace_folder(new, old)
    assert {path.name: [each.name for each in path.iterdir()] for path in tmp_path.iterdir()} == {
        "new": ["new"],
        "old": ["old"],
    }


def test_a_folder_where_a_file_is_to_be_written_is_said(tmp_path, root):
    (tmp_path / "file").mkdir()
    with pytest.raises(StorageError, match="a folder lies where a file is needed(.|\n)*move the folder away"):
        paths.write_atomically(tmp_path / "file", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_quarto.yml", "chapters", "file"]
    (tmp_path / ".cnnlab" / "locks" / "some.lock").mkdir(parents=True)
    with pytest.raises(StorageError, match="some.lock: a folder lies"), paths.lock("some"):
        pass


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="only Linux and macOS exchange two folders at once")
def test_two_folders_are_exchanged_at_once(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert paths.exchange(tmp_path / "a", tmp_path / "b")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert not paths.exchange(tmp_path / "a", tmp_path / "missing")


def test_a_lock_is_given_back_after_an_error(root):
    with pytest.raises(RuntimeError), paths.lock("some"):
        raise RuntimeError
    with paths.lock("some"):
        pass


def test_the_second_edition_inherits_nothing_of_the_project(monkeypatch):
    for name, value in {"QUARTO_PROJECT_RENDER_ALL": "1", "QUARTO_PROFILE": "es", "QUARTO_BIN_PATH": "/q"}.items():
        monkeypatch.setenv(name, value)
    assert paths.under_quarto()
    assert paths.is_whole_quarto_render()
    quarto, environment = paths.second_edition()
    assert quarto == "quarto"
    assert "QUARTO_PROJECT_RENDER_ALL" not in environment
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert not paths.is_whole_quarto_render()
