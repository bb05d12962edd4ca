"""Paragraphs that stay on the page of the formula or the block that they announce."""

from __future__ import annotations

import panflute as pf

LONGEST = 600  # signs of a paragraph that may move to the next page with what it announces: about six lines


def announcing(el: pf.Element, doc: pf.Doc):
    """Mark what a displayed formula, or a block after a colon, follows: a page does not end between the two."""
    if not isinstance(el, pf.Para) or len(pf.stringify(el)) > LONGEST:
        return None
    formula = next((n for n, child in enumerate(el.content) if is_formula(child)), None)
    follower = el.next if isinstance(el.container, pf.ListContainer) else None
    if formula:
        before, after = el.content[:formula], [pf.Para(*el.content[formula:])]
    elif formula is None and (opens_with_formula(follower) or (follower and pf.stringify(el).rstrip().endswith(":"))):
        before, after = list(el.content), []
    else:
        return None
    return [pf.RawBlock("#announcing[", format="typst"), pf.Para(*before), pf.RawBlock("]", format="typst"), *after]


def is_formula(el: pf.Element) -> bool:
    return (isinstance(el, pf.Math) and el.format == "DisplayMath") or (
        isinstance(el, pf.Span) and "equation" in el.classes
    )


def opens_with_formula(el: pf.Element | None) -> bool:
    return isinstance(el, pf.Para) and is_formula(el.content[0])
