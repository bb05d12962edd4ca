"""All stages in order, each done again only where its input changed, then the finished book put in place at once.

What a stage made is kept under `.cnnlab/render/<language>/`, beside the digest of its input. A book that fails to build
leaves the one before as it was; a render that is killed leaves either the old book or the new one.
"""
from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from cnnlab import paths
from cnnlab.errors import BookTrouble, RenderTrouble, storage
from cnnlab.render.config import LANGUAGES, Book, Page, line_of, read_book, read_yaml

PASSED_OVER = {".git", ".venv", ".cnnlab", ".quarto", ".jupyter_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "_book", "node_modules", "tests", "benchmarks"}
GENERATED = {"_variables.yml", "plotly.min.js"}


@dataclass
class Edition:
    """One language while it is being built."""

    book: Book
    folder: Path  # of its stages
    sources: dict = None
    parsed: dict = None
    files: dict = None  # site path → file, below the project's root


def main(arguments) -> int:
    """The command `cnnlab render`: `arguments` has lang, to, preview, strict."""
    root = paths.project_root()
    if arguments.preview:
        from cnnlab.render.preview import serve

        return serve(root, lambda: render(root, languages(root, arguments.lang), formats(arguments.to), strict=arguments.strict))
    render(root, languages(root, arguments.lang), formats(arguments.to), strict=arguments.strict)
    return 0


def languages(root: Path, lang: str | None) -> list[str]:
    known = [name for name in LANGUAGES if (root / f"_quarto-{name}.yml").is_file()]
    return [lang] if lang else known


def formats(to: str | None) -> list[str]:
    chosen = (to or "html,pdf").split(",")
    for name in chosen:
        if name not in ("html", "pdf"):
            raise RenderTrouble(f"--to {to}: {name!r} is no format", allowed="html, pdf, or both: html,pdf")
    return chosen


def render(root: Path, langs: list[str], chosen: list[str], strict: bool = False, say: Callable = print) -> bool:
    """Bring the book up to date; whether anything had to be done."""
    begin = time.monotonic()
    with paths.lock("render"):
        workshop = paths.workshop() / "render"
        memory = workshop / "done.json"
        order = {"langs": langs, "formats": chosen, "strict": strict}
        now = snapshot(root)
        if memory.is_file() and (before := json.loads(memory.read_text())).get("order") == order and before["inputs"] == now and before["outputs"] == outputs(root, before["outputs"]):
            say(f"nothing changed ({time.monotonic() - begin:.2f} s)")
            return False
        with storage(workshop):
            Build(root, langs, chosen, strict, workshop, say).run()
            made = outputs(root, {str(p.relative_to(root)): None for p in (root / read_book(root, langs[0]).output).rglob("*") if p.is_file()})
            paths.write_atomically(memory, json.dumps({"order": order, "inputs": now, "outputs": made}))
    say(f"done in {time.monotonic() - begin:.1f} s")
    return True


def snapshot(root: Path) -> dict[str, list]:
    """Size and time of every file that a book may depend on: the project's, and the package's where it lies elsewhere."""
    found = {}

    def walk(folder: Path):
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in PASSED_OVER or entry.name in GENERATED or entry.name.endswith(("_files", ".pyc")):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    walk(Path(entry.path))
                elif entry.is_file():
                    stat = entry.stat()
                    found[entry.path] = [stat.st_size, stat.st_mtime_ns]

    walk(root)
    package = Path(__file__).parents[1]
    if not package.is_relative_to(root):
        walk(package)
    return found


def outputs(root: Path, names) -> dict[str, list]:
    out = {}
    for name in names:
        try:
            stat = (root / name).stat()
            out[name] = [stat.st_size, stat.st_mtime_ns]
        except FileNotFoundError:
            out[name] = None
    return out


def digest(*values) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def kept(path: Path, key: str, make: Callable):
    """What `make()` gives, as JSON-able data; remembered at `path` for as long as `key` stays the same."""
    try:
        memory = json.loads(path.read_text(encoding="utf-8"))
        if memory["key"] == key:
            return memory["value"]
    except (FileNotFoundError, ValueError, KeyError):
        pass
    value = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    paths.write_atomically(path, json.dumps({"key": key, "value": value}, ensure_ascii=False))
    return value


class Build:
    def __init__(self, root: Path, langs: list[str], chosen: list[str], strict: bool, workshop: Path, say: Callable):
        self.root, self.langs, self.formats, self.strict, self.workshop, self.say = root, langs, chosen, strict, workshop, say
        code = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".typ"))
        self.version = digest([path.read_text(encoding="utf-8") for path in code])  # a stage made by other code is made again
        self.stats: dict[str, str] = {}

    def run(self) -> None:
        if self.strict:
            self.refuse_stale()
        editions = [Edition(read_book(self.root, lang), self.workshop / lang) for lang in self.langs]
        for edition in editions:
            self.read(edition)
        self.compare(editions)
        with ThreadPoolExecutor(max_workers=2 * len(editions)) as pool:
            html = {e.book.lang: pool.submit(self.html, e) for e in editions} if "html" in self.formats else {}
            pdf = {e.book.lang: pool.submit(self.pdf, e) for e in editions} if "pdf" in self.formats else {}
            for waiting in (*html.values(), *pdf.values()):
                waiting.result()
        self.assemble(editions)

    def refuse_stale(self) -> None:
        from cnnlab import results

        stale = [status for status in results.status() if status.state == "stale"]
        if stale:
            raise RenderTrouble(f"results are stale: {', '.join(status.name for status in stale)}", remedy="cnnlab why NAME says what changed; cnnlab run NAME computes it again")

    # ---- sources, cells, trees

    def read(self, edition: Edition) -> None:
        from cnnlab.render.source import read_chapter

        book = edition.book
        edition.sources = {page.slug: read_chapter(self.root, page.source) for page in book.pages}
        variables = self.variables(edition)
        outputs = self.cells(edition)
        edition.parsed = {}
        for page in book.pages:
            edition.parsed[page.slug] = self.parse(edition, page, outputs.get(page.slug, []), variables)
        keys = sorted({key for parsed in edition.parsed.values() for key in parsed.cites})
        self.check_citations(edition, keys)
        for page in book.pages:
            self.cite(edition, page, keys)

    def variables(self, edition: Edition) -> dict:
        """`_variables.yml` of the language, after the project's own pre-render script (results may have changed)."""
        book = edition.book
        inputs = {name: stat for name, stat in snapshot(self.root).items() if not name.startswith(str(self.root / "chapters"))}

        def make():
            scripts = book.options["project"].get("pre-render") or []
            for script in [scripts] if isinstance(scripts, str) else scripts:
                self.script(script, book)
            path = self.root / "_variables.yml"
            return read_yaml(path) if path.is_file() else {}

        return kept(edition.folder / "variables.json", digest(self.version, book.lang, inputs), make)

    def script(self, command: str, book: Book) -> None:
        words = command.split()
        program = [sys.executable] if words[0].endswith(".py") else []
        done = subprocess.run([*program, *words], cwd=self.root, env=os.environ | {"QUARTO_PROFILE": book.lang, "QUARTO_PROJECT_OUTPUT_DIR": str(self.root / book.output)}, capture_output=True, text=True)
        if done.returncode:
            raise RenderTrouble(f"the script '{command}' failed: {(done.stderr or done.stdout).strip()[-600:]}", where="_quarto.yml", remedy="run it by hand to see why")
        if done.stdout.strip():
            self.say(done.stdout.strip())

    def cells(self, edition: Edition) -> dict[str, list]:
        from cnnlab.render import execute

        book, out, jobs = edition.book, {}, []
        for page in book.pages:
            source = edition.sources[page.slug]
            key = execute.key_of(book, source)
            if not key:
                continue
            path = edition.folder / "cells" / f"{page.slug}.json"
            try:
                memory = json.loads(path.read_text(encoding="utf-8"))
            except (FileNotFoundError, ValueError):
                memory = {}
            if memory.get("key") == key:
                out[page.slug] = memory["value"]
            else:
                jobs.append(execute.Job(page, source, key))
        if jobs:
            done = execute.run(book, jobs, self.workshop.parent / "jupyter-cache", self.say)
            for job in jobs:
                out[job.page.slug] = kept(edition.folder / "cells" / f"{job.page.slug}.json", job.key, lambda job=job: done[job.page.slug])
        return out

    def parse(self, edition: Edition, page: Page, outputs: list, variables: dict):
        from cnnlab.render import parse
        from cnnlab.render.execute import Assembly

        book, source = edition.book, edition.sources[page.slug]
        text = Assembly(source, outputs, edition.folder / "pictures" / page.slug).markdown()
        text = parse.substitute(text, source, variables, book.options)
        key = digest(self.version, text, page.kind, page.number, book.lang)
        made = kept(edition.folder / "parsed" / f"{page.slug}.json", key, lambda: asdict(parse.parse(book, page, source, text)))
        parsed = parse.Parsed(**made)
        self.check_pictures(book, page, source, parsed)
        parsed.key = key
        return parsed

    def check_pictures(self, book: Book, page: Page, source, parsed) -> None:
        for url in parsed.images:
            if not url.startswith("cell:") and not (self.root / page.source.parent / url).resolve().is_file():
                raise BookTrouble(f"picture {url} does not exist", where=source.locate(f"]({url}", url), remedy=f"its path is relative to {page.source.parent}")

    def check_citations(self, edition: Edition, keys: list[str]) -> None:
        import re

        from cnnlab.errors import nearest

        book = edition.book
        if not keys:
            return
        if book.bibliography is None or not book.bibliography.is_file():
            raise BookTrouble(f"there are citations and no bibliography ({book.options.get('bibliography')})", where="_quarto.yml", remedy="bibliography: chapters/references.bib")
        if not any(has_references(parsed.tree) for parsed in edition.parsed.values()):
            raise BookTrouble(f"there are citations and no page holds the bibliography ({book.lang})", where=f"_quarto-{book.lang}.yml", remedy="add a chapter with '::: {#refs}' and ':::'")
        known = re.findall(r"@\w+\s*\{\s*([^,\s]+)\s*,", book.bibliography.read_text(encoding="utf-8"))
        for page in book.pages:
            for key in edition.parsed[page.slug].cites:
                if key not in known:
                    raise BookTrouble(f"citation @{key} is not in {book.options['bibliography']}", where=edition.sources[page.slug].locate(f"@{key}"), remedy=nearest(key, known))

    def cite(self, edition: Edition, page: Page, keys: list[str]) -> None:
        """Resolve a page's citations, knowing all that the book cites, so that 2016a and 2016b are the same everywhere."""
        from cnnlab.render import pandoc

        book, parsed = edition.book, edition.parsed[page.slug]
        lists = has_references(parsed.tree)
        if not parsed.cites and not lists:
            return

        def make():
            def text(value):
                return {"t": "MetaInlines", "c": [{"t": "Str", "c": value}]}

            cites = [{"citationId": key, "citationPrefix": [], "citationSuffix": [], "citationMode": {"t": "AuthorInText"}, "citationNoteNum": 0, "citationHash": 0} for key in keys]
            meta = {"lang": text(book.lang), "link-citations": {"t": "MetaBool", "c": True}, "nocite": {"t": "MetaInlines", "c": [{"t": "Cite", "c": [cites, []]}]}}
            tree = pandoc.cite(parsed.tree | {"meta": meta}, book.bibliography, str(page.source)) | {"meta": {}}
            return tree if lists else hide_references(tree, parsed.cites)

        key = digest(self.version, parsed.key, keys, book.bibliography.read_text(encoding="utf-8"), book.lang)
        parsed.tree = kept(edition.folder / "cited" / f"{page.slug}.json", key, make)
        parsed.key = key

    # ---- both languages

    def compare(self, editions: list[Edition]) -> None:
        """Every label of a book is used once; both languages have the same pages and, on each, the same labels."""
        for edition in editions:
            seen = {}
            for page in edition.book.pages:
                for name in edition.parsed[page.slug].labels:
                    if name in seen:
                        raise BookTrouble(f"label {name!r} is used in two chapters", where=edition.sources[page.slug].locate(f"#{name}", f"label: {name}"), remedy=f"rename it; the other stands in {seen[name].source}")
                    seen[name] = page
        for ours, theirs in itertools.permutations(editions, 2):
            profile, other = (self.root / f"_quarto-{edition.book.lang}.yml" for edition in (ours, theirs))
            sisters = {page.source.stem: page for page in theirs.book.pages}
            for page in ours.book.pages:
                if page.source.stem not in sisters:
                    raise BookTrouble(f"{page.source} has no translation in {other.name}", where=f"{profile.name}:{line_of(profile, str(page.source))}", remedy=f"write it and list it in {other.name}")
            for page in ours.book.pages:
                sister = sisters[page.source.stem]
                missing = [name for name in ours.parsed[page.slug].labels if name not in theirs.parsed[sister.slug].labels]
                if missing:
                    raise BookTrouble(f"label {missing[0]!r} is missing in {sister.source}", where=ours.sources[page.slug].locate(f"#{missing[0]}", missing[0]), remedy="both languages show the same labels")

    # ---- writers

    def context(self, edition: Edition, page: Page):
        from cnnlab.render.parse import Label
        from cnnlab.render.resolve import Context

        book = edition.book
        labels = {name: Label(**value) for parsed in edition.parsed.values() for name, value in parsed.labels.items()}
        pages = {str(p.source): (p, edition.parsed[p.slug]) for p in book.pages}
        references = next((str(p.output) for p in book.pages if has_references(edition.parsed[p.slug].tree)), None)
        return Context(book, page, edition.sources[page.slug], labels, pages, edition.folder / "pictures", references)

    def surroundings(self, context, parsed) -> list:
        """What a page's text takes from elsewhere: numbers of its references, pages that links may lead to, its pictures."""
        labels = {name: asdict(context.labels[name]) for name in {*parsed.references, *parsed.labels} if name in context.labels}
        pages = {source: (str(page.output), other.identifier) for source, (page, other) in context.pages.items()}
        pictures = {url: stamp(context.picture(url)) for url in parsed.images}
        return [labels, pages, pictures, context.references_page]

    def write(self, edition: Edition, kind: str) -> dict[str, dict]:
        from cnnlab.render import html, typst

        book, out = edition.book, {}

        def page_text(page: Page):
            parsed, context = edition.parsed[page.slug], self.context(edition, page)
            for name in parsed.references:
                context.label(name)
            maker = html.body if kind == "html" else typst.fragment
            key = digest(self.version, parsed.key, self.surroundings(context, parsed), book.format("html" if kind == "html" else "typst"))
            return kept(edition.folder / kind / f"{page.slug}.json", key, lambda: asdict(maker(context, parsed, parsed.tree)))

        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for page, made in zip(book.pages, pool.map(page_text, book.pages), strict=True):
                out[page.slug] = made
        return out

    def html(self, edition: Edition) -> None:
        from cnnlab.render import site
        from cnnlab.render.html import Body

        book = edition.book
        bodies = {slug: Body(**made) for slug, made in self.write(edition, "html").items()}
        first = read_book(self.root, languages(self.root, None)[0])
        other_lang = next((lang for lang in languages(self.root, None) if lang != book.lang), None)
        other = read_book(self.root, other_lang) if other_lang else None
        sisters = {page.source.stem: page for page in other.pages} if other else {}
        folder = edition.folder / "pages"
        texts, files = {}, {}
        for page in book.pages:
            sister = (other, sisters[page.source.stem]) if page.source.stem in sisters else None
            text = site.page_html(book, sister, page, bodies, first, with_pdf="pdf" in self.formats or (self.root / book.output / book.pdf_name).is_file())
            texts[page] = text
            path = folder / page.output
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                paths.write_atomically(path, text)
            files[str(book.output / page.output)] = path
            for name, picture in bodies[page.slug].files.items():
                files[str(book.output / name)] = Path(picture)
        for old in folder.rglob("*.html"):
            if old.relative_to(folder) not in {Path(page.output) for page in book.pages}:
                old.unlink()
        for name, path in site.assets(book).items():
            files[str(first.output / name)] = path
        if any("plotly-figure" in text for text in texts.values()):
            files[str(first.output / site.LIBRARY / "plotly.min.js")] = site.plotly()
        searched = edition.folder / "pagefind"
        kept(edition.folder / "pagefind.json", digest(self.version, {str(page.output): text for page, text in texts.items()}), lambda: site.index(folder, searched))
        for path in searched.rglob("*"):
            if path.is_file():
                files[str(book.output / "pagefind" / path.relative_to(searched))] = path
        edition.files = (edition.files or {}) | files
        others = {str(other.output / page.output) for page in other.pages} if other else set()
        known = set(files) | others | {str(book.output / book.pdf_name)}
        site.check_links(book, texts, known.__contains__, lambda page, needle: edition.sources[page.slug].locate(needle))

    def pdf(self, edition: Edition) -> None:
        from cnnlab.render import pdf

        book = edition.book
        made = self.write(edition, "typst")
        text = pdf.document(book, [(page, made[page.slug]["text"]) for page in book.pages])
        pictures = sorted({name for value in made.values() for name in value["files"]})
        extension = [stamp(path) for path in sorted((self.root / pdf.EXTENSION).rglob("*")) if path.suffix in (".typ", ".ttf", ".png", ".json")]
        source, output = edition.folder / "book.typ", edition.folder / book.pdf_name

        def make():
            paths.write_atomically(source, text)
            pdf.compile_pdf(book, source, output)

        key = digest(self.version, text, [stamp(self.root / name.lstrip("/")) for name in pictures], extension, book.format("typst"))
        kept(edition.folder / "pdf.json", key if output.is_file() else "missing", lambda: make())
        if not output.is_file():
            make()
        edition.files = (edition.files or {}) | {str(book.output / book.pdf_name): output}

    # ---- the finished book

    def assemble(self, editions: list[Edition]) -> None:
        """Put the new book together beside the old one, sharing the files that are the same, then exchange the two at once."""
        first = read_book(self.root, languages(self.root, None)[0])
        old, new = self.root / first.output, self.workshop / "book"
        shutil.rmtree(new, ignore_errors=True)
        files: dict[str, Path] = {}
        for edition in editions:
            files |= edition.files
        changed = 0
        for path in self.untouched(old, editions):
            files.setdefault(str(path.relative_to(self.root)), path)
        for name, path in files.items():
            target, before = new / PurePosixPath(name).relative_to(first.output), self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if before.is_file() and (before == path or same(before, path)):
                link(before, target)
            else:
                changed += 1
                shutil.copyfile(path, target)
        paths.replace_folder(new, old)
        pages = sum(name.endswith(".html") for name in files)
        self.say(f"{first.output}: {pages} pages, {changed} of {len(files)} files written")

    def untouched(self, old: Path, editions: list[Edition]):
        """Files of the old book that this render does not make: the other language's, or the other format's."""
        outputs = {lang: self.root / read_book(self.root, lang).output for lang in languages(self.root, None)}
        rendered = {edition.book.lang for edition in editions}
        for path in old.rglob("*") if old.is_dir() else ():
            if path.is_file():
                owner = max((lang for lang in outputs if path.is_relative_to(outputs[lang])), key=lambda lang: len(str(outputs[lang])))
                kind = "pdf" if path.suffix == ".pdf" and path.parent == outputs[owner] else "html"
                if owner not in rendered or kind not in self.formats:
                    yield path


def has_references(tree: dict) -> bool:
    """Whether a chapter's tree holds `::: {#refs}`, the place of the bibliography."""
    return any(block["t"] == "Div" and block["c"][0][:2] == ["refs", []] for block in tree["blocks"])


def hide_references(tree: dict, cites: list[str]) -> dict:
    """Keep, unseen, only the entries that a page cites: the site previews them over its citations."""
    *blocks, refs = tree["blocks"]
    attributes, entries = refs["c"]
    entries = [entry for entry in entries if entry["c"][0][0].removeprefix("ref-") in cites]
    attributes = [attributes[0], [*attributes[1], "hidden-references"], [["style", "display: none"], ["data-pagefind-ignore", "all"]]]
    return tree | {"blocks": [*blocks, {"t": "Div", "c": [attributes, entries]}]}


def stamp(path: Path) -> list:
    stat = path.stat()
    return [str(path), stat.st_size, stat.st_mtime_ns]


def same(one: Path, two: Path) -> bool:
    a, b = one.stat(), two.stat()
    return a.st_size == b.st_size and (a.st_mtime_ns == b.st_mtime_ns and a.st_ino == b.st_ino or one.read_bytes() == two.read_bytes())


def link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a file system without hard links
        shutil.copy2(path, target)
