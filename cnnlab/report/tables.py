"""Tables as Markdown, so that pages and PDF show the same, and the tables of the appendices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnnlab import catalog
from cnnlab.errors import OptionError
from cnnlab.results import UP_TO_DATE, Result, Status, status
from cnnlab.results.provenance import DEVICES, seeds_text
from cnnlab.words import Words

ALIGNMENTS = {"l": (1, 0), "r": (0, 1), "c": (1, 1)}  # colons at the ends of a column's rule
MAX_WIDTH = 40  # characters that a column may claim
COLUMN_GAP = 2  # characters between two columns
NBSP = "\u00a0"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence], align: str | None = None) -> str:
    """A pipe table. align: one of l, r, c for each column; by default the first left and the others right.

    Cells are text that is ready to print; headings begin with a capital. Raises OptionError for a row or an alignment
    of another number of columns.
    """
    align = align or "l" + "r" * (len(header) - 1)
    if len(align) != len(header) or set(align) - set(ALIGNMENTS):
        raise OptionError(f"align {align!r} for {len(header)} columns", allowed="a letter of l, r, c for each column")
    lines = [[heading[:1].upper() + heading[1:] for heading in header]]
    for row in rows:
        if len(row) != len(header):
            raise OptionError(f"a row of {len(row)} cells in a table of {len(header)} columns: {row}")
        lines.append([str(cell).replace("|", "\\|") for cell in row])
    # Where a table is too wide for its lines, pandoc gives its columns the proportions of these dashes.
    longest = [max(len(line[column]) for line in lines) for column in range(len(header))]
    widths = [min(characters, MAX_WIDTH) + COLUMN_GAP for characters in longest]
    lines.insert(1, [_rule(letter, width) for letter, width in zip(align, widths, strict=True)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rule(letter: str, width: int) -> str:
    """The dashes that align a column `width` characters wide: ":---", "---:", ":--:"."""
    before, after = ALIGNMENTS[letter]
    return ":" * before + "-" * max(width - before - after, 2) + ":" * after


def provenance_table(lang: str) -> str:
    """Where every kept result comes from: device, seeds, commit, time, memory; its state where it is not up to date.

    Two commits: the code that computed the result, and the last that was verified to compute the same.
    """
    w = Words(lang)
    header = [w(key) for key in ("experiment", "device", "seeds", "commit", "time", "memory")]
    rows = [_provenance_row(each, each.result, w) for each in status() if each.result]
    return markdown_table(header, rows, align="llllrr")


def _provenance_row(status: Status, result: Result, words: Words) -> list[str]:
    made, attested = result.provenance, result.record.attestations
    commits = [made.commit or "–", *([attested[-1].commit] if status.state == "verified" else [])]
    return [
        f"`{status.name}`" + ("" if status.state in UP_TO_DATE else f" ({words(status.state)})"),
        f"{DEVICES[made.device]}: {made.device_name}, {made.precision}",
        seeds_text(made.seeds, words).removeprefix(f"{words('seeds')} ").removeprefix(f"{words('seed')} "),
        " = ".join(f"`{commit}`" for commit in commits),
        (f"{words('at_least')} " if made.resumed else "") + duration(made.seconds, words),
        f"{words.decimal((made.peak_device_memory_mb or made.peak_memory_mb) / 1000, 1)}{NBSP}GB",
    ]


def libraries_table(lang: str) -> str:
    """Which versions of the libraries computed which results: a row for each set of versions."""
    w = Words(lang)
    computed: dict[str, list[str]] = {}
    for each in status():
        if each.result:
            computed.setdefault(versions_text(each.result.provenance.versions), []).append(f"`{each.name}`")
    rows = [[versions, ", ".join(names)] for versions, names in computed.items()]
    return markdown_table([w("libraries"), w("experiments")], rows, align="ll")


def versions_text(versions: dict[str, str]) -> str:
    """Libraries with their versions, Python last: "numpy 2.4.6, …, python 3.11.7"."""
    python, *others = (f"{library}{NBSP}{version.partition('+')[0]}" for library, version in versions.items())
    return ", ".join([*others, python])


def catalogue_table(lang: str) -> str:
    """Every data set and every file of weights: what it is, who made it, its licence."""
    w = Words(lang)
    rows = [
        [f"`{entry.name}`", entry.title.show(lang), entry.source, entry.licence.show(lang)]
        for entry in (*catalog.DATA.values(), *catalog.WEIGHTS.values())
    ]
    return markdown_table([w("name"), w("content"), w("origin"), w("licence")], rows, align="llll")


def duration(seconds: float, words: Words) -> str:
    """A time in seconds as text: 8 s, 6 min, 1 h 20 min."""
    if seconds < 100:
        return f"{words.integer(round(seconds))}{NBSP}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    return f"{minutes // 60}{NBSP}h {minutes % 60}{NBSP}min"
