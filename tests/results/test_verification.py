"""Verification: changes that make a difference are caught with the field named, all others are waved through."""

import json
import re
import signal
import subprocess
import time

import pytest

COMPUTE, NETWORK = "cnnlab/experiments/toy/compute.py", "cnnlab/models/toy.py"


@pytest.fixture
def made(project):
    """A project in git whose result is kept and committed."""
    project.commit()
    done = project.cnnlab("run", "toy")
    assert done.returncode == 0, done.stderr
    project.commit()
    return project


def verified(project, *words: str):
    done = project.cnnlab("verify", *words)
    assert "Traceback" not in done.stderr
    return done


def why(project) -> str:
    return project.cnnlab("why", "toy").stdout


def document(project) -> dict:
    return json.loads((project.root / "figures/toy/result.json").read_text())


MOVED = "from cnnlab.models.elsewhere import value\n"
HARMLESS = {
    "renamed constant": [(NETWORK, "RATE", "ACCURACY")],
    "renamed function": [(NETWORK, "def value", "def accuracy"), (COMPUTE, "toy.value", "toy.accuracy")],
    "rewritten expression": [(NETWORK, "return RATE", "return float(RATE)")],
    "renamed variable": [(COMPUTE, "for item in", "for each in")],
    "new option with a default": [(COMPUTE, "size: int = 4", "size: int = 4\n    more: int = 1")],
    "removed option": [(COMPUTE, "seeds: tuple[int, ...] = (0, 1)\n    ", "")],
    "removed check": [(NETWORK, "if size < 0:", "if size < -1:")],
    "another smoke budget": [(COMPUTE, "smoke=dict(size=1)", "smoke=dict(size=3)"), (NETWORK, "RATE", "ACCURACY")],
}


@pytest.mark.parametrize("edits", HARMLESS.values(), ids=HARMLESS.keys())
def test_changes_without_effect_are_verified_and_nothing_kept_changes_its_value(made, edits):
    before = document(made)
    for path, old, new in edits:
        made.edit(path, old, new)
    base, head = before["provenance"]["commit"], made.commit()
    assert "toy is unverified" in why(made)
    done = verified(made)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"✓ toy: {base} and {head} compute the same \(\d+ s\)", done.stdout)
    assert "toy is verified" in why(made)
    assert f"{head} equal to {base} (" in why(made)
    assert made.cnnlab("status", "--strict").returncode == 0
    after = document(made)
    assert {key: after[key] for key in ("result", "provenance", "arrays", "files")} == {
        key: before[key] for key in ("result", "provenance", "arrays", "files")
    }
    assert [each["commit"] for each in after["attestations"]] == [head]


def test_a_function_that_moved_to_another_module_is_verified(made):
    made.write("cnnlab/models/elsewhere.py", "def value(size):\n    return 0.9894\n")
    made.edit(NETWORK, "def value", "def unused")
    made.edit(NETWORK, "from pathlib import Path\n", f"from pathlib import Path\n\n{MOVED}")
    made.commit()
    assert verified(made).returncode == 0
    assert "toy is verified" in why(made)


HARMFUL = {
    "a rate": (NETWORK, "0.9894", "0.5", "full.accuracy: 0.9894 before, 0.5 now"),
    "a class name": ("cnnlab/models/toy_names.txt", "two", "three", "items[1]: 'two' before, 'three' now"),
    "a missing class": ("cnnlab/models/toy_names.txt", "one two", "one", "items: 2 entries before, 1 now"),
    "an array": (
        COMPUTE,
        "numpy.arange(options.size) ** 2",
        "numpy.arange(1, 1 + options.size)",
        "array squares at (0,)",
    ),
    "an array's type": (COMPUTE, "** 2", "** 2.0", "array squares: int64 (1,) before, float64 (1,) now"),
    "a picture": (COMPUTE, "(options.size, 1), 7", "(options.size, 1), 8", "picture line.png: other bytes"),
    "a picture's size": (COMPUTE, "(options.size, 1), 7", "(options.size, 2), 7", "picture line.png: other bytes"),
}


@pytest.mark.parametrize("change", HARMFUL.values(), ids=HARMFUL.keys())
def test_changes_with_an_effect_are_caught_and_the_first_field_is_named(made, change):
    path, old, new, difference = change
    before = made.kept()
    made.edit(path, old, new)
    made.commit()
    done = verified(made)
    assert done.returncode == 1
    assert f": {difference}" in done.stdout
    assert made.kept() == before
    assert "toy is stale" in why(made)
    assert f"verification differs: {difference}" in why(made)
    made.edit(path, new, old)
    assert "toy is fresh" in why(made)


def test_times_that_every_run_measures_anew_are_left_out(made):
    made.edit(COMPUTE, "time.monotonic()", "time.monotonic() + 1e6")
    made.commit()
    assert verified(made).returncode == 0


def test_verified_again_the_last_verified_commit_is_compared_with(made):
    made.edit(NETWORK, "RATE", "ACCURACY")
    first = made.commit()
    verified(made)
    made.edit(NETWORK, "ACCURACY", "VALUE")
    second = made.commit()
    assert f"{first} and {second} compute the same" in verified(made).stdout
    assert [each["commit"] for each in document(made)["attestations"]] == [first, second]


def test_what_was_renamed_is_told_by_its_old_and_new_name(made):
    made.edit(COMPUTE, "size", "length")
    made.edit(COMPUTE, "items: tuple", "labels: tuple")
    made.commit()
    refused = verified(made, "toy")
    assert refused.returncode == 1
    assert "missing required field `labels`" in refused.stderr
    done = verified(made, "toy", "--renamed", "size=length", "--renamed", "items=labels")
    assert done.returncode == 0, done.stdout + done.stderr
    kept = document(made)
    assert kept["result"]["labels"] == ["one", "two"]
    assert kept["key"]["options"] == {"seeds": [0, 1], "length": 4}
    assert "toy is verified" in why(made)


def test_an_experiment_that_was_renamed_is_verified_under_its_new_name(made):
    made.git("mv", "figures/toy", "figures/thing")
    made.git("mv", "cnnlab/experiments/toy", "cnnlab/experiments/thing")
    made.edit("cnnlab/experiments/thing/compute.py", '"toy"', '"thing"')
    made.commit()
    done = verified(made, "thing", "--renamed", "toy=thing")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "thing is verified" in made.cnnlab("why", "thing").stdout
    assert json.loads((made.root / "figures/thing/result.json").read_text())["experiment"] == "thing"


READER = '''
"""A result that depends on another's large file."""
from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    factor: int = 2


@dataclass(frozen=True)
class Reader(Result):
    value: int


@experiment("reader", options=Options, result=Reader, depends_on=("toy",))
def reader(options: Options, run: Run) -> Reader:
    return Reader(options.factor * int(run.needed("toy", "size.txt").read_text()))
'''


def test_what_depends_on_another_is_verified_on_that_ones_smoke_run(project):
    project.edit(
        COMPUTE,
        "    run.seed(0)\n",
        '    run.seed(0)\n    run.keep("size.txt", lambda path: path.write_text(str(options.size)))\n',
    )
    project.add("reader", READER)
    project.commit()
    assert project.cnnlab("run", "toy", "reader").returncode == 0
    (project.root / "figures/toy/result.json").rename(project.root / "toy.json")
    assert "reader is fresh" in project.cnnlab("why", "reader").stdout  # what is missing is reported where it is
    (project.root / "toy.json").rename(project.root / "figures/toy/result.json")
    project.commit()
    project.edit("cnnlab/experiments/reader/compute.py", "options.factor * int", "int(1) * options.factor * int")
    project.commit()
    done = verified(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 verified" in done.stdout
    project.edit(COMPUTE, "str(options.size)", "str(options.size + 1)")
    project.commit()
    done = verified(project, "reader")
    assert done.returncode == 1
    assert "value: 2 before, 4 now" in done.stdout


def test_a_smoke_run_of_an_earlier_commit_is_made_once(made):
    made.edit(NETWORK, "return RATE", "return RATE + 1")
    made.commit()
    assert verified(made).returncode == 1
    (left,) = (made.root / ".cnnlab/commits").glob("*/.cnnlab/smoke/toy/result.json")
    before = left.stat().st_ino
    made.edit(NETWORK, "return RATE + 1", "return 1 * RATE")
    made.commit()
    assert verified(made).returncode == 0
    assert left.stat().st_ino == before


def test_a_smoke_run_with_other_libraries_is_made_again(made):
    made.edit(NETWORK, "return RATE", "return RATE + 1")
    made.commit()
    verified(made)
    (left,) = (made.root / ".cnnlab/commits").glob("*/.cnnlab/smoke/toy/result.json")
    text = left.read_text()
    left.write_text(re.sub('"numpy": "[^"]*"', '"numpy": "0.1"', text).replace("0.9894", "0.5"))
    made.edit(NETWORK, "return RATE + 1", "return 1 * RATE")
    made.commit()
    done = verified(made)
    assert done.returncode == 0, done.stdout
    assert json.loads(left.read_text())["provenance"]["versions"] == json.loads(text)["provenance"]["versions"]


def test_the_side_that_fails_is_named(made):
    head = made.git("rev-parse", "--short=7", "HEAD")
    made.edit(NETWORK, "return RATE", "return 1 / 0")
    broken = made.commit()
    made.edit(NETWORK, "return 1 / 0", "return float(RATE)")
    made.commit()
    done = verified(made, "--against", broken)
    assert f"fails with the code of commit {broken}" in done.stderr
    assert verified(made, "--against", head).returncode == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"attestations": []', '"attestations": [{"commit": "0123abc"}]'),
        ('"attestations": []', '"attestations": ["0123abc"]'),
        ('"attestations": []', '"attestations": null'),
        ('"code": {', '"code": "", "was": {'),
        ('"accuracy": 0.9894', '"accuracy": "high"'),
        ('"accuracy": 0.9894', '"accuracy": 0.9894, "more": 1'),
        ('"attestations": []', '"attestat'),
    ],
)
def test_a_damaged_result_is_reported_and_left_as_it_is(made, old, new):
    made.edit(NETWORK, "return RATE", "return float(RATE)")
    made.commit()
    text = (made.root / "figures/toy/result.json").read_text()
    assert old in text
    made.write(
        "figures/toy/result.json", text.replace(old, new) if not new.endswith("stat") else text.partition(old)[0] + new
    )
    before = made.kept()
    for command in (("verify", "toy"), ("status", "--strict")):
        done = made.cnnlab(*command)
        assert "Traceback" not in done.stderr
        assert done.returncode == 1
        assert re.search("figures/toy/result.json (is damaged|does not fit Toy)", done.stdout + done.stderr)
    assert made.kept() == before


def test_changes_that_are_not_committed_are_refused(made):
    before = made.kept()
    made.edit(NETWORK, "RATE", "ACCURACY")
    done = verified(made)
    assert done.returncode == 1
    assert "cnnlab/ has changes that are not committed: cnnlab/models/toy.py" in done.stderr
    assert made.kept() == before


def test_a_commit_that_this_clone_lacks_is_named_with_what_to_do(made, tmp_path, new_project):
    made.edit(NETWORK, "RATE", "ACCURACY")
    made.commit()
    done = verified(made, "--against", "0123abc")
    assert done.returncode == 1
    assert "commit '0123abc' is not in the history of this clone" in done.stderr
    made.git("clone", "-q", "--depth", "1", f"file://{made.root}", str(tmp_path / "shallow"))
    made.root = tmp_path / "shallow"
    made.environment["PYTHONPATH"] = str(made.root)
    done = verified(made)
    assert done.returncode == 1
    assert "git fetch --unshallow" in done.stderr


def test_a_result_of_code_that_was_not_committed_needs_a_commit_to_compare_with(project):
    project.commit()
    project.edit(NETWORK, "# comment", "# another")
    project.cnnlab("run", "toy")
    head = project.commit()
    project.edit(NETWORK, "RATE", "ACCURACY")
    project.commit()
    done = verified(project)
    assert done.returncode == 1
    assert "was made by code that was not committed" in done.stderr
    assert "--against COMMIT" in done.stderr
    assert verified(project, "toy", "--against", "HEAD~1").returncode == 0
    assert document(project)["attestations"][0]["against"] == head


def test_other_options_are_not_for_verification(made):
    made.edit(COMPUTE, "size: int = 4", "size: int = 5")
    made.commit()
    assert "no result is unverified" in verified(made).stdout
    done = verified(made, "toy")
    assert done.returncode == 1
    assert "'toy' is stale: option size: was 4, is 5" in done.stderr
    assert "cnnlab run toy" in done.stderr


def test_a_smoke_run_that_fails_is_reported_with_its_last_lines(made):
    before = made.kept()
    made.edit(NETWORK, "return RATE", "return 1 / 0")
    made.commit()
    done = verified(made)
    assert done.returncode == 1
    assert "the smoke run of 'toy' fails" in done.stderr
    assert "| ZeroDivisionError: division by zero" in done.stderr
    assert made.kept() == before


def test_an_interrupted_verification_leaves_the_result_and_goes_on_later(made):
    before = made.kept()
    made.edit(NETWORK, "return RATE", "import time; time.sleep(3); return RATE")
    made.commit()
    process = made.start("-m", "cnnlab", "verify", start_new_session=True)
    while not (made.root / ".cnnlab/commits").is_dir() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert made.kept() == before
    assert verified(made).returncode == 0


def test_without_git_it_says_so(project):
    project.cnnlab("run", "toy")
    project.edit(NETWORK, "RATE", "ACCURACY")
    done = verified(project)
    assert done.returncode == 1
    assert "is not in a git repository" in done.stderr


def test_a_commit_is_not_compared_with_itself(made):
    made.edit(NETWORK, "0.9894", "0.5")
    head = made.commit()
    assert verified(made).returncode == 1
    before = made.kept()
    done = verified(made, "toy", "--against", "HEAD")
    assert done.returncode == 1
    assert f"'toy' was not made by {head}, whose code would be compared with itself" in done.stderr
    assert made.kept() == before


def verified_while(made, change) -> subprocess.CompletedProcess:
    """A verification during whose last smoke run something changes."""
    made.edit(NETWORK, "return RATE", "import time; time.sleep(4); return RATE")
    made.commit()
    process = made.start("-m", "cnnlab", "verify")
    while not list(made.root.glob(".cnnlab/commits/*/.cnnlab/smoke/toy/result.json")) and process.poll() is None:
        time.sleep(0.05)
    time.sleep(1.5)
    change()
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def test_code_that_changes_during_the_verification_is_not_attested(made):
    before = made.kept()
    done = verified_while(made, lambda: made.edit(NETWORK, "0.9894", "0.5"))
    assert done.returncode == 1
    assert "changes that are not committed" in done.stderr
    assert made.kept() == before


def test_a_result_that_changes_during_the_verification_is_not_overwritten(made):
    path = made.root / "figures/toy/result.json"
    other = path.read_text() + "\n"
    done = verified_while(made, lambda: path.write_text(other))
    assert done.returncode == 1
    assert "the code or the result of 'toy' changed while it was verified" in done.stderr
    assert path.read_text() == other


def test_a_git_that_fails_is_not_a_clean_tree(made):
    before = made.kept()
    (made.root / ".git/index").write_bytes(b"no index of git's")
    done = verified(made, "toy")
    assert done.returncode == 1
    assert "git status fails: " in done.stderr
    assert made.kept() == before
