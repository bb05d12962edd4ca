"""What CONTRIBUTING.md and ARCHITECTURE.md say is true: the first recipe is followed in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cnnlab import cli
from cnnlab.results import freshness
from cnnlab.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md")
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
PARTS = ("cnnlab", "_extensions", "chapters", "figures", "tests")
FILES = ("_quarto.yml", "_quarto-es.yml", "_quarto-en.yml", "index.qmd", "pyproject.toml")
BLOCK = re.compile(r"^`([\w./-]+)`\n\n(`{3,4})\w+\n(.*?)^\2$", re.M | re.S)  # a file of the recipe, and its content
LABELS = re.compile(r"^```text\n(.*?)^```$", re.M | re.S)  # lines of cnnlab/words.tsv
FOLDERS = ("cnnlab", "tests", "chapters", "figures", "_extensions", "benchmarks")
PATH = re.compile(rf"`((?:(?:{'|'.join(FOLDERS)})/[\w./*-]*)|(?:[\w.-]+\.(?:md|toml|txt|yml|cff)))`")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project in which the recipe of an experiment with its chapter has been followed."""
    root = tmp_path_factory.mktemp("project")
    for name in PARTS:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(ROOT / name, root)
    recipe = TEXTS["CONTRIBUTING.md"].partition("\n## A new experiment")[2].partition("\n## A data set")[0]
    for name, _, content in BLOCK.findall(recipe):
        assert not (root / name).exists(), name
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    words = root / "cnnlab" / "words.tsv"
    lines = words.read_text(encoding="utf-8").splitlines() + LABELS.search(recipe)[1].splitlines()
    words.write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")
    for lang, folder in (("es", "chapters"), ("en", "chapters/en")):
        profile = root / f"_quarto-{lang}.yml"
        line = f"- {folder}/a99-dado.qmd"
        assert f"`{line}`" in recipe
        before = f"        - {folder}/a12-mapaches.qmd\n"
        text = profile.read_text(encoding="utf-8")
        assert before in text
        profile.write_text(text.replace(before, f"{before}        {line}\n"), encoding="utf-8")
    run(root, "-m", "cnnlab", "run", "die")
    return root


def run(root: Path, *words: str) -> str:
    """What Python prints, run in the copy; its own package comes before the installed one."""
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_the_result_is_kept_and_fresh(project):
    document = json.loads((project / "figures" / "die" / "result.json").read_text(encoding="utf-8"))
    assert abs(document["result"]["mean"] - 3.5) < 0.15
    assert (project / "figures" / "die" / "arrays.npz").is_file()
    (line,) = [line for line in run(project, "-m", "cnnlab", "status").splitlines() if " die " in line]
    assert line.startswith("✓") and "fresh" in line


@pytest.mark.slow
def test_the_projects_tests_find_it_and_pass(project):
    folders = ["tests/experiments", "tests/chapters", "tests/plots/test_figures.py"]
    chosen = ["-k", "die or dado or both_profiles or bibliography", "-m", "not torch and not keras"]
    printed = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", *folders, *chosen)
    passed = int(re.search(r"(\d+) passed", printed)[1])
    assert passed >= 18  # numbers, plot in themes and languages, smoke run, chapter named, parity


@pytest.mark.slow
def test_the_page_says_the_number(project, tmp_path):
    """The chapter is rendered in a short book: the other chapters take their time."""
    root = tmp_path / "short"
    shutil.copytree(project, root, ignore=shutil.ignore_patterns("tests", ".cnnlab"))
    (root / "index.qmd").write_text("# Index {.unnumbered}\n", encoding="utf-8")
    for lang, folder in (("es", "chapters"), ("en", "chapters/en")):
        path = root / f"_quarto-{lang}.yml"
        profile = yaml.safe_load(path.read_text(encoding="utf-8"))
        profile["book"]["chapters"] = ["index.qmd", f"{folder}/a99-dado.qmd", f"{folder}/referencias.qmd"]
        del profile["book"]["appendices"]
        path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    run(root, "-m", "cnnlab", "render", "--to", "html")
    mean = json.loads((root / "figures" / "die" / "result.json").read_text(encoding="utf-8"))["result"]["mean"]
    for page, written in (("chapters/a99-dado.html", f"{mean:.2f}".replace(".", ",")), ("en", f"{mean:.2f}")):
        (path,) = [root / "_book" / page] if page.endswith("html") else (root / "_book" / page).rglob("a99-dado.html")
        text = path.read_text(encoding="utf-8")
        assert written in text and "<svg" in text


def test_the_recipe_adds_labels_that_are_new():
    keys = {line.split("\t")[0] for line in LABELS.search(TEXTS["CONTRIBUTING.md"])[1].splitlines()}
    assert keys and not keys & set(WORDS)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_exists(page):
    """`NAME` stands for any name; the files of the recipe are made by it."""
    made = {name for name, *_ in BLOCK.findall(TEXTS["CONTRIBUTING.md"])}
    named = {name for name in PATH.findall(TEXTS[page]) if "/die" not in name and name not in made}
    assert len(named) > 10
    ours = {name for name in named if name not in ("result.json", "_variables.yml")}  # kept with results; written
    assert [name for name in sorted(ours) if not list(ROOT.glob(name.replace("NAME", "*")))] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_exists(page):
    commands = set(
        re.findall(r"cnnlab ([a-z]+)\b(?=[ `\n])", "\n".join(re.findall(r"`[^`\n]+`|^.*#.*$", TEXTS[page], re.M)))
    )
    (known,) = [action.choices for action in cli.parser()._actions if isinstance(action.choices, dict)]
    assert commands and commands <= set(known)
    targets = set(re.findall(r"\bmake ([a-z]+)\b", TEXTS[page]))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets), targets


def test_the_states_are_those_of_results():
    rows = re.findall(r"^\| (\w+) \| ", TEXTS["ARCHITECTURE.md"].partition("| state |")[2], re.M)
    assert sorted(rows) == sorted(freshness.STATES)


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_workflows_run_what_exists_with_pinned_actions(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", step["uses"]) for step in steps if "uses" in step)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make (\w+)", "\n".join(step.get("run", "") for step in steps)):
        assert re.search(rf"^{target}:", makefile, re.M), target
