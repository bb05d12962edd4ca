"""How long `cnnlab render` takes, as a whole process, and whether it does only what a change asks for.

    python benchmarks/render.py [BOOK …] [--runs 5]

Each book (default: this report and the tests' sample) is copied to a temporary folder and rendered there: cold; with
nothing changed; with one sentence changed; and, where the book has a package of experiments, with a docstring changed
and with a function changed that one experiment uses. Prints a table, writes it with machine and versions to
benchmarks/render.json, exits 1 where a check does not hold. Seconds drift with the machine and its load: the ratios to
the cold render are what to compare.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from machine import about_machine

from cnnlab.results import code

ROOT = Path(__file__).resolve().parents[1]
BOOKS = [ROOT, ROOT / "tests" / "render" / "book"]
LEFT_BEHIND = shutil.ignore_patterns("_book", ".*", "__pycache__", "tests", "benchmarks", "*.egg-info")
PACKAGES = ("pypandoc_binary", "panflute", "jupyter-cache", "ipykernel", "matplotlib", "typst", "pagefind_bin")


@dataclass
class Step:
    """One kind of change, rendered several times: seconds of each run, and what did not hold."""

    name: str
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def record(self, cold: Step) -> dict:
        """For the file: times to the millisecond, the ratio of the medians to the cold render's."""
        return {
            "step": self.name,
            "median_s": round(self.median, 3),
            "of_cold": round(self.median / cold.median, 4),
            "seconds": [round(value, 3) for value in self.seconds],
            "faults": self.faults,
        }

    def expect(self, condition: bool, what: str) -> None:
        if not condition and what not in self.faults:
            self.faults.append(what)


class Copy:
    """A book in a temporary folder, with its own `cnnlab` or else a copy of ours."""

    def __init__(self, book: Path, folder: Path):
        self.folder = folder / "book"
        shutil.copytree(book, self.folder, ignore=LEFT_BEHIND)
        if not (self.folder / "_extensions").exists():
            shutil.copytree(ROOT / "_extensions", self.folder / "_extensions")
        package = self.folder if (self.folder / "cnnlab").is_dir() else folder
        if package is folder:
            shutil.copytree(ROOT / "cnnlab", folder / "cnnlab", ignore=LEFT_BEHIND)
        self.environment = os.environ | {"PYTHONPATH": str(package)}

    def python(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def render(self, step: Step) -> str:
        begin = time.perf_counter()
        output = self.python("-m", "cnnlab", "render")
        step.seconds.append(time.perf_counter() - begin)
        return output

    def forget(self) -> None:
        """Back to a fresh clone: no book, no caches."""
        for name in ("_book", ".cnnlab", "_variables.yml"):
            path = self.folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def files(self, suffix: str = ".html") -> dict[str, tuple[int, int]]:
        """Inode and time of the book's files of a kind: both stay where a render leaves a file alone."""
        found = {path: path.stat() for path in (self.folder / "_book").rglob(f"*{suffix}")}
        return {str(path.relative_to(self.folder)): (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}

    def states(self) -> dict[str, str]:
        code = "import json; from cnnlab import results; print(json.dumps({s.name: s.state for s in results.status()}))"
        return json.loads(self.python("-c", code))


def changed(before: dict, after: dict) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


# ---- the steps


def cold(copy: Copy, runs: int) -> Step:
    step = Step("cold")
    for _ in range(runs):
        copy.forget()
        copy.render(step)
    return step


def nothing(copy: Copy, runs: int) -> Step:
    step, before = Step("nothing changed"), copy.files()
    for _ in range(runs):
        copy.render(step)
    step.expect(copy.files() == before, "pages were rewritten")
    return step


def sentence(copy: Copy, runs: int) -> Step:
    """One sentence of a chapter: no cell runs, no other page is rewritten, the PDF of its language is made again."""
    step = Step("one sentence changed")
    chapter, line = prose(copy.folder)
    page = str(Path("_book", chapter.relative_to(copy.folder)).with_suffix(".html"))
    text = chapter.read_text(encoding="utf-8")
    for n in range(runs):
        before, pdfs = copy.files(), copy.files(".pdf")
        chapter.write_text(text.replace(line, f"{line} {n + 1}.", 1), encoding="utf-8")
        output = copy.render(step)
        step.expect("ran " not in output, "cells ran")
        step.expect(changed(before, copy.files()) == {page}, f"not just {page} was rewritten")
        step.expect(len(changed(pdfs, copy.files(".pdf"))) == 1, "not just one PDF was made again")
    chapter.write_text(text, encoding="utf-8")
    copy.render(Step("as it was"))
    return step


def docstring(copy: Copy, runs: int, modules: list[Path]) -> Step:
    """Docstrings of some modules: no result goes stale, no cell runs, no page is rewritten."""
    step, before, states = Step("one docstring changed"), copy.files(), copy.states()
    for n in range(runs):
        for module in modules:
            text = module.read_text(encoding="utf-8")
            module.write_text(text.replace('"""', f'"""({n + 1}) ', 1), encoding="utf-8")
        output = copy.render(step)
        step.expect("ran " not in output, "cells ran")
    step.expect(copy.files() == before, "pages were rewritten")
    step.expect(copy.states() == states, "results changed their state")
    return step


def function(copy: Copy, experiment: str, module: Path) -> Step:
    """A function that one experiment uses: that one is stale, and `cnnlab why` names the module."""
    step, states = Step("one function changed"), copy.states()
    text = module.read_text(encoding="utf-8")
    module.write_text(with_statement(text), encoding="utf-8")
    copy.render(step)
    step.expect(copy.states() == states | {experiment: "stale"}, f"not just {experiment} went stale")
    step.expect(
        dotted(copy.folder, module) in copy.python("-m", "cnnlab", "why", experiment),
        f"why {experiment} does not name the module",
    )
    return step


# ---- what to change


def prose(folder: Path) -> tuple[Path, str]:
    """A chapter with cells and a line of its text that ends a sentence, outside code, divs, lists and tables."""
    for chapter in sorted((folder / "chapters").glob("[!_]*.qmd")):
        text = chapter.read_text(encoding="utf-8")
        plain = re.sub(r"^(```+|:::+).*?^\1 *$", "", text, flags=re.MULTILINE | re.DOTALL)
        line = re.search(r"^[A-ZÁÉÍÓÚ¿¡][^|{}<>$\n]{40,}\.$", plain, flags=re.MULTILINE)
        if "```{python}" in text and line:
            return chapter, line.group()
    sys.exit(f"no chapter of {folder} has cells and a line of plain text that ends a sentence")


def used_by_one(folder: Path) -> tuple[str, Path]:
    """An experiment with a kept result, and a module that it alone needs: rather a helper than its own."""
    names = sorted(
        path.stem
        for path in (folder / "cnnlab" / "experiments").glob("[!_]*.py")
        if (folder / "figures" / path.stem).is_dir()
    )
    closures = {name: set(code.experiment_closure(f"cnnlab.experiments.{name}", folder)) for name in names}
    found = []
    for name in names:
        others = set().union(*(closures[other] for other in names if other != name))
        found += [(module == f"cnnlab.experiments.{name}", name, module) for module in closures[name] - others]
    _, name, module = min(found)
    return name, folder / f"{module.replace('.', '/')}.py"


def with_statement(text: str) -> str:
    """The text of a module with one more statement, `pass`, at the end of its last function."""
    last = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)][-1].body[-1]
    lines = text.splitlines()
    lines.insert(last.lineno - 1, " " * last.col_offset + "pass")
    return "\n".join(lines) + "\n"


def dotted(folder: Path, module: Path) -> str:
    return ".".join(module.relative_to(folder).with_suffix("").parts)


# ---- all together


def measure(book: Path, runs: int) -> list[Step]:
    with tempfile.TemporaryDirectory() as temporary:
        copy = Copy(book, Path(temporary))
        steps = [cold(copy, min(runs, 3)), nothing(copy, runs), sentence(copy, runs)]
        if (copy.folder / "cnnlab" / "experiments").is_dir():
            experiment, module = used_by_one(copy.folder)
            plots = max((copy.folder / "cnnlab" / "plots").glob("[!_]*.py"))
            steps.append(docstring(copy, runs, [copy.folder / "cnnlab" / "experiments" / f"{experiment}.py", plots]))
            steps.append(function(copy, experiment, module))
        return steps


def title(book: Path) -> str:
    return yaml.safe_load((book / "_quarto-es.yml").read_text(encoding="utf-8"))["book"]["title"]


def table(name: str, steps: list[Step]) -> str:
    base = steps[0].median
    rows = [f"{name}", f"{'':24}{'median':>9}{'min':>9}{'max':>9}{'of cold':>9}"]
    for step in steps:
        times = "".join(f"{seconds:8.2f}s" for seconds in (step.median, min(step.seconds), max(step.seconds)))
        rows.append(f"{step.name:24}{times}{step.median / base:9.3f}   {'; '.join(step.faults)}".rstrip())
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("books", nargs="*", type=Path, default=BOOKS, metavar="BOOK", help="the folder of a book")
    parser.add_argument("--runs", type=int, default=5, help="runs of each step (default 5; cold at most 3)")
    arguments = parser.parse_args()
    books = {title(book): measure(book.resolve(), arguments.runs) for book in arguments.books}
    for name, steps in books.items():
        print(table(name, steps))
    record = about_machine(PACKAGES) | {
        "books": {name: [step.record(steps[0]) for step in steps] for name, steps in books.items()}
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    sound = not any(step.faults for steps in books.values() for step in steps)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
