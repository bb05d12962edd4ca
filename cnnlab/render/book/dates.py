"""The date of a book in words."""

from __future__ import annotations

import datetime
import re

from cnnlab.errors import BookError

MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
DATES = "a date as 2026-11-22, or 'today'"
PATTERNS = "long, iso, or a pattern of D DD M MM MMMM YYYY"


def day_of(value: object) -> datetime.date:
    """The day that `book.date` means; ValueError for what is no date."""
    if value in ("today", "now"):
        return datetime.date.today()
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))


def is_pattern(pattern: str) -> bool:
    return pattern in ("long", "iso") or bool(re.fullmatch(r"(?:D{1,2}|M{1,2}|MMMM|YYYY|[ ,./-]|\[[^]]*\])+", pattern))


def written_date(value: object, pattern: str, lang: str, where: str = "_quarto.yml") -> str:
    """A date in words: pattern "long", "iso", or one of day.js made of D, DD, M, MM, MMMM, YYYY and [words]."""
    if value in (None, ""):
        return ""
    try:
        day = day_of(value)
    except ValueError:
        raise BookError(f"book.date is {value!r}", allowed=DATES, where=where) from None
    if not is_pattern(pattern):
        raise BookError(f"book.date-format is {pattern!r}", allowed=PATTERNS, where=where)
    month = MONTHS[lang][day.month - 1]
    if pattern == "iso":
        return day.isoformat()
    if pattern == "long":
        return f"{day.day} de {month} de {day.year}" if lang == "es" else f"{month} {day.day}, {day.year}"
    forms = {
        "D": f"{day.day}",
        "DD": f"{day.day:02}",
        "M": f"{day.month}",
        "MM": f"{day.month:02}",
        "MMMM": month,
        "YYYY": f"{day.year}",
    }
    return re.sub(r"\[([^]]*)\]|MMMM|YYYY|DD|MM|D|M", lambda m: forms.get(m[0], m[1]), pattern)
