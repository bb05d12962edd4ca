"""All stages in order, each done again only where its input changed, then the finished book put in place at once.

A book that fails to build leaves the one before as it was; a render that is killed leaves the old book or the new.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from cnnlab import paths
from cnnlab.errors import BookError, RenderError, storage
from cnnlab.render.book.config import Page, line_of, read_book
from cnnlab.render.book.output import check_output
from cnnlab.render.book.twins import twin
from cnnlab.render.cells import execute
from cnnlab.render.edition import Edition, Project
from cnnlab.render.faults import each, raise_all
from cnnlab.render.memory import Digests, read_json, snapshot, stamps, write_json

FORMATS = ("html", "pdf")


def main(arguments) -> int:
    """The command `cnnlab render`: `arguments` has lang, to and preview."""
    root, chosen = paths.project_root(), formats(arguments.to)

    def build(pages_shown: Callable | None = None) -> None:
        render(root, [arguments.lang] if arguments.lang else None, chosen, pages_shown=pages_shown)

    if arguments.preview:
        from cnnlab.render.preview import serve

        return serve(root, build)
    build()
    return 0


def formats(to: str | None) -> list[str]:
    """The formats that "html,pdf" names; both where nothing is named."""
    chosen = to.split(",") if to else list(FORMATS)
    for name in chosen:
        if name not in FORMATS:
            raise RenderError(f"--to {to}: {name!r} is no format", allowed="html, pdf, or both: html,pdf")
    return chosen


def render(
    root: Path,
    langs: list[str] | None,
    chosen: list[str],
    say: Callable = print,
    pages_shown: Callable | None = None,
) -> bool:
    """Bring the book up to date; whether anything had to be done. langs: None for all that have a profile.

    pages_shown: if given, pages are put in place before search and PDF, which take longer, and this is called then.
    """
    begin = time.monotonic()
    cache = paths.project_cache() / "render"
    with paths.lock("render"), storage(cache):
        project = Project(root, cache, say)
        langs = langs or project.languages
        order = {"langs": langs, "formats": chosen}
        now, memory = snapshot(root), cache / "done.json"
        before = read_json(memory)
        if is_done(before, order, now):
            say(f"nothing changed ({time.monotonic() - begin:.2f} s)")
            return False
        check_output([read_book(root, lang) for lang in project.languages])
        editions = each(lambda lang: Edition(project, lang), langs, 1)
        used, ran = run_cells(project, editions)
        changed = changes(before, order, now)
        work = [edition for edition in editions if edition in ran or not untouched(edition, editions, changed)]
        if work:
            say(f"composing {' and '.join(edition.book.lang for edition in work)}: {' and '.join(chosen)}")
        each(Edition.parse, work, 1)
        compare(editions)
        book = root / read_book(root, project.languages[0]).output
        if pages_shown is not None and "html" in chosen:
            write(work, ["html"], say, with_search=False)
            put_in_place(project, editions, ["html"], book)
            pages_shown()
            for edition in work:
                edition.files = {}  # those of the search get other names
        write(work, chosen, say)
        for edition in work:
            edition.keep()
        say(put_in_place(project, editions, chosen, book))
        outside = {name for name in used if not name.endswith("/")} - now.keys()
        made = stamps([*map(Path, outside), *(path for path in book.rglob("*") if path.is_file())])
        write_json(memory, {"order": order, "inputs": now, "outputs": made})
    say(f"done in {time.monotonic() - begin:.1f} s")
    return True


def is_done(before: dict, order: dict, inputs: dict) -> bool:
    """Whether the last render was asked for the same, nothing it may depend on has changed since, and all it made,
    or its cells used, is still there."""
    if (before.get("order"), before.get("inputs")) != (order, inputs):
        return False
    return stamps(map(Path, before["outputs"])) == before["outputs"]


def changes(before: dict, order: dict, inputs: dict) -> set[str] | None:
    """Files that changed since the last render; None where it was asked for something else."""
    if before.get("order") != order:
        return None
    return {name for name in before["inputs"].keys() | inputs.keys() if before["inputs"].get(name) != inputs.get(name)}


def untouched(edition: Edition, editions: list[Edition], changed: set[str] | None) -> bool:
    """Whether all that changed are chapters of other editions, so that this one's files are as they should be."""
    if changed is None:
        return False
    others = {name for other in editions if other is not edition for name in other.files_read}
    return changed <= others - edition.files_read and edition.restore()


def run_cells(project: Project, editions: list[Edition]) -> tuple[set[str], list[Edition]]:
    """Run the cells again of which the code, or what they read, has changed; a failed job has an error.

    Returns the files that cells read or wrote, and the editions of which cells ran.
    """
    digests = Digests(project.root, project.cache / "digests.json")
    jobs = [job for edition in editions for job in edition.jobs.values()]
    waiting = [job for job in jobs if not job.is_up_to_date(digests)]
    if waiting:
        execute.run(waiting, project.cache.parent / "jupyter-cache", digests, project.say)
    digests.save()
    names = {name for job in jobs for kind in ("read", "written") for name in job.known.get(kind, ())}
    used = {str(project.root / name) for name in names}
    return used, [edition for edition in editions if any(job in waiting for job in edition.jobs.values())]


def compare(editions: list[Edition]) -> None:
    """Every label of a book is used once; both languages have the same pages and, on each, the same labels."""
    faults = [fault for edition in editions for fault in used_twice(edition)]
    for ours, theirs in itertools.permutations(editions, 2):
        faults += untranslated(ours, theirs)
    raise_all(faults)


def used_twice(edition: Edition) -> Iterator[BookError]:
    """Faults of labels that two chapters of a book use."""
    seen: dict[str, Page] = {}
    for page in edition.book.pages:
        for name in edition.labels[page.slug]:
            if name in seen:
                yield BookError(
                    f"label {name!r} is used in two chapters",
                    where=edition.sources[page.slug].locate(f"#{name}", f"label: {name}"),
                    remedy=f"rename it; the other stands in {seen[name].source}",
                )
            seen[name] = page


def untranslated(ours: Edition, theirs: Edition) -> Iterator[BookError]:
    """Faults of pages, and labels, that another language lacks."""
    profile, other = (edition.root / f"_quarto-{edition.book.lang}.yml" for edition in (ours, theirs))
    for page in ours.book.pages:
        there = twin(page, ours.book, theirs.book)
        if there is None:
            yield BookError(
                f"{page.source} has no translation in {other.name}",
                where=f"{profile.name}:{line_of(profile, str(page.source))}",
                remedy=f"write it and list it in {other.name}",
            )
            continue
        for name in ours.labels[page.slug]:
            if name not in theirs.labels[there.slug]:
                yield BookError(
                    f"label {name!r} is missing in {there.source}",
                    where=ours.sources[page.slug].locate(f"#{name}", name),
                    remedy="both languages show the same labels",
                )


def write(editions: list[Edition], chosen: list[str], say: Callable, with_search: bool = True) -> None:
    """Pages and PDFs of all languages, at the same time; what takes longest, Typst, begins first.

    say: what is told when each is ready. with_search: whether what the search finds is made anew too.
    """

    def told(what: str, task: Callable, *given: Any) -> None:
        begin = time.monotonic()
        task(*given)
        say(f"{what} ({time.monotonic() - begin:.1f} s)")

    with ThreadPoolExecutor(max_workers=2 * len(editions) or 1) as pool:
        waiting = []
        if "pdf" in chosen:
            texts = each(lambda edition: edition.written("typst"), editions, 1)
            for edition, made in zip(editions, texts, strict=True):
                waiting.append(pool.submit(told, f"typeset {edition.book.pdf_name}", edition.pdf, made))
        if "html" in chosen:
            for edition in editions:
                with_pdf = "pdf" in chosen or (edition.root / edition.book.output / edition.book.pdf_name).is_file()
                what = f"wrote {len(edition.book.pages)} pages in {edition.book.lang}"
                waiting.append(pool.submit(told, what, edition.pages, with_pdf, with_search))
        each(lambda task: task.result(), waiting, 1)


# ---- the finished book


def put_in_place(project: Project, editions: list[Edition], chosen: list[str], book: Path) -> str:
    """Put the new book together beside the old, sharing the files that are the same, then exchange the two at once."""
    new = project.cache / "book"
    shutil.rmtree(new, ignore_errors=True)
    files = {str(path.relative_to(project.root)): path for path in left_alone(project, editions, chosen, book)}
    for edition in editions:
        files |= edition.files
    written = 0
    for name, path in files.items():
        before, target = project.root / name, new / PurePosixPath(name).relative_to(book.relative_to(project.root))
        target.parent.mkdir(parents=True, exist_ok=True)
        if before.is_file() and (before == path or same(before, path)):
            link(before, target)
        else:
            written += 1
            shutil.copyfile(path, target)
    paths.replace_folder(new, book)
    pages = sum(name.endswith(".html") for name in files)
    return f"{book.name}: {pages} pages, {written} of {len(files)} files written"


def left_alone(project: Project, editions: list[Edition], chosen: list[str], book: Path) -> Iterator[Path]:
    """Files of the old book that this render does not make: another language's, or another format's."""
    homes = {lang: project.root / read_book(project.root, lang).output for lang in project.languages}
    rendered = {edition.book.lang for edition in editions}
    for path in book.rglob("*") if book.is_dir() else ():
        if path.is_file():
            lang = max(
                (lang for lang in homes if path.is_relative_to(homes[lang])), key=lambda lang: len(str(homes[lang]))
            )
            kind = "pdf" if path.suffix == ".pdf" and path.parent == homes[lang] else "html"
            if lang not in rendered or kind not in chosen:
                yield path


def same(one: Path, two: Path) -> bool:
    return one.stat().st_size == two.stat().st_size and one.read_bytes() == two.read_bytes()


def link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a file system without hard links
        shutil.copy2(path, target)
