"""Every figure, in both themes and languages: drawn at a width of the page, its texts inside it and apart from each
other."""

from functools import partial
from itertools import combinations

import pytest
from matplotlib import pyplot

from cnnlab import results
from cnnlab.experiments._flowers.numbers import figures as flowers
from cnnlab.experiments.faster_rcnn.compute import figures as faster_rcnn
from cnnlab.experiments.flowers_moved import figures as moved
from cnnlab.experiments.found_coco.compute import figures as found
from cnnlab.experiments.imagenet.compute import figures as predictions
from cnnlab.experiments.pointwise.compute import figures as pointwise
from cnnlab.experiments.raccoons.compute import figures as raccoons
from cnnlab.experiments.resnet.compute import block_figures as residual
from cnnlab.experiments.resnet.compute import cost_figures as cost
from cnnlab.experiments.resnet.compute import stage_figures as stages
from cnnlab.experiments.shortcuts.compute import figures as shortcuts
from cnnlab.experiments.suppression.compute import figures as suppression
from cnnlab.plots import style
from cnnlab.words import Words

COMPARED = ("resnet50", "resnet50_head", "squeezenet_head", "squeezenet", "scratch")
FIGURES = {
    "blocks": (residual.blocks, None),
    "basic": (partial(residual.block, "basic"), None),
    "bottleneck": (partial(residual.block, "bottleneck"), None),
    "matrix_product": (pointwise.matrix_product, None),
    "block_costs": (pointwise.block_costs, "pointwise"),
    "gradient_norms": (shortcuts.gradient_norms, "shortcuts"),
    "ratios": (shortcuts.ratios, "shortcuts"),
    "sizes": (stages.sizes, "resnet"),
    "by_stage": (cost.by_stage, "resnet"),
    "all_depths": (cost.all_depths, "resnet"),
    "photos": (predictions.photos, "imagenet"),
    "curves": (flowers.curves, "flowers_resnet50"),
    "reliability": (flowers.reliability, "flowers_resnet50"),
    "confused": (flowers.confused, "flowers_resnet50"),
    "moved": (moved.moved, "flowers_moved"),
    "three": (suppression.three, "suppression"),
    "anchors": (faster_rcnn.anchors, "faster_rcnn"),
    "worst": (found.worst, "found_coco"),
    "counts": (raccoons.counts, "raccoons"),
    "multiples": (raccoons.multiples, "raccoons"),
    "final": (raccoons.final, "raccoons"),
    "raccoon_photos": (raccoons.photos, "raccoons"),
    "compared": (partial(flowers.compared, [results.load(f"flowers_{name}") for name in COMPARED]), None),
}


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def drawn_texts(figure):
    """All texts of a figure but those of axes that are off and of ticks beyond an axis's ends."""
    hidden = {
        tick_label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not axes.axison or not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for tick_label in (tick.label1, tick.label2)
    }
    return [
        text
        for text in figure.findobj(pyplot.Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_figure_fits_the_page_and_its_texts_do_not_touch(name, lang, theme):
    plot, result = FIGURES[name]
    with style.style(theme):
        figure = plot(*([results.load(result)] if result else []), words=Words(lang), theme=theme)
        figure.canvas.draw()
        widths = style.tokens()["figure"]["width-px"].values()
        assert round(figure.get_size_inches()[0] * 96) in widths
        boxes = {text: text.get_window_extent() for text in drawn_texts(figure)}
    slack = figure.dpi / 96
    for text, box in boxes.items():
        inside = (
            box.x0 >= -slack
            and box.y0 >= -slack
            and box.x1 <= figure.bbox.x1 + slack
            and box.y1 <= figure.bbox.y1 + slack
        )
        assert inside, f"{text.get_text()!r} leaves the figure"
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= slack or down <= 3 * slack, f"{one.get_text()!r} touches {other.get_text()!r}"


def test_interactive_figure_sets_no_colour_and_its_buttons_show_every_depth():
    figure = cost.interactive(results.load("resnet"), words=Words("es")).to_plotly_json()
    assert "color" not in str(figure)
    menu = figure["layout"]["updatemenus"][0]
    assert [button["label"] for button in menu["buttons"]] == ["18", "34", "50", "101", "152"]
    for button in menu["buttons"]:
        bars, titles = button["args"]
        assert [len(x) for x in bars["x"]] == [len(text) for text in bars["text"]] == [6, 6]
        assert set(titles) == {"annotations[0].text", "annotations[1].text"}
    chosen = menu["buttons"][menu["active"]]["args"][0]
    assert [list(trace["x"]) for trace in figure["data"]] == chosen["x"]


@pytest.mark.parametrize(
    ("plot", "name"), [(suppression.interactive, "suppression"), (raccoons.interactive_curve, "raccoons")]
)
def test_a_slider_shows_at_each_step_what_it_says(plot, name):
    figure = plot(results.load(name), words=Words("en")).to_plotly_json()
    (slider,) = figure["layout"]["sliders"]
    assert len({step["label"] for step in slider["steps"]}) == len(slider["steps"]) >= 2
    for step in slider["steps"]:
        new, titles = step["args"]
        assert titles["title.text"]
        for values in new.values():
            assert len(values) == len(figure["data"])
    shown, titles = slider["steps"][slider["active"]]["args"]
    assert figure["layout"]["title"]["text"] == titles["title.text"]
    for k, trace in enumerate(figure["data"]):
        assert all(list(trace[axis]) == values[k] for axis, values in shown.items())


def test_the_tree_adds_up_and_keeps_to_its_columns():
    result = results.load("faster_rcnn")
    lines = faster_rcnn.tree(result, Words("en")).splitlines()
    assert len(lines) == len(result.tree) and len({len(line) for line in lines}) == 1
    held = {part["path"]: part["parameters"] for part in result.tree}
    assert held[""] == result.parameters == held["backbone"] + held["rpn"] + held["roi_heads"]
    assert held["backbone.fpn"] == held["backbone.fpn.inner_blocks"] + held["backbone.fpn.layer_blocks"]
