"""The scripts that a project runs before it is rendered, `pre-render` of `_quarto.yml`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from cnnlab.errors import BookError, RenderError
from cnnlab.render.book.config import Book


def run(book: Book, say: Callable) -> None:
    """Run each script of the project as Quarto does, in its folder."""
    commands = book.options["project"].get("pre-render") or []
    for command in [commands] if isinstance(commands, str) else commands:
        run_one(book, command, say)


def run_one(book: Book, command: str, say: Callable) -> None:
    where = book.where("project.pre-render", command)
    words = command.split()
    is_python = bool(words) and words[0].endswith(".py")
    if not words or (is_python and not (book.root / words[0]).is_file()):
        raise missing(command, where)
    environment = {
        "QUARTO_PROFILE": book.lang,
        "QUARTO_PROJECT_OUTPUT_DIR": str(book.root / book.output),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(
            [*([sys.executable] if is_python else []), *words],
            cwd=book.root,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise missing(command, where) from None
    except OSError as error:
        raise BookError(
            f"the script '{command}' cannot be run: {error.strerror}",
            where=where,
            remedy="let its first line name its program, as #!/bin/sh, and make it executable: chmod +x",
        ) from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-600:]
        raise RenderError(f"the script '{command}' failed: {said}", where=where, remedy="run it by hand to see why")
    if done.stdout.strip():
        say(done.stdout.strip())


def missing(command: str, where: str) -> BookError:
    return BookError(
        f"the script '{command}' of 'pre-render' does not exist",
        where=where,
        remedy="create it, or mend its path, which is relative to the project",
    )
