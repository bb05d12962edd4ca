"""Words around a reference that must agree with what it prints: "la figura 1.1", not "la capítulo 1"."""

from __future__ import annotations

import panflute as pf

from cnnlab.render.text.resolve import Context

# Genders of what references print in Spanish; a label that is not here agrees with neither.
GENDERS = {
    **dict.fromkeys(("ch", "apx", "lst", "thm", "lem", "cor", "exm", "exr", "alg", "tip"), "masculine"),
    **dict.fromkeys(("fig", "tbl", "sec", "eq", "def", "prp", "cnj", "sol", "rem", "nte", "wrn", "cau"), "feminine"),
}
ARTICLES = {
    **dict.fromkeys(("el", "del", "al", "un", "este", "ese", "aquel"), "masculine"),
    **dict.fromkeys(("la", "una", "esta", "esa", "aquella"), "feminine"),
}


def check(link: pf.Link, context: Context) -> None:
    """Raise BookError for a Spanish article of the wrong gender before a reference, and for a sentence that begins with
    a reference in lower case. link: in the canonical form, before it is written."""
    name, mode = link.url[4:], link.attributes["mode"]
    if mode != "normal" or link.attributes["prefix"]:
        return
    label = context.label(name)
    words = context.words(label, mode, "")
    before = link.prev.prev if isinstance(link.prev, pf.Space | pf.SoftBreak) else None
    said = before.text if isinstance(before, pf.Str) else ""
    gender = ARTICLES.get(said.lower().lstrip("(«¿¡")) if context.book.lang == "es" else None
    if gender and GENDERS.get(label.kind, gender) != gender:
        raise context.source.error(
            f"'{said} {words}': the article is {gender}",
            f"{said} @{name}",
            f"@{name}",
            remedy="mend the article, or name another label",
        )
    begins = (link.index == 0 and isinstance(link.parent, pf.Para)) or said.endswith((".", "?", "!"))
    if begins and words[0].islower():
        raise context.source.error(
            f"a sentence begins with '{words}'",
            f"{said} @{name}".strip(),
            f"@{name}",
            remedy=f"write @{name[0].upper()}{name[1:]}, which prints a capital",
        )
