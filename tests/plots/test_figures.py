"""Every figure of every experiment, in both themes and languages: drawn at a width of the page, its texts inside it,
apart from each other and from other axes.

Plots are found in the experiments' modules of figures: public functions with the keyword `theme`. The type of their
first argument says what they draw: a result, a sequence of results, or nothing.
"""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib import pyplot

from cnnlab import experiments, look, results
from cnnlab.experiments.resnet.compute import ResNets
from cnnlab.paths import LANGUAGES, THEMES
from cnnlab.plots import style
from cnnlab.results import Result, registry
from cnnlab.words import Words

FOLDER = Path(experiments.__file__).parent


def figure_modules() -> Iterator:
    """The modules of figures: `figures.py` in an experiment's folder, or those of a folder `figures` in it."""
    for path in sorted([*FOLDER.glob("*/figures.py"), *FOLDER.glob("*/figures/[!_]*.py")]):
        name = ".".join(path.relative_to(FOLDER).with_suffix("").parts)
        yield importlib.import_module(f"{experiments.__name__}.{name}")


def public_functions(keyword: str, without: str | None = None) -> Iterator[Callable]:
    """Functions of the modules of figures with one keyword-only argument and without another."""
    for module in figure_modules():
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
                keywords = {p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}
                if keyword in keywords and without not in keywords:
                    yield function


def drawn_from(plot: Callable) -> list[tuple[str, ...] | str | None]:
    """What can be given to a plot: names of experiments whose results it takes, one each; a tuple of them where it
    takes several results; None where it takes none. [] where the type of its argument is no experiment's.
    """
    positional = [p for p in inspect.signature(plot).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    required = [p for p in positional if p.default is p.empty]
    if not required:
        return [None]
    first, *others = required
    assert all(each.annotation is Path for each in others), plot
    annotation = first.annotation if isinstance(first.annotation, str) else inspect.formatannotation(first.annotation)
    wanted = set(re.findall(r"\w+", annotation)) - {Result.__name__}
    names = [name for name in registry.names() if wanted & {base.__name__ for base in registry.get(name).result.mro()}]
    return [tuple(names)] if names and "[" in annotation else list(names)


def given(names: tuple[str, ...] | str | None, plot: Callable) -> list:
    """The kept results of these experiments, as a plot's arguments; a photo for each path that it takes."""
    if names is None:
        return []
    photos = [
        results.load("imagenet").picture("cat")
        for p in inspect.signature(plot).parameters.values()
        if p.annotation is Path
    ]
    return [results.load(names) if isinstance(names, str) else [results.load(name) for name in names], *photos]


def cases(functions: Iterator[Callable]) -> list:
    """Parameters of a test: each function with all that it can be given."""
    out = []
    for function in functions:
        for names in drawn_from(function):
            module = function.__module__.removeprefix(f"{experiments.__name__}.")
            label = f"{module}.{function.__name__}" + (f"-{names}" if isinstance(names, str) else "")
            out.append(pytest.param(function, names, id=label))
    return out


PLOTS = cases(public_functions("theme"))
INTERACTIVE = cases(public_functions("words", without="theme"))


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


def overlap(first, second) -> tuple[float, float]:
    """How far two boxes reach into each other, across and down; negative where they are apart."""
    across = min(first.x1, second.x1) - max(first.x0, second.x0)
    return across, min(first.y1, second.y1) - max(first.y0, second.y0)


def faults(figure) -> list[str]:
    """Texts of a drawn figure that leave it, lie in the axes of another panel, or touch each other."""
    figure.canvas.draw()
    slack = figure.dpi / 96
    boxes = {text: text.get_window_extent() for text in drawn_texts(figure)}
    found = []
    for text, box in boxes.items():
        if min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1) < -slack:
            found.append(f"{text.get_text()!r} leaves the figure")
        for axes in figure.axes:
            laid_over = text.axes is not None and min(overlap(text.axes.bbox, axes.bbox)) > 0  # such as a second scale
            if text.axes is not axes and not laid_over and min(overlap(box, axes.bbox)) > slack:
                found.append(f"{text.get_text()!r} lies in the axes of another panel")
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        across, down = overlap(first, second)
        if across > slack and down > 3 * slack:
            found.append(f"{one.get_text()!r} touches {other.get_text()!r}")
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("plot", "names"), PLOTS)
def test_figure_fits_the_page_and_its_texts_do_not_touch(plot, names, lang, theme):
    with style.style(theme):
        figure = plot(*given(names, plot), words=Words(lang), theme=theme)
        widths = look.tokens()["figure"]["width-px"].values()
        assert round(figure.get_size_inches()[0] * 96) in widths
        assert faults(figure) == []


def test_faults_of_a_figure_are_found():
    figure, (left, right) = pyplot.subplots(1, 2)
    assert faults(figure) == []
    left.text(0.2, 0.5, "one")
    left.text(0.2, 0.5, "two")
    right.text(-0.9, 0.9, "astray")
    right.text(9, 0.5, "outside")
    assert faults(figure) == [
        "'astray' lies in the axes of another panel",
        "'outside' leaves the figure",
        "'one' touches 'two'",
    ]


def test_figures_are_found_with_what_they_draw():
    found = {case.values[0].__name__: case.values[1] for case in [*PLOTS, *INTERACTIVE]}
    assert found["matrix_product"] is None
    assert found["gradient_norms"] == "shortcuts" and found["all_depths"] == "resnet"
    assert len(PLOTS) > 15 and len(INTERACTIVE) > 2


def test_every_plot_says_by_a_type_what_it_draws():
    functions = [*public_functions("theme"), *public_functions("words", without="theme")]
    assert [f"{plot.__module__}.{plot.__name__}" for plot in functions if not drawn_from(plot)] == []


def test_the_type_of_the_first_argument_says_what_is_drawn():
    def one(result: ResNets, *, words, theme): ...

    def several(kept: "Sequence[ResNets]", *, words, theme): ...

    def nothing(*, words, theme): ...

    def something_else(number: int, *, words, theme): ...

    assert [drawn_from(plot) for plot in (one, several, nothing)] == [["resnet"], [("resnet",)], [None]]
    assert drawn_from(something_else) == []


# ---- interactive figures


def interactive(plot, names):
    return plot(*given(names, plot), words=Words("en")).to_plotly_json()


def check_controls(figure: dict, kind: str, controls: str) -> int:
    """Each button or step replaces the data of every trace and a text, and the active one is shown; their number."""
    total = 0
    for menu in figure["layout"].get(kind, ()):
        items = menu[controls]
        assert len({item["label"] for item in items}) == len(items) >= 2
        for item in items:
            new, texts = item["args"]
            assert texts and all(texts.values())
            assert all(len(values) == len(figure["data"]) for values in new.values())
        shown, texts = items[menu["active"]]["args"]
        for k, trace in enumerate(figure["data"]):
            assert all(list(trace[axis]) == list(values[k]) for axis, values in shown.items())
        if "title.text" in texts:
            assert figure["layout"]["title"]["text"] == texts["title.text"]
        total += len(items)
    return total


@pytest.mark.parametrize(("plot", "names"), INTERACTIVE)
def test_controls_of_an_interactive_figure_show_what_they_say(plot, names):
    figure = interactive(plot, names)
    check_controls(figure, "updatemenus", "buttons")
    check_controls(figure, "sliders", "steps")


def test_costs_of_every_depth_can_be_chosen_and_set_no_colour():
    from cnnlab.experiments.resnet.figures import cost

    figure = interactive(cost.interactive, "resnet")
    assert "color" not in str(figure)
    menu = figure["layout"]["updatemenus"][0]
    assert [button["label"] for button in menu["buttons"]] == ["18", "34", "50", "101", "152"]
    for button in menu["buttons"]:
        bars, titles = button["args"]
        assert [len(x) for x in bars["x"]] == [len(text) for text in bars["text"]] == [6, 6]
        assert set(titles) == {"annotations[0].text", "annotations[1].text"}


@pytest.mark.parametrize("name", ["suppression", "raccoons"])
def test_sliders_have_several_steps(name):
    plots = [case.values[0] for case in INTERACTIVE if case.values[1] == name]
    assert plots and all(check_controls(interactive(plot, name), "sliders", "steps") >= 2 for plot in plots)


def test_photos_of_the_mosaic_stay_in_it_and_those_with_most_errors_come_first():
    from cnnlab.experiments.raccoons.figures import mosaic

    result, words = results.load("raccoons"), Words("en")
    width, height = mosaic.extent(len(result.test))
    low, middle = (mosaic.seen(result, threshold) for threshold in (mosaic.STEPS[0], mosaic.SCORE_THRESHOLD))
    for every in (low, middle):
        errors = [sum(each.wrong) for each in every]
        assert errors == sorted(errors, reverse=True) and {each.place for each in every} == set(range(len(result.test)))
    assert [each.place for each in middle] == list(result.shown)
    assert sum(each.wrong[0] for each in low) >= sum(each.wrong[0] for each in middle)
    figure = interactive(mosaic.interactive, "raccoons")
    for item in figure["layout"]["sliders"][0]["steps"]:
        new, layout = item["args"]
        assert all(0 <= x <= width for x in new["x"][0] if x is not None)
        assert all(0 <= y <= height for y in new["y"][0] if y is not None)
        assert sum(name.startswith("images[") for name in layout) == 2 * len(result.test)
    assert mosaic.counted(mosaic.Counts(3, 1, 0), words) == "3 TP, 1 FP, 0 FN: precision 0.75, recall 1.00"


def test_the_tree_adds_up_and_keeps_to_its_columns():
    from cnnlab.experiments.faster_rcnn.figures import tree

    result = results.load("faster_rcnn")
    lines = tree(result, Words("en")).splitlines()
    assert len(lines) == len(result.tree) and len({len(line) for line in lines}) == 1
    held = {part.path: part.parameters for part in result.tree}
    assert held[""] == result.parameters == held["backbone"] + held["rpn"] + held["roi_heads"]
    assert held["backbone.fpn"] == held["backbone.fpn.inner_blocks"] + held["backbone.fpn.layer_blocks"]


def test_what_the_model_prints_is_whole_and_keeps_to_its_column():
    from cnnlab.experiments.faster_rcnn.figures import COLUMNS, printed, warned

    result = results.load("faster_rcnn")
    for text, whole in ((printed(result), result.printed), (warned(result), result.instances[0].warnings)):
        assert max(map(len, text.splitlines())) <= COLUMNS
        assert "".join(text.split()) == "".join("".join(whole).split())
