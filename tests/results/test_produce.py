"""Computing under adversity: killed, interrupted, without room or permission; what was kept stays whole."""

import errno
import json
import os
import shutil
import signal
import subprocess
import time

import pytest
from filelock import FileLock

SLOW = """
import time
from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    steps: int = 6


@dataclass(frozen=True)
class Slow(Result):
    resumed: int


@experiment("slow", options=Options, result=Slow)
def slow(options: Options, run: Run) -> Slow:
    done = 0
    for step in range(options.steps):
        mark = run.checkpoints / f"{step}.txt"
        if mark.exists():
            done += 1
        else:
            time.sleep(0.1)
            mark.write_text("done")
        print("step", step, flush=True)
    run.array("steps", list(range(options.steps)))
    return Slow(done)
"""
BIG = """
from dataclasses import dataclass

from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    size: int = 0


@dataclass(frozen=True)
class Big(Result):
    size: int


@experiment("big", options=Options, result=Big)
def big(options: Options, run: Run) -> Big:
    import random
    from PIL import Image

    width = options.size + 1
    for number in range(8):
        noise = Image.frombytes("L", (width, 1), random.Random(number).randbytes(width))
        run.picture(f"part-{number}", noise, lossless=True)
    return Big(width)
"""


def wait_for(process, word: str) -> None:
    for line in process.stdout:
        if word in line:
            return


def test_a_killed_run_goes_on_from_its_checkpoints(project):
    project.add("slow", SLOW)
    process = project.start("-m", "cnnlab", "run", "slow")
    wait_for(process, "step 2")
    process.kill()
    process.communicate()
    assert not (project.root / "figures").exists()
    assert project.cnnlab("run", "slow").returncode == 0
    shown = project.python(
        "from cnnlab import results; r = results.load('slow'); print(r.resumed, r.provenance.resumed)"
    )
    resumed, said = shown.stdout.split()
    assert int(resumed) >= 3
    assert said == "True"


def test_force_begins_anew(project):
    project.add("slow", SLOW)
    project.cnnlab("run", "slow")
    project.cnnlab("run", "slow", "--force")
    assert project.python("from cnnlab import results; print(results.load('slow').resumed)").stdout.strip() == "0"


def test_an_interrupted_run_says_how_to_go_on(project):
    project.add("slow", SLOW)
    process = project.start("-m", "cnnlab", "run", "slow")
    wait_for(process, "step 1")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "goes on from the last checkpoint" in err
    assert "Traceback" not in err


def test_killed_at_any_moment_of_keeping_the_result_is_the_old_or_the_new_one(project):
    """The run keeps its result over and over; it is killed at moments spread over that time."""
    project.add("big", BIG)
    code = (
        "from cnnlab import results; from cnnlab.results import registry; import dataclasses, itertools\n"
        "one = registry.get('big')\n"
        "for size in itertools.count(1):\n"
        "    changed = dataclasses.replace(one, changes={'cpu': {'size': size * 1000}})\n"
        "    registry.REGISTERED['big'] = changed\n"
        "    results.compute('big', 'cpu', force=True); print('kept', flush=True)\n"
    )
    check = (
        "from cnnlab import results; r = results.load('big')\n"
        "from PIL import Image; folder = r.record.folder\n"
        "assert {p.name for p in folder.iterdir()} == {'result.json', *r.record.files}, sorted(folder.iterdir())\n"
        "assert {Image.open(r.picture(f'part-{n}')).width for n in range(8)} == {r.size}"
    )
    for moment in range(8):
        process = project.start("-c", code)
        wait_for(process, "kept")
        time.sleep(0.01 + 0.0137 * moment)
        process.kill()
        process.communicate()
        done = project.python(check)
        assert done.returncode == 0, done.stderr
    assert project.cnnlab("run", "big", "--force").returncode == 0


def test_a_second_run_of_an_experiment_waits_for_the_first(project):
    locks = project.root / ".cnnlab" / "locks"
    locks.mkdir(parents=True)
    with FileLock(locks / "result-toy.lock"):
        process = project.start("-m", "cnnlab", "run", "toy")
        assert "holds the lock 'result-toy'" in process.stderr.readline()
        assert process.poll() is None
    out, _ = process.communicate()
    assert "toy: kept" in out


STORAGE = [
    (errno.ENOSPC, "the disk is full", "free some space"),
    (errno.EACCES, "no permission", "write permission"),
    (errno.EROFS, "the file system is read-only", "a copy of the project"),
]


@pytest.mark.parametrize(("number", "cause", "remedy"), STORAGE)
def test_where_nothing_can_be_written_what_was_kept_stays(project, number, cause, remedy):
    project.add("big", BIG)
    assert project.cnnlab("run", "big").returncode == 0
    before = contents(project, "big")
    failing = (
        "import pathlib, sys; from cnnlab import cli\n"
        f"def write(self, data): raise OSError({number}, 'no', str(self))\n"
        "pathlib.Path.write_bytes = write\n"
        "sys.exit(cli.main(['run', 'big', '--force']))"
    )
    done = project.python(failing)
    assert done.returncode == 1
    assert cause in done.stderr
    assert remedy in done.stderr
    assert contents(project, "big") == before


def test_on_a_disk_that_is_really_full_too(tmp_path, new_project):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a small disk: run the tests as root to see this one")
    try:
        project = new_project(disk / "project")
        project.add("big", BIG)
        assert project.cnnlab("run", "big").returncode == 0
        before = contents(project, "big")
        project.edit("cnnlab/experiments/big/compute.py", "size: int = 0", "size: int = 1_000_000")
        done = project.cnnlab("run", "big")
        assert done.returncode == 1
        assert "the disk is full" in done.stderr
        assert contents(project, "big") == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def contents(project, name: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (project.root / "figures" / name).iterdir()}


def test_a_value_that_is_not_finite_is_not_kept(project):
    project.edit("cnnlab/models/toy.py", "return RATE", "return float('nan')")
    done = project.cnnlab("run", "toy")
    assert done.returncode == 1
    assert "toy.full.accuracy is nan" in done.stderr
    assert not (project.root / "figures").exists()


def test_an_engine_that_is_not_installed_is_said(project):
    project.edit("cnnlab/experiments/toy/compute.py", "options=Options,", "options=Options, engine='torch',")
    project.write("torch.py", "raise ImportError('no torch here')")
    done = project.cnnlab("run", "toy")
    assert done.returncode == 1
    assert "torch cannot be imported: no torch here" in done.stderr
    assert "-m pip install -r requirements.txt -c constraints.txt" in done.stderr


def test_a_missing_result_is_never_computed_by_who_asks_for_it(project):
    asked = project.python("from cnnlab import results; results.load('toy')")
    assert "experiment 'toy' has no kept result" in asked.stderr
    assert "cnnlab run toy" in asked.stderr
    assert not (project.root / "figures").exists()


def test_options_of_a_smoke_run_can_be_set(project):
    done = project.cnnlab("run", "toy", "--budget", "smoke", "--set", "size=3", "--set", "seeds=[7]")
    assert done.returncode == 0, done.stderr
    shown = (project.root / ".cnnlab/smoke/toy/result.json").read_text()
    assert json.loads(shown)["key"]["options"] == {"seeds": [7], "size": 3}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--budget", "smoke", "--set", "sise=3"), "did you mean 'size'"),
        (("--budget", "smoke", "--set", 'size="a"'), "Expected `int`, got `str` - at `$.size`"),
        (
            ("--budget", "smoke", "--set", "seeds=[]"),
            "option seeds=[] of 'toy'\n  allowed: one seed or more, each once",
        ),
        (("--budget", "smoke", "--set", "seeds=[1, 2, 1]"), "option seeds=[1, 2, 1] of 'toy'"),
        (("--budget", "smoke", "--set", "size"), "allowed: NAME=VALUE"),
        (("--budget", "smoke", "--set", "size=four"), "--set size=four"),
        (("--budget", "cpu", "--set", "size=3"), "only with budget smoke"),
        (("--set", "size=3"), "only with budget smoke"),
    ],
)
def test_options_that_cannot_be_set_are_named(project, words, message):
    done = project.cnnlab("run", "toy", *words)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("value", ["NaN", "-Infinity"])
def test_an_option_that_is_not_finite_is_refused(project, value):
    project.edit(
        "cnnlab/experiments/toy/compute.py", "    size: int = 4\n", "    size: int = 4\n    share: float = 0.5\n"
    )
    done = project.cnnlab("run", "toy", "--budget", "smoke", "--set", f"share={value}")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "option share=" in done.stderr and "of 'toy'\n  allowed: finite numbers" in done.stderr


def test_several_experiments_run_each_in_a_process_of_its_own(project):
    project.add("big", BIG)
    done = project.cnnlab("run", "toy", "big")
    assert done.returncode == 0
    assert "toy: kept" in done.stdout
    assert "big: kept" in done.stdout


def test_the_commit_is_that_of_the_code_when_the_run_began(project):
    project.edit("cnnlab/experiments/toy/compute.py", "    import time\n", "    import time\n\n    time.sleep(3)\n")
    head = project.commit()
    process = project.start("-m", "cnnlab", "run", "toy")
    while not (project.root / ".cnnlab/tmp/toy").is_dir():
        time.sleep(0.05)
    time.sleep(0.5)
    project.edit("cnnlab/models/toy.py", "0.9894", "0.5")
    assert project.commit() != head
    process.communicate(timeout=60)
    assert json.loads(project.kept()["result.json"])["provenance"]["commit"] == head


def test_numbers_of_numpy_are_kept_as_numbers(project):
    project.edit("cnnlab/models/toy.py", "return RATE", "import numpy; return numpy.float64(RATE)")
    done = project.cnnlab("run", "toy")
    assert done.returncode == 0, done.stderr
    assert json.loads(project.kept()["result.json"])["result"]["full"]["accuracy"] == 0.9894


def test_a_value_that_a_result_cannot_hold_is_named_by_its_type(project):
    project.edit("cnnlab/models/toy.py", "return RATE", "import numpy; return numpy.zeros(2)")
    done = project.cnnlab("run", "toy")
    assert done.returncode == 1
    assert "'toy' returns a value of type ndarray" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_result_whose_provenance_cannot_be_kept_does_not_replace_the_last_one(project):
    assert project.cnnlab("run", "toy").returncode == 0
    before = project.kept()
    project.edit("cnnlab/experiments/toy/compute.py", "seeds: tuple[int, ...] = (0, 1)", "seeds: int = 3")
    done = project.cnnlab("run", "toy")
    assert done.returncode == 1
    assert "the result of 'toy' cannot be kept: Expected `array`, got `int` - at `$.provenance.seeds`" in done.stderr
    assert project.kept() == before


def test_options_with_a_value_of_a_subtype_are_refused(project):
    """Read back from plain data it would be of the declared type, and a run would silently be another one."""
    nested = (
        "@dataclass(frozen=True)\nclass Plain:\n    rate: int = 1\n\n\n"
        "@dataclass(frozen=True)\nclass Special(Plain):\n    momentum: int = 9\n\n\n"
        "@dataclass(frozen=True)\nclass Options:\n    size: int = 0\n    recipe: Plain = Special()\n"
    )
    project.add("big", BIG.replace("@dataclass(frozen=True)\nclass Options:\n    size: int = 0\n", nested))
    done = project.cnnlab("run", "big")
    assert done.returncode == 1 and "it has no field recipe.momentum" in done.stderr
    assert "declare the field with the type of its value" in done.stderr
