"""The rules that conftest.py lays on all tests, seen from outside: pytest runs on small files of tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def run(tmp_path):
    """Runs pytest on a text of tests, with more variables of the environment; gives its exit status and output."""

    def run_tests(text, **variables):
        (tmp_path / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "test_it.py").write_text("import os, socket, pytest\n" + text, encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path / "test_it.py"),
        ]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | variables, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    return run_tests


def test_skips_are_counted_by_reason(run):
    status, output = run("""
@pytest.mark.parametrize("n", range(3))
def test_a(n): pytest.skip("no moon")
@pytest.mark.skip(reason="no sun")
def test_b(): pass
def test_c(): pass
""")
    assert status == 0
    assert "   3 × no moon\n   1 × no sun\n" in output


@pytest.mark.parametrize(
    "text",
    ["@pytest.mark.skip\ndef test_a(): pass", "def test_a(): pytest.skip()", "pytest.skip(allow_module_level=True)"],
)
def test_skip_without_reason_fails(run, text):
    status, output = run(text)
    assert status != 0
    assert "skipped without a reason" in output


def test_expected_failure_is_no_skip(run):
    status, output = run("@pytest.mark.xfail\ndef test_a(): raise ValueError")
    assert (status, "skipped" in output) == (0, False)


def test_data_mark_names_what_is_missing(run, tmp_path):
    text = """
@pytest.mark.data("moon", "sun.bin")
def test_a(): assert os.environ["CNNLAB_DATA"]
def test_b(): assert "CNNLAB_DATA" not in os.environ
"""
    assert "1 × CNNLAB_DATA is not set" in run(text)[1]
    (tmp_path / "shared/data/moon").mkdir(parents=True)
    assert "1 × not under CNNLAB_DATA: sun.bin" in run(text, CNNLAB_DATA="shared")[1]
    (tmp_path / "shared/weights").mkdir()
    (tmp_path / "shared/weights/sun.bin").touch()
    assert "2 passed" in run(text, CNNLAB_DATA="shared")[1]


def test_other_hosts_are_refused(run):
    status, output = run("""
def test_outside():
    with pytest.raises(ConnectionRefusedError, match="192.0.2.1"): socket.create_connection(("192.0.2.1", 80))
def test_own_server():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()): pass
""")
    assert status == 0, output
