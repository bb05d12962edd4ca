"""Design tokens are found beside the package, and in an installed one."""

import pytest

from cnnlab import look
from cnnlab.errors import OptionError
from cnnlab.paths import THEMES


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)]
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert look.contrast(one, other) == look.contrast(other, one) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_has_colours_by_name_and_in_order(theme):
    named, categories = look.inks(theme)
    assert {"ink", "paper", "rule"} <= set(named)
    assert len(set(categories)) == len(categories) >= 6


def test_an_unknown_theme_is_named():
    with pytest.raises(OptionError, match="theme 'sepia'"):
        look.inks("sepia")


def test_the_checkouts_tokens_come_before_the_installed_ones(monkeypatch, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    monkeypatch.setattr(look, "PLACES", (first, second))
    with pytest.raises(OptionError, match=r"no tokens.json(.*\n)*.*git checkout"):
        look.folder()
    for place in (second, first):
        place.mkdir()
        (place / "tokens.json").touch()
        assert look.folder() == place
    assert look.fonts_folder() == first / "fonts"
