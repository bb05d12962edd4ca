"""Large files that an experiment keeps outside git, for another that needs them."""

import json
import shutil

import pytest

from cnnlab.errors import OptionError, ResultError
from cnnlab.results import large_files

MAKER = """
from dataclasses import dataclass
from cnnlab.models import toy
from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    content: str = "weights"


@dataclass(frozen=True)
class Made(Result):
    value: float


@experiment("maker", options=Options, result=Made, smoke=dict(content="few"))
def maker(options: Options, run: Run) -> Made:
    run.keep("network.bin", lambda path: path.write_text(options.content * 3))
    return Made(toy.value(1))
"""
USER = """
from dataclasses import dataclass
from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    pass


@dataclass(frozen=True)
class Used(Result):
    read: str


@experiment("user", options=Options, result=Used, depends_on=("maker",))
def user(options: Options, run: Run) -> Used:
    return Used(run.needed("maker", "network.bin").read_text())
"""


@pytest.fixture
def pair(project):
    """A project in which one experiment needs a file of another."""
    project.add("maker", MAKER)
    project.add("user", USER)
    shutil.rmtree(project.root / "cnnlab/experiments/toy")
    return project


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "_quarto.yml").touch()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("file", ["../x", "a/b", "", ".", None, "a\0"])
def test_names_that_are_no_files_are_refused(here, file):
    with pytest.raises(OptionError, match="the name of a file, without a folder"):
        large_files.put("maker", file, lambda path: path.touch())


@pytest.mark.parametrize("write", [lambda path: None, lambda path: path.mkdir()])
def test_what_is_not_written_is_said(here, write):
    with pytest.raises(ResultError, match="network.bin of 'maker' was not written"):
        large_files.put("maker", "network.bin", write)


def kept_files(project):
    return sorted((project.root / ".cnnlab/large-files/maker").iterdir())


def read(project):
    return json.loads((project.root / "figures/user/result.json").read_text())["result"]["read"]


def test_what_one_keeps_the_other_reads(pair):
    done = pair.cnnlab("run", "user", "maker")  # whatever the order they are named in
    assert done.returncode == 0, done.stderr
    assert read(pair) == "weights" * 3
    assert pair.cnnlab("status", "--strict").returncode == 0
    assert not any(path.name.endswith("network.bin") for path in (pair.root / "figures").rglob("*"))


def test_without_it_the_command_that_makes_it_is_named(pair):
    done = pair.cnnlab("run", "user")
    assert done.returncode == 1 and "cnnlab run maker" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_kept_file_that_is_gone_or_changed_is_not_used(pair, harm):
    pair.cnnlab("run", "maker")
    (file,) = kept_files(pair)
    file.unlink() if harm == "gone" else file.write_text("others")
    done = pair.cnnlab("run", "user")
    assert done.returncode == 1 and "cnnlab run maker --force" in done.stderr


def test_another_content_makes_what_needs_it_stale(pair):
    pair.cnnlab("run", "maker", "user")
    pair.edit("cnnlab/experiments/maker/compute.py", 'content: str = "weights"', 'content: str = "other"')
    assert pair.cnnlab("run", "maker").returncode == 0
    why = pair.cnnlab("why", "user").stdout
    assert "user is stale" in why and "maker" in why
    assert pair.cnnlab("run", "user").returncode == 0 and read(pair) == "other" * 3
    assert len(kept_files(pair)) == 1  # the earlier one is removed


def test_the_same_content_leaves_it_fresh(pair):
    pair.cnnlab("run", "maker", "user")
    assert pair.cnnlab("run", "maker", "--force").returncode == 0
    assert "user is fresh" in pair.cnnlab("why", "user").stdout


def test_a_smoke_run_takes_that_of_a_smoke_run(pair):
    done = pair.cnnlab("run", "maker", "user", "--budget", "smoke")
    assert done.returncode == 0, done.stderr
    kept = json.loads((pair.root / ".cnnlab/smoke/user/result.json").read_text())
    assert kept["result"]["read"] == "few" * 3


def test_a_file_that_was_not_declared_is_refused(pair):
    pair.edit("cnnlab/experiments/user/compute.py", '"network.bin"', '"netwrok.bin"')
    done = pair.cnnlab("run", "maker", "user")
    assert done.returncode == 1 and "keeps no file 'netwrok.bin'" in done.stderr and "network.bin" in done.stderr
    pair.edit("cnnlab/experiments/user/compute.py", 'depends_on=("maker",)', "depends_on=()")
    done = pair.cnnlab("run", "user")
    assert done.returncode == 1 and "does not declare that it depends on 'maker'" in done.stderr
