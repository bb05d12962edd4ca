"""Reading the book's text files in one way: UTF-8 with or without a mark, any ends of lines, and plain refusals."""

from __future__ import annotations

import os
from pathlib import Path

from cnnlab.errors import BookError

UTF8 = "save it again in UTF-8: editors offer it as 'encoding', or run iconv"
MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}  # first bytes of files that programs of Windows write
LFS = b"version https://git-lfs"  # what stands in place of a file that git has not fetched


def read_text(path: Path) -> str:
    """The text of a file with "\\n" at the ends of lines; BookError where it cannot be read or is no UTF-8."""
    try:
        if path.is_fifo():  # reading it would wait for ever
            raise FileNotFoundError
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None
    if data.startswith(LFS):
        raise BookError(
            f"{path.name} is a pointer of Git LFS in place of the file",
            where=f"{shown(path)}:1",
            remedy="run 'git lfs pull', which fetches the file",
        )
    if data[:2] in MARKS:
        raise BookError(f"{path.name} is in {MARKS[data[:2]]}", allowed="UTF-8", where=f"{shown(path)}:1", remedy=UTF8)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise wrong_byte(path, data, error.start) from None
    if "\0" in text:
        raise BookError(
            f"{path.name} holds a character of code 0",
            where=f"{shown(path)}:{text[: text.index(chr(0))].count(chr(10)) + 1}",
            remedy="delete it: a text does not hold one; if the whole file is no text, put the right file there",
        )
    return text


def read_lines(path: Path) -> list[str]:
    """The lines of a file, counted as editors do: a form feed or a separator of Unicode ends none."""
    lines = read_text(path).split("\n")
    return lines if lines[-1] else lines[:-1]


def shown(path: Path) -> str:
    """A path as messages show it: from the project's folder."""
    for folder in path.parents:
        if os.path.lexists(folder / "_quarto.yml"):
            return path.relative_to(folder).as_posix()
    return path.name


def absence(path: Path) -> tuple[str, str | None]:
    """Why no file stands at a path, as words after its name, and what to do; None where whoever names it knows."""
    if path.is_dir():
        return "is a folder", "put a file of that name there, or name one in it"
    if path.is_symlink() and not path.exists():
        return f"is a link to {path.readlink()}, which leads nowhere", "mend the link, or put the file itself there"
    if path.exists():
        return "is no file of text", "put a file of that name there"
    return "does not exist", None


def unreadable(path: Path, error: OSError) -> BookError:
    """The refusal of a file that cannot be opened."""
    remedy: str | None
    if isinstance(error, PermissionError):
        problem, remedy = "cannot be read: no permission", f"run 'chmod u+r {shown(path)}'"
    elif path.is_file():
        problem, remedy = f"cannot be read: {error.strerror or error}", "see whether its disk is well"
    else:
        problem, remedy = absence(path)
    return BookError(f"{path.name} {problem}", where=shown(path), remedy=remedy or "create it, see README.md")


def wrong_byte(path: Path, data: bytes, start: int) -> BookError:
    """The refusal of a file that is in another encoding, at the line of its first byte that is not UTF-8."""
    line = data[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    begin = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
    words = data[begin : start + 20].split(b"\n")[0].split(b"\r")[0].decode("latin-1")
    words = "".join(character if character.isprintable() else "?" for character in words[-40:])
    return BookError(
        f"{path.name} is not in UTF-8: byte 0x{data[start]:02x}, in Latin-1 '{words}'",
        where=f"{shown(path)}:{line}",
        allowed="UTF-8",
        remedy=UTF8,
    )
