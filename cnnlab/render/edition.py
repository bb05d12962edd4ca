"""One language of the book on its way through the stages; what each made is kept under `.cnnlab/render/<language>/`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlab import paths
from cnnlab.paths import LANGUAGES
from cnnlab.render.book import options, scripts
from cnnlab.render.book.config import Book, Page, read_book, read_yaml
from cnnlab.render.book.reading import read_text
from cnnlab.render.cells.execute import Job
from cnnlab.render.faults import each
from cnnlab.render.memory import cached, digest, read_json, snapshot, stamp, stamps, write_json
from cnnlab.render.text.addresses import MADE, check_file, place
from cnnlab.render.text.source import read_chapter

if TYPE_CHECKING:
    from cnnlab.render.text.tree import Parsed


@dataclass
class Project:
    """The project that is rendered. `say` prints a line; `version` stands for the renderer's own code."""

    root: Path
    cache: Path
    say: Callable
    version: str = field(init=False)

    def __post_init__(self):
        code = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in (".py", ".typ"))
        self.version = digest([path.read_text(encoding="utf-8") for path in code])

    @property
    def languages(self) -> list[str]:
        """Languages that have a profile; the first holds the others' folders."""
        return [name for name in LANGUAGES if os.path.lexists(self.root / f"_quarto-{name}.yml")]


class Edition:
    """A language: its sources, trees and finished files (path in the project → file that holds its content)."""

    def __init__(self, project: Project, lang: str):
        self.project = project
        self.book = read_book(project.root, lang)
        each(lambda name: options.check(project.root / name), ("_quarto.yml", f"_quarto-{lang}.yml"), 1)
        self.folder = project.cache / lang
        self.files: dict[str, Path] = {}
        sources = each(lambda page: read_chapter(project.root, page.source), self.book.pages, 1)
        self.sources = {page.slug: source for page, source in zip(self.book.pages, sources, strict=True)}
        self.variables = self.read_variables()
        self.jobs = {page.slug: self.job(page) for page in self.book.pages if self.sources[page.slug].cells}
        self.parsed: dict[str, Parsed] = {}
        self.labels: dict[str, list[str]] = {}

    @property
    def root(self) -> Path:
        return self.project.root

    def memory(self, stage: str, page: Page) -> Path:
        return self.folder / stage / f"{page.slug}.json"

    # ---- sources, cells, trees

    def job(self, page: Page) -> Job:
        return Job(self.book, page, self.sources[page.slug], self.memory("cells", page))

    @property
    def files_read(self) -> set[str]:
        """The chapters and what they include."""
        return {str(self.root / name) for source in self.sources.values() for name in source.files}

    def keep(self) -> None:
        """Remember what `restore` gives back."""
        files = {name: str(path) for name, path in self.files.items()}
        write_json(self.folder / "made.json", {"labels": self.labels, "files": files})

    def restore(self) -> bool:
        """Take labels and finished files from the last render, where all of them are still there."""
        made = read_json(self.folder / "made.json")
        self.files = {name: Path(path) for name, path in made.get("files", {}).items()}
        self.labels = made.get("labels", {})
        return bool(self.files) and all(path.is_file() for path in self.files.values())

    def parse(self) -> None:
        """Bring every chapter to its tree: numbered, cited, ready to be written."""
        from cnnlab.render.text import citations

        trees = each(lambda page: self.tree(page, self.variables), self.book.pages)
        self.parsed = {page.slug: tree for page, tree in zip(self.book.pages, trees, strict=True)}
        self.labels = {slug: list(parsed.labels) for slug, parsed in self.parsed.items()}
        self.files = {}
        citations.check(self.book, self.parsed, self.sources)
        keys = citations.keys_of(self.book, self.parsed)
        each(lambda page: self.cite(page, keys), self.book.pages)

    def read_variables(self) -> dict:
        """`_variables.yml` in this language, written by the project's pre-render scripts out of what is kept."""
        chapters = str(self.root / "chapters")
        inputs = {name: seen for name, seen in snapshot(self.root).items() if not name.startswith(chapters)}

        def make() -> dict:
            scripts.run(self.book, self.project.say)
            path = self.root / "_variables.yml"
            return read_yaml(path) if os.path.lexists(path) else {}

        return cached(self.folder / "variables.json", digest(self.project.version, self.book.lang, inputs), make)

    def tree(self, page: Page, variables: dict) -> Parsed:
        """A chapter's tree in its canonical form, with its labels, citations and pictures."""
        from cnnlab.render.text.parse import parse
        from cnnlab.render.text.tree import Parsed

        job = self.jobs.get(page.slug)
        if job is not None and job.error is not None:
            raise job.error
        source, text = self.sources[page.slug], self.text(page, variables)
        key = digest(self.project.version, text, page.kind, page.number, self.book.lang)
        made = cached(self.memory("parsed", page), key, lambda: asdict(parse(self.book, page, source, text)))
        parsed = Parsed(**made | {"key": key})
        for url in parsed.images:
            if not url.startswith("cell:"):
                check_file(self.root, page, source, url, "picture")
        for url in parsed.links:
            if not str(place(page, url)).endswith(MADE) or (self.root / place(page, url)).exists():
                check_file(self.root, page, source, url, "link to")
        return parsed

    def text(self, page: Page, variables: dict) -> str:
        """A chapter's Markdown with the outputs of its cells and the values of its variables; pictures in files."""
        from cnnlab.render.cells.assembly import Assembly
        from cnnlab.render.text.shortcodes import Values

        source, job = self.sources[page.slug], self.jobs.get(page.slug)
        folder = self.folder / "pictures" / page.slug

        def make() -> dict:
            values = Values(source, variables, self.book.options)
            assembly = Assembly(source, job.outputs if job else [], folder, self.book)
            text = values.in_text(assembly.markdown(values.in_code))
            return {"text": text, "pictures": list(assembly.pictures)}

        lines, outputs = [line.text for line in source.lines], job.known["digest"] if job else None
        key, memory = (
            digest(self.project.version, lines, outputs, variables, self.book.options),
            self.memory("text", page),
        )
        made = cached(memory, key, make)
        if not all((folder / name).is_file() for name in made["pictures"]):
            memory.unlink()
            made = cached(memory, key, make)
        return made["text"]

    def cite(self, page: Page, keys: list[str]) -> None:
        from cnnlab.render.text import citations

        parsed, files = self.parsed[page.slug], [*self.book.bibliography, *filter(None, [self.book.csl])]
        if not parsed.cites and not citations.has_references(parsed.tree):
            return
        parsed.key = digest(self.project.version, parsed.key, keys, [read_text(path) for path in files])

        def make() -> dict:
            return citations.resolve(self.book, parsed.tree, parsed.cites, keys, str(page.source))

        parsed.tree = cached(self.memory("cited", page), parsed.key, make)

    # ---- writers

    def written(self, kind: str) -> dict[str, dict]:
        """Every page's text as "html" or "typst", by its slug."""
        from cnnlab.render.page import html
        from cnnlab.render.paper import typst
        from cnnlab.render.text.citations import has_references
        from cnnlab.render.text.resolve import Context
        from cnnlab.render.text.tree import Label

        maker: Callable[..., Any] = html.body if kind == "html" else typst.fragment
        labels = {name: Label(**value) for parsed in self.parsed.values() for name, value in parsed.labels.items()}
        pages = {str(page.source): (page, self.parsed[page.slug]) for page in self.book.pages}
        places = {source: (str(page.output), parsed.identifier) for source, (page, parsed) in pages.items()}
        listing = next((str(p.output) for p in self.book.pages if has_references(self.parsed[p.slug].tree)), None)

        def text(page: Page) -> dict:
            parsed, source = self.parsed[page.slug], self.sources[page.slug]
            context = Context(self.book, page, source, labels, pages, self.folder / "pictures", listing)
            referred = {name: asdict(context.label(name)) for name in {*parsed.references, *parsed.labels}}
            pictures = stamps(context.picture(url) for url in parsed.images)
            around = [referred, places, pictures, listing, self.book.format(kind), self.book.options.get("language")]
            key = digest(self.project.version, parsed.key, page.opens_part, around)
            return cached(self.memory(kind, page), key, lambda: asdict(maker(context, parsed, parsed.tree)))

        return dict(zip((page.slug for page in self.book.pages), each(text, self.book.pages), strict=True))

    def pages(self, with_pdf: bool, with_search: bool = True) -> None:
        """The pages of this language as a site: texts in their frames, pictures, assets, search, links checked."""
        from cnnlab.render.page import site
        from cnnlab.render.page.html import Body

        book, project = self.book, self.project
        bodies = {slug: Body(**made) for slug, made in self.written("html").items()}
        first, sister = read_book(self.root, project.languages[0]), self.sister()
        folder = self.folder / "pages"
        texts: dict[Page, str] = {}
        for page in book.pages:
            texts[page] = text = site.page_html(book, sister, page, bodies, first, with_pdf)
            path = folder / page.output
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                paths.write_atomically(path, text)
            self.files[str(book.output / page.output)] = path
            self.files |= {str(book.output / name): Path(file) for name, file in bodies[page.slug].files.items()}
        for old in folder.rglob("*.html"):
            if old.relative_to(folder) not in {Path(page.output) for page in book.pages}:
                old.unlink()
        self.files |= {str(first.output / name): path for name, path in site.assets(book).items()}
        if any("plotly-figure" in text for text in texts.values()):
            self.files[str(first.output / site.LIBRARY / "plotly.min.js")] = site.plotly()
        self.search(folder, {str(page.output): text for page, text in texts.items()}, with_search)
        known = {*self.files, str(book.output / book.pdf_name)}
        if sister:
            known |= {str(sister.output / page.output) for page in sister.pages}
        site.check_links(book, texts, known, lambda page, needle: self.sources[page.slug].locate(needle))

    def sister(self) -> Book | None:
        """The book in the other language, where the project has one."""
        other = next((lang for lang in self.project.languages if lang != self.book.lang), None)
        return read_book(self.root, other) if other else None

    def search(self, pages: Path, texts: dict[str, str], anew: bool) -> None:
        """What the search finds: made anew where a page changed, or the last."""
        from cnnlab.render.page import site

        made = self.folder / "pagefind"
        if anew:
            cached(self.folder / "pagefind.json", digest(self.project.version, texts), lambda: site.index(pages, made))
        for path in made.rglob("*"):
            if path.is_file():
                self.files[str(self.book.output / "pagefind" / path.relative_to(made))] = path

    def pdf(self, made: dict[str, dict]) -> None:
        """Build the PDF. made: the pages as Typst, by their slugs."""
        from cnnlab.render.paper import pdf

        book = self.book
        text = pdf.document(book, [(page, made[page.slug]["text"]) for page in book.pages])
        pictures = stamps(self.root / name.lstrip("/") for value in made.values() for name in value["files"])
        extension = stamps(path for path in (self.root / pdf.EXTENSION).rglob("*") if path.suffix in pdf.LOOKS)
        source, output = self.folder / "book.typ", self.folder / book.pdf_name

        def make() -> list | None:
            paths.write_atomically(source, text)
            pdf.compile_pdf(book, source, output, list(self.sources.values()))
            return stamp(output)

        memory = self.folder / "pdf.json"
        key = digest(self.project.version, text, pictures, extension, book.format("typst"))
        if cached(memory, key, make) != stamp(output):  # the file that the memory speaks of is gone
            memory.unlink()
            cached(memory, key, make)
        self.files[str(book.output / book.pdf_name)] = output
