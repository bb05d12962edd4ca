"""How long `cnnlab render` takes, as a whole process, and whether it does only what a change asks for.

    python benchmarks/render.py [BOOK …] [--runs 5] [--against FOLDER]

Each book (default: this report and the tests' sample) is copied to a temporary folder and rendered there: cold; with
nothing changed; with one sentence changed; and with one kept result changed. With --against the same is done, in turns,
with the report in another folder, e.g. of an earlier commit, rendered by its own package. Prints a table, writes it
with machine and versions to benchmarks/render.json, exits 1 where a check does not hold. Seconds drift with the machine
and its load: the ratios, to the cold render and to the other folder in the same run, are what to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from machine import about_machine, compared

ROOT = Path(__file__).resolve().parents[1]
BOOKS = [ROOT, ROOT / "tests" / "render" / "book"]
LEFT_BEHIND = shutil.ignore_patterns("_book", ".*", "__pycache__", "tests", "benchmarks", "*.egg-info")
PACKAGES = ("pypandoc_binary", "panflute", "jupyter-cache", "ipykernel", "matplotlib", "typst", "pagefind_bin")


@dataclass
class Copy:
    """A book in a temporary folder, with its own `cnnlab` or else a copy of ours; seconds and faults of each step."""

    folder: Path
    package: Path
    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    output: str = ""  # of the last render

    @classmethod
    def of(cls, book: Path, folder: Path) -> Copy:
        shutil.copytree(book, folder / "book", ignore=LEFT_BEHIND)
        if not (folder / "book" / "_extensions").exists():
            shutil.copytree(ROOT / "_extensions", folder / "book" / "_extensions")
        if (folder / "book" / "cnnlab").is_dir():
            return cls(folder / "book", folder / "book")
        shutil.copytree(ROOT / "cnnlab", folder / "cnnlab", ignore=LEFT_BEHIND)
        return cls(folder / "book", folder)

    def render(self, step: str) -> None:
        command = [sys.executable, "-m", "cnnlab", "render"]
        environment = os.environ | {"PYTHONPATH": str(self.package)}
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        self.seconds.setdefault(step, []).append(time.perf_counter() - begin)
        self.output = done.stdout
        if done.returncode:
            sys.exit(f"{self.folder}, {step}:\n{done.stdout}{done.stderr}")

    def expect(self, step: str, condition: bool, what: str) -> None:
        if not condition and what not in self.faults.setdefault(step, []):
            self.faults[step].append(what)

    def files(self, suffix: str = ".html") -> dict[str, tuple[int, int]]:
        """Inode and time of the book's files of a kind: both stay where a render leaves a file alone."""
        found = {path: path.stat() for path in (self.folder / "_book").rglob(f"*{suffix}")}
        return {str(path.relative_to(self.folder)): (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}

    def median(self, step: str) -> float:
        return statistics.median(self.seconds[step])


def changed(before: dict, after: dict) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


# ---- the steps: one run of each


def cold(copy: Copy, step: str, _: int) -> None:
    """As in a fresh clone: no book, no caches."""
    for name in ("_book", ".cnnlab", "_variables.yml"):
        path = copy.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    copy.render(step)


def nothing(copy: Copy, step: str, _: int) -> None:
    before = copy.files()
    copy.render(step)
    copy.expect(step, copy.files() == before, "pages were rewritten")


def sentence(copy: Copy, step: str, turn: int) -> None:
    """One sentence of a chapter: no cell runs, no other page is rewritten, the PDF of its language is made again."""
    chapter, line = prose(copy.folder)
    page = str(Path("_book", chapter.relative_to(copy.folder)).with_suffix(".html"))
    before, pdfs = copy.files(), copy.files(".pdf")
    chapter.write_text(chapter.read_text(encoding="utf-8").replace(line, f"{line} {turn}.", 1), encoding="utf-8")
    copy.render(step)
    copy.expect(step, "ran " not in copy.output, "cells ran")
    copy.expect(step, changed(before, copy.files()) == {page}, f"not just {page} was rewritten")
    copy.expect(step, len(changed(pdfs, copy.files(".pdf"))) == 1, "not just one PDF was made again")


def result(copy: Copy, step: str, _: int) -> None:
    """One file of a kept result, by nothing that is shown: some cells run, not all, and no page is rewritten."""
    file, before = min((copy.folder / "figures").glob("*/result.json")), copy.files()
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    copy.render(step)
    ran = {line.split()[1] for line in copy.output.splitlines() if line.startswith("ran ")}
    with_cells = [
        path for path in (copy.folder / "chapters").rglob("*.qmd") if "```{python}" in path.read_text(encoding="utf-8")
    ]
    copy.expect(step, 0 < len(ran) < len(with_cells), f"cells of {len(ran)} of {len(with_cells)} chapters ran")
    copy.expect(step, copy.files() == before, "pages were rewritten")


STEPS: dict[str, Callable[[Copy, str, int], None]] = {
    "cold": cold,
    "nothing changed": nothing,
    "one sentence changed": sentence,
    "one result changed": result,
}


def prose(folder: Path) -> tuple[Path, str]:
    """A chapter with cells and a line of its text that ends a sentence, outside code, divs, lists and tables."""
    for chapter in sorted((folder / "chapters").glob("[!_]*.qmd")):
        text = chapter.read_text(encoding="utf-8")
        plain = re.sub(r"^(```+|:::+).*?^\1 *$", "", text, flags=re.MULTILINE | re.DOTALL)
        line = re.search(r"^[A-ZÁÉÍÓÚ¿¡][^|{}<>$\n]{40,}\.$", plain, flags=re.MULTILINE)
        if "```{python}" in text and line:
            return chapter, line.group()
    sys.exit(f"no chapter of {folder} has cells and a line of plain text that ends a sentence")


# ---- all together


def measure(copies: list[Copy], runs: int) -> None:
    """Run each step on the copies in turns; cold at most three times."""
    for name, step in STEPS.items():
        if step is result and not (copies[0].folder / "figures").is_dir():
            continue
        for turn in range(1, (min(runs, 3) if step is cold else runs) + 1):
            for copy in copies:
                step(copy, name, turn)


def record(copy: Copy, other: Copy | None) -> list[dict]:
    """For the file: times to the millisecond, ratios of the medians to the cold render's, and to the other copy's."""
    out = []
    for step, seconds in copy.seconds.items():
        row = {
            "step": step,
            "median_s": round(copy.median(step), 3),
            "of_cold": round(copy.median(step) / copy.median("cold"), 4),
            "seconds": [round(value, 3) for value in seconds],
            "faults": copy.faults.get(step, []),
        }
        if other:
            row["against_s"] = [round(value, 3) for value in other.seconds[step]]
            row["of_against"] = compared(seconds, other.seconds[step])
        out.append(row)
    return out


def table(name: str, rows: list[dict]) -> str:
    lines = [name, f"{'':24}{'median':>9}{'min':>9}{'max':>9}{'of cold':>9}{'of other':>9}"]
    for row in rows:
        times = "".join(f"{seconds:8.2f}s" for seconds in (row["median_s"], min(row["seconds"]), max(row["seconds"])))
        other = f"{row['of_against']['median']:9.3f}" if "of_against" in row else " " * 9
        lines.append(f"{row['step']:24}{times}{row['of_cold']:9.3f}{other}   {'; '.join(row['faults'])}".rstrip())
    return "\n".join(lines)


def title(book: Path) -> str:
    return yaml.safe_load((book / "_quarto-es.yml").read_text(encoding="utf-8"))["book"]["title"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("books", nargs="*", type=Path, default=BOOKS, metavar="BOOK", help="the folder of a book")
    parser.add_argument("--runs", type=int, default=5, help="runs of each step (default 5; cold at most 3)")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another state of this report, to compare with")
    arguments = parser.parse_args()
    books = {}
    for book in arguments.books:
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
            copies = [Copy.of(book.resolve(), Path(ours))]
            if arguments.against and book.resolve() == ROOT:
                copies.append(Copy.of(arguments.against.resolve(), Path(theirs)))
            measure(copies, arguments.runs)
            books[title(book)] = record(copies[0], copies[1] if len(copies) > 1 else None)
        print(table(title(book), books[title(book)]), flush=True)
    text = json.dumps(about_machine(PACKAGES) | {"books": books}, indent=1, ensure_ascii=False)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return 1 if any(row["faults"] for rows in books.values() for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
