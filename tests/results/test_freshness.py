"""What makes a result stale, and what does not; seen through the command, on a project that can be edited."""

import shlex
import subprocess
import sys

import pytest

from cnnlab.errors import StorageError
from cnnlab.results import definitions, freshness


@pytest.fixture
def kept(project):
    """A project whose result is kept and fresh."""
    done = project.cnnlab("run", "toy")
    assert done.returncode == 0, done.stderr
    assert "kept in figures/toy" in done.stdout
    return project


def why(project) -> str:
    return project.cnnlab("why", "toy").stdout


def test_a_result_that_was_just_kept_is_fresh(kept):
    assert "toy is fresh" in why(kept)
    again = kept.cnnlab("run", "toy")
    assert "nothing to do" in again.stdout
    assert kept.cnnlab("status", "--strict").returncode == 0


COMPUTE, NETWORK = "cnnlab/experiments/toy/compute.py", "cnnlab/models/toy.py"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (NETWORK, '"""Docstring."""', '"""Another docstring."""'),
        (NETWORK, "# comment", "# another comment"),
        (NETWORK, "return RATE", "return (\n        RATE)"),
        (NETWORK, "size={size}", "the size is {size}"),
        (NETWORK, "size: int) -> float", "size)"),
        (NETWORK, "def names", "UNUSED = 1\n\n\ndef names"),
        ("cnnlab/models/other.py", "x = 1", "x = 2"),
        ("cnnlab/experiments/toy/numbers.py", "percent(result.full.accuracy, 2)", "percent(result.full.accuracy, 1)"),
        (COMPUTE, '"""Docstring."""', ""),
        (COMPUTE, "smoke=dict(size=1)", "smoke=dict(size=2)"),
        ("cnnlab/words.tsv", "época", "era"),
        ("cnnlab/results/store.py", "is damaged", "is broken"),
    ],
)
def test_edits_that_cannot_change_a_result_leave_it_fresh(kept, path, old, new):
    kept.edit(path, old, new)
    assert "toy is fresh" in why(kept)


@pytest.mark.parametrize(
    ("path", "old", "new", "state", "reason"),
    [
        (NETWORK, "0.9894", "0.9895", "unverified", "code cnnlab.models.toy: changed RATE"),
        (NETWORK, "return RATE", "return 1 * RATE", "unverified", "code cnnlab.models.toy: changed value"),
        ("cnnlab/models/toy_names.txt", "two", "three", "unverified", "cnnlab/models/toy_names.txt: changed the file"),
        (COMPUTE, "** 2", "** 3", "unverified", "code cnnlab.experiments.toy.compute: changed toy_experiment"),
        (COMPUTE, "size: int = 4", "size: int = 5", "stale", "option size: was 4, is 5"),
        (COMPUTE, "size: int = 4", "size: int = 4\n    more: int = 1", "unverified", "option more: new"),
        (COMPUTE, "seeds: tuple[int, ...] = (0, 1)\n    ", "", "unverified", "option seeds: no longer there"),
        (
            COMPUTE,
            "    run.seed(0)",
            "    from cnnlab.models.other import x\n\n    run.seed(x)",
            "unverified",
            "other: new x",
        ),
        ("cnnlab/runtime.py", "random.seed(number)", "random.seed(number + 1)", "unverified", "runtime: changed seed"),
    ],
)
def test_edits_that_can_change_a_result_are_named(kept, path, old, new, state, reason):
    kept.edit(path, old, new)
    answer = why(kept)
    assert f"toy is {state}" in answer
    assert reason in answer
    status = kept.cnnlab("status", "--strict")
    assert status.returncode == 1
    assert f"1 {state}" in status.stdout


def test_a_stale_result_is_computed_again(kept):
    kept.edit(COMPUTE, "size: int = 4", "size: int = 5")
    assert kept.cnnlab("run").returncode == 0  # without a name: all that are stale or missing
    assert "toy is fresh" in why(kept)
    assert b'"size": 5' in kept.kept()["result.json"]


def test_an_unverified_result_is_computed_again_only_where_it_is_named(kept):
    kept.edit(NETWORK, "0.9894", "0.5")
    before = kept.kept()
    assert "1 unverified: cnnlab verify" in kept.cnnlab("run").stdout
    assert kept.kept() == before
    assert kept.cnnlab("run", "toy").returncode == 0
    assert "toy is fresh" in why(kept)
    assert b"0.5" in kept.kept()["result.json"]


def test_an_experiment_without_a_result_is_missing(project):
    status = project.cnnlab("status", "--strict")
    assert status.returncode == 1
    assert "missing" in status.stdout
    assert "cnnlab run toy" in status.stdout


def test_a_smoke_run_leaves_what_is_kept_alone(kept):
    before = kept.kept()
    done = kept.cnnlab("run", "toy", "--budget", "smoke")
    assert "toy works" in done.stdout
    assert kept.kept() == before


def test_an_unknown_name_says_the_nearest(kept):
    for command in (("run", "toi"), ("why", "toi"), ("run", "toy", "toi")):
        done = kept.cnnlab(*command)
        assert done.returncode == 1
        assert "did you mean 'toy'?" in done.stderr
        assert "Traceback" not in done.stderr


def test_numbers_of_the_prose_are_written_for_each_language(kept):
    kept.cnnlab("numbers", "--lang", "es")
    path = kept.root / "_variables.yml"
    spanish = path.read_text(encoding="utf-8")
    assert 'accuracy: "98,94\u202f%"' in spanish
    assert 'preface: "Prefacio"' in spanish
    assert 'provenance: "CPU · float32 · semillas 0–1' in spanish
    before = path.stat().st_mtime_ns
    assert "nothing changed" in kept.cnnlab("numbers", "--lang", "es").stdout
    assert path.stat().st_mtime_ns == before
    kept.cnnlab("numbers", "--lang", "en")
    assert 'accuracy: "98.94%"' in path.read_text(encoding="utf-8")
    path.write_bytes(b"\xe9")  # which is no UTF-8
    assert "written" in kept.cnnlab("numbers", "--lang", "en").stdout
    assert 'accuracy: "98.94%"' in path.read_text(encoding="utf-8")


def test_an_experiment_that_cannot_be_imported_does_not_hide_the_others(kept):
    kept.add("broken", "def f(:\n")
    status = kept.cnnlab("status")
    assert status.returncode == 0
    assert "toy" in status.stdout and "1 fresh, 1 stale" in status.stdout
    assert "'broken' cannot be imported: SyntaxError" in status.stdout
    done = kept.cnnlab("run", "broken")
    assert done.returncode == 1
    assert "mend cnnlab/experiments/broken/compute.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_experiments_that_depend_on_each_other_are_named(kept):
    kept.edit(COMPUTE, "result=Toy,", "result=Toy, depends_on=('toy',),")
    status = kept.cnnlab("status")
    assert status.returncode == 1
    assert "in a circle: toy, toy" in status.stderr


@pytest.mark.parametrize(
    ("old", "new"), [('"budget": "cpu"', '"budget": "x"'), ('"device": "cpu"', '"device": "cuda:0"')]
)
def test_a_provenance_of_unknown_words_is_damaged(kept, old, new):
    kept.edit("figures/toy/result.json", old, new)
    assert "figures/toy/result.json is damaged: Invalid enum value" in why(kept)
    assert "Traceback" not in kept.cnnlab("status").stderr


def test_a_reader_that_stops_early_is_no_error(kept):
    command = f"{shlex.quote(sys.executable)} -m cnnlab status | true"
    done = subprocess.run(
        ["sh", "-c", command], cwd=kept.root, env=kept.environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["verification", "definitions"])
def test_a_file_where_the_cache_needs_a_folder_is_said(tmp_path, monkeypatch, name):
    (tmp_path / "_quarto.yml").touch()
    (tmp_path / ".cnnlab").mkdir()
    (tmp_path / ".cnnlab" / name).touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError, match=f"{name}: a file lies where a folder is needed"):
        if name == "verification":
            freshness.remember_difference("toy", {}, "a: 1 before, 2 now")
        else:
            definitions.todays_package().module("cnnlab.errors")
