"""Tables as Markdown, so that pages and PDF show the same, and the tables of the appendices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from urllib.parse import urlsplit

from cnnlab import catalog
from cnnlab.errors import OptionError
from cnnlab.results import UP_TO_DATE, Result, Status, status
from cnnlab.results.provenance import DEVICES, seeds_text
from cnnlab.words import WORDS, Words

ALIGNMENTS = {"l": (1, 0), "r": (0, 1), "c": (1, 1)}  # colons at the ends of a column's rule
MAX_WIDTH = 40  # characters that a column may claim
COLUMN_GAP = 2  # characters between two columns
LONG_HOST = 24  # characters
NBSP = "\u00a0"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence], align: str | None = None) -> str:
    """A pipe table. align: one of l, r, c for each column; by default the first left and the others right.

    Cells are text that is ready to print; headings begin with a capital. Raises OptionError for a row or an alignment
    of another number of columns, for two headings that are the same, for a cell of several lines, and for None, which
    stands for what is not there.
    """
    header = [str(heading) for heading in header]
    align = align or "l" + "r" * (len(header) - 1)
    if len(align) != len(header) or set(align) - set(ALIGNMENTS):
        raise OptionError(f"align {align!r} for {len(header)} columns", allowed="a letter of l, r, c for each column")
    lines = [[_cell(heading[:1].upper() + heading[1:]) for heading in header]]
    if len(set(lines[0])) < len(header):
        raise OptionError(f"two columns of one heading: {lines[0]}")
    for row in rows:
        if isinstance(row, str) or not isinstance(row, Sized) or len(row) != len(header):
            cells = f"{len(row)} cells" if isinstance(row, Sized) else f"type {type(row).__name__}"
            raise OptionError(f"a row of {cells} in a table of {len(header)} columns: {row}")
        lines.append([_cell(cell) for cell in row])
    # Where a table is too wide for its lines, pandoc gives its columns the proportions of these dashes.
    longest = [max(len(line[column]) for line in lines) for column in range(len(header))]
    widths = [min(characters, MAX_WIDTH) + COLUMN_GAP for characters in longest]
    lines.insert(1, [_rule(letter, width) for letter, width in zip(align, widths, strict=True)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(content: object) -> str:
    """A cell's text, in which no vertical line ends it."""
    if content is None:
        raise OptionError("a cell None of a table", allowed="text", remedy='"–" for what is not there')
    text = str(content)
    if len(text.splitlines()) > 1:
        raise OptionError(f"a cell {text!r} of a table", allowed="one line")
    return text.replace("|", "\\|")


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
    cores = f"{words.integer(made.cores)}{NBSP}{words('cores')}"
    commits = [made.commit or "–", *([attested[-1].commit] if status.state == "verified" else [])]
    return [
        f"`{status.name}`" + ("" if status.state in UP_TO_DATE else f" ({words(status.state)})"),
        f"{DEVICES[made.device]}: {made.device_name}, {cores}, {made.precision}",
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


def catalogue_table(lang: str, used: bool) -> str:
    """Data sets and files of weights: what each is, whom to cite, where it comes from, its licence.

    used: those that some kept result has read; or else the others.
    """
    w = Words(lang)
    names = {name for name, _ in read()}
    header = [w(key) for key in ("name", "content", "origin", "licence")]
    rows = [
        [
            f"`{entry.name}`",
            f"{entry.title.show(lang)} [{'; '.join(f'@{key}' for key in entry.source)}]",
            ", ".join(f"[{text}]({address})" for text, address in sites(entry.urls).items()),
            entry.licence.show(lang),
        ]
        for entry in (*catalog.DATA.values(), *catalog.WEIGHTS.values())
        if (entry.name in names) == used
    ]
    return markdown_table(header, rows, align="l" * len(header))


def inputs_table(lang: str) -> str:
    """Which results read which data sets, weights and large files of other results, and in which variant."""
    w = Words(lang)
    rows = [
        [f"`{name}`", variant_name(variant, w), ", ".join(f"`{each}`" for each in experiments)]
        for (name, variant), experiments in sorted(read().items())
    ]
    return markdown_table([w("name"), w("variant"), w("experiments")], rows, align="lll")


def read() -> dict[tuple[str, str], list[str]]:
    """What the kept results have read: (name, variant) → experiments."""
    experiments: dict[tuple[str, str], list[str]] = {}
    for each in status():
        for name, one in (each.result.provenance.inputs if each.result else {}).items():
            experiments.setdefault((name, one["variant"]), []).append(each.name)
    return experiments


def variant_name(variant: str, words: Words) -> str:
    """A variant in the language of the report; one that bears the name of its format, as that is."""
    key = f"variant_{variant.replace(' ', '_')}"
    return words(key) if key in WORDS else variant


def sites(urls: Iterable[str]) -> dict[str, str]:
    """Where files are offered: what a link says → its address. The repository of files of GitHub; else the first file.

    Of a long name of a host its last two parts are said.
    """
    found: dict[str, str] = {}
    for url in urls:
        parts = urlsplit(url)
        host = str(parts.hostname).removeprefix("www.")
        if host == "raw.githubusercontent.com":
            repository = "/".join(parts.path.split("/")[1:3])
            found[repository] = f"https://github.com/{repository}"
        else:
            found.setdefault(host if len(host) <= LONG_HOST else ".".join(host.split(".")[-2:]), url)
    return found


def duration(seconds: float, words: Words) -> str:
    """A time in seconds as text: 8 s, 6 min, 1 h 20 min."""
    if seconds < 100:
        return f"{words.integer(round(seconds))}{NBSP}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    return f"{minutes // 60}{NBSP}h {minutes % 60}{NBSP}min"
