"""The page of what chapters may hold is the one that the tables of the renderer write."""

from __future__ import annotations

from cnnlab.render import supported
from cnnlab.render.text import vocabulary


def test_the_page_is_written_from_the_tables():
    assert supported.PAGE.read_text(encoding="utf-8") == supported.page(), "python -m cnnlab.render.supported"


def test_the_page_holds_what_the_tables_hold(monkeypatch):
    monkeypatch.setitem(vocabulary.SPANS, "toy", ("a class of this test", {"side": "left or right"}))
    assert "| `.toy` | a class of this test | `side` |" in supported.page()
