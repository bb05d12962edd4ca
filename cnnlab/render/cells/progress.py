"""Long cells say that they run: on a terminal in one line that is written again, elsewhere in a line now and then."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from cnnlab.render.book.config import Page

FIRST = 10.0  # seconds after which a cell is long
AGAIN = 60.0  # seconds between two lines about a cell where lines cannot be written again


@dataclass
class Running:
    """A cell that runs, since when, and how long it had run when that was last said."""

    where: str
    begin: float
    told: float | None = None


class Progress:
    """The cells that run at the moment. say: prints a line."""

    def __init__(self, say: Callable[[str], object]):
        self.running: dict[Page, Running] = {}
        self.say = say
        self.rewrites = sys.stdout.isatty() and say is print
        self.shown = False

    def begin(self, page: Page, where: str) -> None:
        self.running[page] = Running(where, time.monotonic())

    def end(self, page: Page) -> None:
        self.running.pop(page, None)

    def line(self, text: str) -> None:
        """Print a line that stays, in place of the one that is written again."""
        self.clear()
        self.say(text)

    def clear(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", flush=True)
            self.shown = False

    def tell(self) -> None:
        """Say what has run for long."""
        now = time.monotonic()
        long = [each for each in self.running.values() if now - each.begin >= FIRST]
        if self.rewrites:
            self.clear()
            if long:
                print(", ".join(f"{each.where} runs, {now - each.begin:.0f} s" for each in long), end="", flush=True)
                self.shown = True
            return
        for each in long:
            if each.told is None or now - each.told >= AGAIN:
                each.told = now
                self.say(f"{each.where}: this cell runs, {now - each.begin:.0f} s so far")

    async def watch(self) -> None:
        """Tell every second, until cancelled."""
        try:
            while True:
                await asyncio.sleep(1)
                self.tell()
        finally:
            self.clear()
