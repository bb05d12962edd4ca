"""The folder that a render replaces as a whole: refused where anything but a former book would be lost with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cnnlab.errors import BookError
from cnnlab.render.book.config import Book, line_of

ALLOWED = "a folder of its own inside the project, such as _book; another language's inside it, such as _book/en"


def is_book(folder: Path) -> bool:
    """Whether a folder is a book that was rendered, by this renderer or by Quarto."""
    try:
        return "quarto-content" in (folder / "index.html").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def only_files(folder: Path, names: set[Path]) -> bool:
    """Whether a folder has no files but some of those named; so has one that does not exist."""
    return all(path.is_dir() or path in names for path in folder.rglob("*"))


def check_output(books: Sequence[Book]) -> None:
    """Raise BookError unless each book's output folder is new, empty or a former book, and inside the project.

    books: the first language's, whose output folder holds those of the others.
    """
    root = books[0].root.resolve()
    first = (root / books[0].output).resolve()
    pdfs = {(root / book.output / book.pdf_name).resolve() for book in books}  # all that a render to PDF alone leaves
    for book in books:
        folder = (root / book.output).resolve()
        if root not in folder.parents:
            problem = "does not lie inside the project"
        elif first not in (folder, *folder.parents):
            problem = f"does not lie inside that of the first language, {books[0].output}"
        elif sources := [page.source for page in book.pages if folder in (root / page.source).resolve().parents]:
            problem = f"holds {sources[0]}, a source of the book"
        elif folder.exists() and not folder.is_dir():
            problem = "is a file"
        elif folder == first and not is_book(folder) and not only_files(folder, pdfs):
            problem = "holds files that no render made: a render replaces the whole folder"
        else:
            continue
        profile = root / f"_quarto-{book.lang}.yml"
        raise BookError(
            f"output-dir: {book.output} {problem}",
            where=f"{profile.name}:{line_of(profile, 'output-dir')}",
            allowed=ALLOWED,
            remedy="name another folder; nothing was written",
        )
