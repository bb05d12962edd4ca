"""The preview: changes are shown soon, the pages first; errors are printed, the last book stays."""

from __future__ import annotations

import contextlib
import re
import threading
import time
import urllib.request

from cnnlab.render import build, preview


def test_preview_shows_changes_and_prints_errors(minibook, monkeypatch, capsys):
    ended, address = threading.Event(), re.compile(r"http://\S+/")

    def sleep(seconds: float) -> None:
        if ended.wait(seconds):
            raise KeyboardInterrupt

    monkeypatch.setattr(preview.time, "sleep", sleep)
    said: list[str] = []

    def render(shown) -> None:
        build.render(minibook.root, None, ["html", "pdf"], said.append, shown)

    served = threading.Thread(target=preview.serve, args=(minibook.root, render))
    served.start()
    printed: list[str] = []

    def out() -> str:
        printed.append(capsys.readouterr().out)
        return "".join(printed)

    def page(name: str) -> str:
        with urllib.request.urlopen(url + name) as answer:
            return answer.read().decode()

    try:
        wait_for(lambda: address.search(out()))
        url = address.search(out())[0]
        version = page(".version")
        minibook.edit("chapters/dos.qmd", "Véase", "Frase nueva. Véase")
        wait_for(lambda: page(".version") != version)
        assert "Frase nueva." in page("chapters/dos.html")
        wait_for(lambda: len([line for line in said if line.startswith("done")]) == 2)
        good = (minibook.root / "chapters/dos.qmd").read_text()
        minibook.write("chapters/dos.qmd", good + "\n:::\n")
        wait_for(lambda: "chapters/dos.qmd:11: ':::' closes a div" in out())
        assert "Frase nueva." in page("chapters/dos.html")
        minibook.write("chapters/dos.qmd", good.replace("nueva", "mejor"))
        wait_for(lambda: "Frase mejor." in page("chapters/dos.html"))
    finally:
        ended.set()
        served.join(30)


def test_pages_are_in_place_before_the_pdf_is_made(minibook):
    minibook.render(formats=("html", "pdf"))
    before = minibook.files()
    minibook.edit("chapters/dos.qmd", "Véase", "Frase nueva. Véase")
    seen = []

    def shown() -> None:
        with contextlib.suppress(FileNotFoundError):
            seen.append((minibook.page("chapters/dos.html"), minibook.files()["libro.pdf"]))

    build.render(minibook.root, None, ["html", "pdf"], lambda _: None, shown)
    assert len(seen) == 1 and "Frase nueva." in seen[0][0] and seen[0][1] == before["libro.pdf"]
    assert minibook.files()["libro.pdf"] != before["libro.pdf"]


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        threading.Event().wait(0.05)  # time.sleep is replaced in a test
