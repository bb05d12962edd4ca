"""What the scripts of l1-fundamentos compute in the browser is what the package computes."""

import json

import numpy as np
import pytest

from cnnlab import results
from cnnlab.errors import OptionError
from cnnlab.experiments.fundamentals import figures
from cnnlab.models.convolution import output_size
from cnnlab.words import Words

pytestmark = pytest.mark.browser
SET = "(range, value) => { range.value = value; range.dispatchEvent(new Event('input')); }"


@pytest.fixture
def opened(browser):
    """A page with one figure that a script draws from data; its errors and requests fail the test."""
    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith("data:") else troubles.append(asked.url))

    def show(data, script):
        held = f'<script type="application/json">{json.dumps(data)}</script>'
        page.set_content(f"<div>{held}</div><script>{script.read_text(encoding='utf-8')}</script>")
        return page

    yield show
    page.close()
    assert not troubles


def test_sizes_in_the_browser_are_those_of_the_formula(opened):
    page = opened(figures.sizes_data(Words("en")), figures.SIZES)
    ranges = page.locator("input[type=range]")
    for way in ((3, 2, 1, 1), (1, 1, 0, 1), (2, 2, 0, 1), (5, 4, 3, 1), (4, 3, 2, 2), (3, 1, 0, 3), (5, 1, 0, 3)):
        for place, value in enumerate(way):
            ranges.nth(place).evaluate(SET, value)
        said = page.locator("p").inner_text()
        squares = page.locator("svg rect").count() - (figures.SIDE + 2 * way[2]) ** 2
        try:
            side = output_size(figures.SIDE, *way)
        except OptionError:
            assert "does not fit" in said and squares == 0
        else:
            assert f"+ 1 = {side}." in said and squares == side**2


def test_a_photo_in_the_browser_is_that_of_the_figure(opened):
    result = results.load("fundamentals")
    data = figures.editor_data(result, Words("en"))
    page = opened(data, figures.EDITOR)
    grey = figures.levels(result.picture(figures.PHOTOS[0]))
    page.wait_for_function("side => document.querySelectorAll('canvas')[1].width === side", arg=grey.shape[1])
    read = "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    before = np.array(page.locator("canvas").nth(0).evaluate(read)).reshape(*grey.shape, 4)[..., 0].astype(float)
    assert np.abs(before - grey).max() <= 2  # two decoders of the picture
    for place, kernel in enumerate(data["kernels"]):
        page.locator("select").nth(0).select_option(str(place))
        after = np.array(page.locator("canvas").nth(1).evaluate(read)).reshape(*grey.shape, 4)
        assert (after[..., 3] == 255).all()
        assert np.abs(after[..., 0] - figures.shown(before, np.array(kernel["weights"]))).max() < 1.5, kernel["name"]
    page.locator("input").nth(4).fill("9")
    assert page.locator("select").nth(0).input_value() == str(len(data["kernels"]))
    page.locator("input").nth(4).fill("")
    assert page.locator("input").nth(4).get_attribute("aria-invalid") == "true"
