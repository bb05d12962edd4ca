"""Matrices, arrays and aligned equations: pandoc writes their cells for Typst without the gaps between columns.

Each goes to pandoc as a matrix in round brackets, which it writes cell by cell, and is written anew from those cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MATRICES = {  # environment: what stands around it
    "array": None,
    "matrix": None,
    "smallmatrix": None,
    "pmatrix": "(",
    "bmatrix": "[",
    "Bmatrix": "{",
    "vmatrix": "|",
    "Vmatrix": "‖",
}
ALIGNED = {  # environment: how its columns are aligned, again from the first after the last; none for lines alone
    **dict.fromkeys(("align", "align*", "aligned", "alignat", "alignat*", "alignedat", "split"), "rl"),
    **dict.fromkeys(("flalign", "flalign*"), "rl"),
    **dict.fromkeys(("eqnarray", "eqnarray*"), "rcl"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), ""),
}
BRACKETS = {"(": "(", ")": ")", "[": "[", "]": "]", "|": "|", r"\|": "‖", r"\{": "{", r"\}": "}", ".": None}

BRACKET = r"(\\[|{}]|[()\[\]|.])"
SPEC = r"\{(?P<spec>(?:[^{}]|\{[^{}]*\})*)\}"
EDGE = re.compile(
    rf"\\begin\s*\{{(?:(?P<given>array|alignat\*?|alignedat)\}}\s*{SPEC}|(?P<begin>\w+\*?)\}})|\\end\s*\{{(?P<end>\w+\*?)\}}"
)
LEFT, RIGHT = re.compile(rf"\\left\s*{BRACKET}\s*\Z"), re.compile(rf"\s*\\right\s*{BRACKET}")
REPEATED = re.compile(r"\*\{(\d+)\}\{([^{}]*)\}")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|(?P<head>mat\(delim: "\(", |\bvec\()|[(\[{]|[)\]}]|[,;&]', re.DOTALL)


@dataclass
class Table:
    """An environment of a formula. alone: nothing else stands in the formula."""

    name: str
    columns: str = ""
    around: tuple[str | None, str | None] | None = None
    alone: bool = False


def columns_of(spec: str) -> str:
    """The letters of an array's columns, such as "ccc" of "*{3}{c}"."""
    return re.sub(r"\s|@\{\s*\}", "", REPEATED.sub(lambda found: found[2] * int(found[1]), spec))


def as_matrices(tex: str) -> tuple[str, list[Table]]:
    """A formula whose tables are matrices in round brackets, and what they were, in the order in which they begin."""
    out, tables, opened, at = [""], [], [], 0
    for found in EDGE.finditer(tex):
        name = found["given"] or found["begin"] or found["end"]
        out[-1] += tex[at : found.start()]
        at = found.end()
        if name not in MATRICES and name not in ALIGNED and name != "cases":
            out[-1] += found[0]
        elif not found["end"]:
            tables.append(Table(name, columns_of(found["spec"]) if name == "array" else ALIGNED.get(name, "")))
            opened.append((tables[-1], len(out)))
            out += [r"\begin{pmatrix}"]
        elif opened:
            table, begin = opened.pop()
            left, right = LEFT.search(out[begin - 1]), RIGHT.match(tex, at)
            if left and right and MATRICES.get(name) is None and name != "cases":
                table.around = (BRACKETS[left[1]], BRACKETS[right[1]])
                out[begin - 1], at = out[begin - 1][: left.start()], right.end()
            table.alone = not "".join(out[:begin]).strip() and not tex[at:].strip()
            out[-1] += r"\end{pmatrix}"
    return "".join(out) + tex[at:], tables


def restored(text: str, tables: list[Table]) -> str:
    """What pandoc wrote of such a formula, with its tables as they were."""
    return Tokens(text).run(iter(tables))[0]


class Tokens:
    """A formula of Typst, read once from its beginning to its end."""

    def __init__(self, text: str):
        self.text, self.at = text, 0
        self.found = TOKEN.finditer(text)

    def run(self, waiting: Iterator[Table], ends: str = "") -> tuple[str, str]:
        """Text up to one of the signs `ends` outside of brackets, and that sign."""
        out, depth = "", 0
        for found in self.found:
            out += self.text[self.at : found.start()]
            self.at = found.end()
            if found["head"]:
                out += self.table(next(waiting), waiting, "," if found[0] == "vec(" else ";")
                continue
            if not depth and found[0] in ends:
                return out, found[0]
            depth += (found[0] in "([{") - (found[0] in ")]}")
            out += "\\&" if found[0] == "&" else found[0]  # no mark of alignment: those part cells
        rest, self.at = self.text[self.at :], len(self.text)
        return out + rest, ""

    def table(self, table: Table, waiting: Iterator[Table], row_end: str) -> str:
        rows: list[list[str]] = [[]]
        while True:
            cell, end = self.run(waiting, ",;)")
            rows[-1].append("" if cell.strip() == "#none" else cell.strip())
            if end in (")", ""):
                break
            if end == row_end:
                rows.append([])
        if len(rows) > 1 and not any(rows[-1]):
            rows.pop()  # TeX ends a row after the last one too
        return written(table, rows)


def written(table: Table, rows: list[list[str]]) -> str:
    if table.name == "cases":
        return f"cases({', '.join(' & quad '.join(row) for row in rows)})"
    if table.name in ALIGNED:
        lines = [line(row, len(table.columns) or 1) for row in rows]
        if table.alone and not table.around:
            return " \\\n".join(lines)
        cells = "; ".join(f"display({each})" for each in lines)
        return f"mat(delim: {delimiters(table)}, row-gap: #0.5em, {'' if table.columns else 'align: #center, '}{cells})"
    align, columns = "", table.columns
    if columns and len(set(columns)) == 1 and columns[0] != "c":
        align = {"l": "align: #left, ", "r": "align: #right, "}[columns[0]]
    elif columns:
        rows = [[aligned(cell, columns[n : n + 1]) for n, cell in enumerate(row)] for row in rows]
    cells = "; ".join(", ".join(cell or "#none" for cell in row) for row in rows)
    return f"mat(delim: {delimiters(table)}, {align}{cells})"


def aligned(cell: str, letter: str) -> str:
    """A cell with Typst's sign of alignment on the side to which its column is set."""
    return {"l": f"& {cell}", "r": f"{cell} &"}.get(letter, cell)


def line(row: list[str], size: int) -> str:
    """A row of aligned equations: one equation is as many columns as `size`, and keeps apart from the next."""
    if size == 3:  # a sign of its own column, as of eqnarray
        row = [*row[:1], " ".join(row[1:3]), *row[3:]]
    out = ""
    for n, cell in enumerate(row):
        out += ("" if n == 0 else " & #h(2em) " if n % 2 == 0 else " & ") + cell
    return out.strip() if out.strip() != "&" else ""


def delimiters(table: Table) -> str:
    if table.around:
        left, right = (f'"{each}"' if each else "none" for each in table.around)
        return f"#({left}, {right})"
    around = MATRICES.get(table.name)
    return f'"{around}"' if around else "#none"
