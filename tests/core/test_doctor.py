"""What is told of a machine."""

import importlib.util
import subprocess
import sys

from cnnlab import doctor


def test_everything_is_told_with_its_remedy(monkeypatch, capsys, tmp_path):
    (tmp_path / "_quarto.yml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(doctor, "frameworks", lambda: ["one"])
    assert doctor.examine() == 0
    told = capsys.readouterr().out
    assert "nowhere does not exist" in told
    assert "missing: cnnlab fetch flowers102 (345 MB)" in told
    assert "apt install dataset-fashion-mnist" in told


def test_frameworks_that_lack_or_fail_do_not_end_the_report(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: find("json") if name == "torch" else None)

    def failing(command, **options):
        return start([sys.executable, "-c", "raise ImportError('broken')"], **options)

    start = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", failing)
    assert doctor.frameworks() == [
        "· tensorflow  is not installed: pip install -r requirements.txt",
        "! torch       does not load: ImportError: broken",
    ]
