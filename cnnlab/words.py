"""Labels of figures and tables in Spanish and English, and the format of numbers in each language."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from cnnlab.errors import OptionError, nearest
from cnnlab.paths import LANGUAGES

NBSP = "\u00a0"  # in powers of ten, which do not break
THIN = "\u202f"  # narrow no-break space: groups of thousands, and before %, in Spanish
MINUS = "\u2212"
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

FILE = Path(__file__).with_name("words.tsv")  # a line a label, in the order of the keys: key, Spanish, English
WORDS = {
    key: (spanish, english)
    for key, spanish, english in (line.split("\t") for line in FILE.read_text("utf-8").splitlines())
}


def checked(number: Any) -> Any:
    """The number; OptionError for what is none, or not finite."""
    if not isinstance(number, Real) or isinstance(number, bool) or not math.isfinite(number):
        raise OptionError(f"number {number!r:.80}", allowed="finite numbers", remedy="correct what computes it")
    return number


class Words:
    """Labels and numbers in one language: `w("epoch")`, `w.percent(0.9894, 2)`.

    Spanish groups thousands with U+202F from five digits on and its decimal mark is a comma; English groups them with a
    comma from four digits on. The minus sign is U+2212 in both. Raises OptionError for what is no finite number, and
    where an integer is asked for and the number is none: it would be rounded unseen.
    """

    def __init__(self, lang: str):
        if lang not in LANGUAGES:
            raise OptionError(f"language {lang!r}", allowed=LANGUAGES)
        self.lang = lang

    def __call__(self, key: str) -> str:
        if key not in WORDS:
            raise OptionError(
                f"word {key!r} is not in cnnlab/words.tsv",
                remedy=nearest(key, WORDS) or "add it to WORDS, in both languages",
            )
        return WORDS[key][LANGUAGES.index(self.lang)]

    def integer(self, number: int) -> str:
        """25 636 712 / 25,636,712."""
        if checked(number) != int(number):
            raise OptionError(f"number {number!r}", allowed="a whole number", remedy="round(…), or decimal(…, places)")
        return self.decimal(number, 0)

    def decimal(self, number: float, places: int) -> str:
        """A number with `places` decimal places: 0,43 / 0.43."""
        checked(number)
        if not isinstance(places, Integral) or places < 0:
            raise OptionError(f"places={places!r}", allowed="a whole number from 0")
        if isinstance(number, float) or places:
            whole, _, fraction = f"{abs(number):.{places}f}".partition(".")
        else:
            whole, fraction = str(abs(number)), ""
        sign = MINUS if number < 0 and (whole + fraction).strip("0") else ""
        spanish = self.lang == "es"
        if len(whole) > (4 if spanish else 3):
            whole = f"{int(whole):,}".replace(",", THIN if spanish else ",")
        return sign + whole + ("," if spanish else ".") * bool(fraction) + fraction

    def exact(self, number: float) -> str:
        """All digits of a number that somebody wrote, such as a learning rate: 0,0001 / 0.0001."""
        digits = format(Decimal(repr(float(checked(number)))), "f").partition(".")[2].rstrip("0")
        return self.decimal(number, len(digits))

    def percent(self, fraction: float, places: int) -> str:
        """A fraction of one as a percentage: 98,94 % / 98.94%."""
        return self.decimal(100 * checked(fraction), places) + (f"{THIN}%" if self.lang == "es" else "%")

    def power(self, number: float, places: int) -> str:
        """Scientific notation: 3,8 × 10⁹ / 3.8 × 10⁹."""
        mantissa, _, exponent = f"{checked(number):.{places}e}".partition("e")
        return f"{self.decimal(float(mantissa), places)}{NBSP}×{NBSP}10{str(int(exponent)).translate(SUPERSCRIPTS)}"

    def size(self, *sides: int) -> str:
        """The shape of a tensor, without signs of thousands: 7×7×2048."""
        return "×".join(str(side) for side in sides)

    def ratio(self, number: float, places: int) -> str:
        """A ratio: 3,2× / 3.2×."""
        return f"{self.decimal(number, places)}×"

    def interval(self, low: float, high: float, write: Callable[[float], str]) -> str:
        """The ends of an interval, formatted by `write`; a % that both have is written once: 93,1–94,8 %."""
        first, last = write(low), write(high)
        sign = f"{THIN}%" if self.lang == "es" else "%"
        return f"{first.removesuffix(sign) if last.endswith(sign) else first}–{last}"


@dataclass(frozen=True)
class Quantity:
    """A number or text for prose and tables; `show` formats it in a language."""

    write: Callable[[Words], str]

    def show(self, lang: str) -> str:
        """The text in a language, "es" or "en"."""
        return self.write(Words(lang))


def integer(number: int) -> Quantity:
    """An integer, as `Words.integer`."""
    return Quantity(lambda words: words.integer(number))


def decimal(number: float, places: int) -> Quantity:
    """A decimal, as `Words.decimal`."""
    return Quantity(lambda words: words.decimal(number, places))


def percent(fraction: float, places: int) -> Quantity:
    """A percentage, as `Words.percent`."""
    return Quantity(lambda words: words.percent(fraction, places))


def power(number: float, places: int) -> Quantity:
    """A number in scientific notation, as `Words.power`."""
    return Quantity(lambda words: words.power(number, places))


def size(*sides: int) -> Quantity:
    """A shape, as `Words.size`."""
    return Quantity(lambda words: words.size(*sides))


def text(*, es: str, en: str) -> Quantity:
    """A text in both languages."""
    return Quantity(lambda words: es if words.lang == "es" else en)
