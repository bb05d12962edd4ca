"""Places, and writing there in one step."""

import os
import sys
from pathlib import Path

import pytest

from cnnlab import paths
from cnnlab.errors import OptionError


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
