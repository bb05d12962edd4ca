"""Colours, sizes and fonts come from the tokens."""

import pytest

from cnnlab import look
from cnnlab.paths import THEMES
from cnnlab.plots import style


@pytest.mark.parametrize("theme", THEMES)
def test_a_label_always_reads_on_the_paper(theme):
    ink, categories = look.inks(theme)
    for colour in categories:
        assert look.contrast(style.legible(colour, theme), ink["paper"]) >= style.READABLE


def test_widths_are_those_of_the_page():
    assert style.inches("text", 0.5) == (608 / 96, 304 / 96)


@pytest.mark.parametrize("theme", THEMES)
def test_style_draws_in_the_reports_sans_and_leaves_matplotlib_as_it_was(theme):
    from matplotlib import font_manager, rcParams

    before = rcParams["font.family"]
    with style.style(theme):
        family = look.tokens()["type"]["family"]["sans"]
        assert rcParams["font.family"] == [family]
        font_manager.findfont(family, fallback_to_default=False)
    assert rcParams["font.family"] == before


def test_ramp_goes_from_near_the_paper_to_far_from_it():
    for theme in THEMES:
        paper = look.inks(theme)[0]["paper"]
        apart = [look.contrast(colour, paper) for colour in style.ramp(theme, 6)]
        assert apart == sorted(apart) and len(set(apart)) == 6
