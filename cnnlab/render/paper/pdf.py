"""The pages' Typst, joined within the extension's partials, to a tagged PDF."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from cnnlab.render.book.config import Book
from cnnlab.render.book.dates import day_of
from cnnlab.render.faults import raise_all
from cnnlab.render.paper.faults import faults, origin
from cnnlab.render.text.resolve import quoted
from cnnlab.render.text.source import Source

EXTENSION = Path("_extensions/informe")
LOOKS = (".typ", ".ttf", ".png", ".json")  # files of the extension that the PDF is made of
UNSETTLED = "did not converge within"  # places of figures that depend on each other too far along a chapter
DEPENDENT = re.compile(r"<mov(?:ing|ed)-([^>]+)-\d+>")  # such a place, and its chapter
PARTIALS = ("numbering.typ", "page.typ", "typst-template.typ")


def document(book: Book, fragments: list[tuple]) -> str:
    """The whole book as Typst: definitions, template, then (page, text) in order with parts and appendices."""
    own, extension = Path(__file__).parent, book.root / EXTENSION
    head = [
        f"{origin(name)}\n{path.read_text(encoding='utf-8')}"
        for name, path in (
            ("cnnlab/render/paper/definitions.typ", own / "definitions.typ"),
            *((f"{EXTENSION}/{name}", extension / name) for name in PARTIALS),
            ("cnnlab/render/paper/blocks.typ", own / "blocks.typ"),
        )
    ]
    values = {
        "title": book.meta["title"],
        "subtitle": book.meta.get("subtitle"),
        "author": book.author,
        "date": book.date,
        "lang": book.lang,
    }
    arguments = [
        f"  {key}: {content(value) if key in ('title', 'subtitle') else quoted(str(value))},"
        for key, value in values.items()
        if value
    ]
    body, part, appendix = [RESETS], None, False
    for page, text in fragments:
        if page.kind == "appendix" and not appendix:
            appendix = True
            body.append("#show: appendices")
        elif page.part is not None and page.part is not part and page.kind != "appendix":
            part = page.part
            if not page.opens_part:  # such a page writes the part's title itself
                body.append(f"#part({content(part.name)})")
        body += [origin(str(page.source)), text]
    profile = origin(f"_quarto-{book.lang}.yml")
    return "\n\n".join([*head, profile, "#show: informe.with(", *arguments, "  settled: true,", ")", *body]) + "\n"


# Numbers begin again with each chapter.
RESETS = """\
#show heading.where(level: 1): it => {
  for kind in ("fig", "tbl", "lst") { counter(figure.where(kind: "quarto-float-" + kind)).update(0) }
  counter(math.equation).update(0)
  it
}"""


def content(text: str) -> str:
    """Plain text as content of Typst, in which no sign is markup."""
    return f"[#{quoted(str(text))}]"


def compile_pdf(book: Book, source: Path, output: Path, chapters: list[Source]) -> None:
    """Compile `source`, in the project, to `output` by the format's `pdf-standard`; faults at their authors' lines."""
    import typst

    options: dict[str, Any] = {}
    standards = (book.format("typst") or {}).get("pdf-standard")
    if standards:
        options["pdf_standards"] = [standards] if isinstance(standards, str) else standards
    options |= {"root": str(book.root), "font_paths": [str(book.root / EXTENSION / "fonts")]}
    options |= {"ignore_system_fonts": True, "timestamp": moment(book)}
    left: set[str] = set()  # chapters whose figures Typst places
    try:
        data, warnings = typst.compile_with_warnings(str(source), **options)
        while found := unsettled([warning.diagnostic for warning in warnings]) - left:
            left |= found
            inputs = {"unsettled": ",".join(sorted(left))}
            data, warnings = typst.compile_with_warnings(str(source), **options, sys_inputs=inputs)
    except typst.TypstError as error:
        said = [error.diagnostic]
    else:
        said = [warning.diagnostic for warning in warnings]
    raise_all(faults(said, source.read_text(encoding="utf-8"), {str(chapter.path): chapter for chapter in chapters}))
    output.write_bytes(data)


def unsettled(said: list[str]) -> set[str]:
    """The chapters whose figures found no place, by Typst's warnings; "all" where it names none."""
    if not any(UNSETTLED in warning for warning in said):
        return set()
    return {chapter for warning in said for chapter in DEPENDENT.findall(warning)} or {"all"}


def moment(book: Book) -> datetime | None:
    """The book's own date, so that the same sources give the same PDF; None (now) without one, and for "today"."""
    given = book.meta.get("date")
    return None if given in (None, "", "today", "now") else datetime.combine(day_of(given), time(), UTC)
