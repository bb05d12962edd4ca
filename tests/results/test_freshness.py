"""What makes a result stale, and what does not; seen through the command, on a project that can be edited."""

import pytest


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


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("cnnlab/nets/toy.py", '"""Docstring."""', '"""Another docstring."""'),
        ("cnnlab/nets/toy.py", "# comment", "# another comment"),
        ("cnnlab/nets/toy.py", "return 0.9894", "return (\n        0.9894)"),
        ("cnnlab/nets/other.py", "x = 1", "x = 2"),
        ("cnnlab/experiments/toy.py", "percent(result.full.accuracy, 2)", "percent(result.full.accuracy, 1)"),
        ("cnnlab/experiments/toy.py", '"""Docstring."""', ""),
        ("cnnlab/words.py", '"época"', '"era"'),
        ("cnnlab/results/store.py", "is damaged", "is broken"),
    ],
)
def test_edits_that_cannot_change_a_result_leave_it_fresh(kept, path, old, new):
    kept.edit(path, old, new)
    assert "toy is fresh" in why(kept)


@pytest.mark.parametrize(
    ("path", "old", "new", "reason"),
    [
        ("cnnlab/nets/toy.py", "0.9894", "0.9895", "code cnnlab.nets.toy: changed"),
        ("cnnlab/experiments/toy.py", "** 2", "** 3", "code cnnlab.experiments.toy: changed"),
        ("cnnlab/experiments/toy.py", "size: int = 4", "size: int = 5", "option size: was 4, is 5"),
        (
            "cnnlab/experiments/toy.py",
            "import numpy",
            "import cnnlab.nets.other",
            "code cnnlab.nets.other: now imported",
        ),
        ("cnnlab/runtime.py", "random.seed(number)", "random.seed(number + 1)", "code cnnlab.runtime: changed"),
    ],
)
def test_edits_that_can_change_a_result_make_it_stale_and_are_named(kept, path, old, new, reason):
    kept.edit(path, old, new)
    answer = why(kept)
    assert "toy is stale" in answer
    assert reason in answer
    status = kept.cnnlab("status", "--strict")
    assert status.returncode == 1
    assert "1 stale" in status.stdout


def test_a_stale_result_is_computed_again(kept):
    kept.edit("cnnlab/nets/toy.py", "0.9894", "0.5")
    assert kept.cnnlab("run").returncode == 0  # without a name: all that are not fresh
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
