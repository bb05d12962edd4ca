"""`cnnlab doctor`."""

import importlib.util
import subprocess
import sys

from cnnlab import catalog, doctor
from cnnlab.catalog import locate
from cnnlab.errors import INSTALL


def test_missing_files_come_with_the_command_that_gets_them(monkeypatch, capsys, tmp_path):
    (tmp_path / "_quarto.yml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(doctor, "frameworks", lambda: ["one"])
    monkeypatch.setattr(locate, "is_there", lambda variant, folder: False)  # this machine may have some of them
    assert doctor.examine() == 0
    printed = capsys.readouterr().out
    assert "nowhere does not exist" in printed
    assert "missing: cnnlab fetch flowers102 (345 MB)" in printed
    assert "apt install dataset-fashion-mnist" in printed


def test_a_file_of_another_size_is_told(tmp_path):
    entry = catalog.DATA["hymenoptera"]
    state = catalog.State(
        entry, "cache", tmp_path, "official", "cnnlab fetch hymenoptera replaces it", "a.zip: it has 1 MB"
    )
    line = doctor.line_of(state, 12)
    assert (
        line
        == f"! hymenoptera   cache (official): {tmp_path}: a.zip: it has 1 MB; cnnlab fetch hymenoptera replaces it"
    )


def test_frameworks_that_lack_or_fail_do_not_end_the_report(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: find("json") if name == "torch" else None)

    def failing(command, **options):
        return start([sys.executable, "-c", "raise ImportError('broken')"], **options)

    start = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", failing)
    assert doctor.frameworks() == [
        f"· tensorflow  is not installed: {INSTALL}",
        "! torch       does not load: ImportError: broken",
        f"· onnxruntime is not installed: {INSTALL}",
    ]
