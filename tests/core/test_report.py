"""What chapters call: tables, figures, listings and claims, as Markdown that both renderers read."""

import json
from functools import partial
from types import SimpleNamespace

import pytest
from PIL import Image

from cnnlab import report
from cnnlab.errors import BookError, ClaimError, OptionError
from cnnlab.report import tables


@pytest.fixture
def lab(tmp_path, monkeypatch):
    (tmp_path / "_quarto.yml").write_text("")
    for folder in ("chapters", "chapters/en"):
        (tmp_path / folder).mkdir()
        text = "# Title\n\n```{python}\nlab.claim(2 < 1, 'two is less than one')\n```\n"
        (tmp_path / folder / "a01-x.qmd").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "chapters")
    return report.chapter("a01-x", lang="es")


def test_a_chapter_that_is_not_there_names_the_nearest(lab):
    with pytest.raises(OptionError, match="chapters/a01-y.qmd(.*\n)*.*did you mean 'a01-x'"):
        report.chapter("a01-y", lang="es")


def test_a_claim_that_holds_is_silent(lab):
    lab.claim(1 < 2, "one is less than two")


@pytest.mark.parametrize("name", ["en/a01-x", "../a01-x", "", None])
def test_a_chapter_of_another_folder_is_refused(lab, name):
    with pytest.raises(OptionError, match="there is no chapter chapters/"):
        report.chapter(name, lang="es")


@pytest.mark.parametrize("condition", [lambda: False, (each for each in [False]), "False", float("nan"), None, [False]])
def test_a_claim_of_what_is_no_truth_value_is_refused(lab, condition):
    with pytest.raises(OptionError, match="the claim 'it holds' is of type .*\n  allowed: True or False"):
        lab.claim(condition, "it holds")


def test_a_claim_of_numpys_truth_values(lab):
    import numpy as np

    lab.claim(np.float64(1) < 2, "one is less than two")
    with pytest.raises(ClaimError, match="two is less than one"):
        lab.claim(np.float64(2) < 1, "two is less than one")
    with pytest.raises(OptionError, match="of type ndarray"):
        lab.claim(np.array([True, False]), "both")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_claim_that_fails_names_the_line(lab, lang):
    file = f"chapters/{'en/' if lang == 'en' else ''}a01-x.qmd"
    with pytest.raises(ClaimError, match=f"{file}:4: the results no longer bear out: two is less than one"):
        report.chapter("a01-x", lang=lang).claim(2 < 1, "two is less than one")


def test_tables_are_markdown(lab):
    table = lab.table(["etapa", "`x`", "parámetros"], [["a|b", 1, "2"]], align="lcr")
    assert table.data == "| Etapa | `x` | Parámetros |\n| :------ | :---: | -----------: |\n| a\\|b | 1 | 2 |\n"


@pytest.mark.parametrize(("rows", "align"), [([["a"]], "lr"), ([["a", "b"]], "l"), ([["a", "b"]], "lx"), ([5], "lr")])
def test_tables_of_the_wrong_width_are_refused(lab, rows, align):
    with pytest.raises(OptionError):
        lab.table(["x", "y"], rows, align)


def test_nothing_is_no_cell(lab):
    with pytest.raises(OptionError, match="a cell None of a table"):
        lab.table(["x", "y"], [["1", None]])


@pytest.mark.parametrize("name", [None, 5, ["imagenet"]])
def test_results_of_no_name_are_refused(lab, name):
    for method in (lab.results, lab.numbers):
        with pytest.raises(OptionError, match="allowed: the name of one, a text"):
            method(name)


def test_two_columns_of_one_heading_are_refused(lab):
    with pytest.raises(OptionError, match="one heading: .*'Parte', 'Parte'"):
        lab.table(["etapa", "parte", "Parte"], [["a", 1, 2]])


@pytest.mark.parametrize(("header", "rows"), [(["x"], [["a\nb"]]), (["a\nb"], []), (["x"], ["a"])])
def test_cells_of_several_lines_are_refused(lab, header, rows):
    with pytest.raises(OptionError):
        lab.table(header, rows)


def test_no_cell_and_no_heading_ends_at_a_vertical_line(lab):
    assert lab.table(["|x|", 1], [["|", 2]]).data.splitlines()[0] == "| \\|x\\| | 1 |"


def plot(*, words, theme):
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(3, 2))
    axes.plot([0, 1], label=words("epoch"))
    axes.set_title(theme)
    return figure


def test_a_figure_is_drawn_in_each_theme_at_its_size_the_same_every_time(lab, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data["image/svg+xml"]))
    lab.draw(plot)
    lab.draw(plot)
    assert len(shown) == 4
    assert shown[:2] == shown[2:]
    assert shown[0] != shown[1]
    assert 'width="216pt" height="144pt"' in shown[0]


def test_a_figure_shows_its_code_folded_on_pages_alone_above_its_pictures(lab, monkeypatch):
    from cnnlab.experiments.shortcuts import figures

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw=False: shown.append(data))
    monkeypatch.setattr(lab, "_svg", lambda *_: "<svg/>")
    lab.draw(figures.gradient_norms)
    code, *pictures = shown
    assert pictures == 2 * [{"image/svg+xml": "<svg/>"}]
    lines = code.data.splitlines()
    assert lines[0] == '::: {.content-visible when-format="html"}' and lines[-2:] == ["~~~", ":::"]
    assert lines[1] == '~~~{.python .cell-code code-fold="true" code-summary="Código de la figura"}'
    assert lines[2] == "# cnnlab/experiments/shortcuts/figures.py"
    assert lines[3].startswith("def gradient_norms(") and lines[-3] == "    return figure"


def test_an_interactive_figure_shows_the_code_of_its_static_twin(lab, monkeypatch):
    from plotly.graph_objects import Figure

    from cnnlab.experiments.suppression import figures

    monkeypatch.setattr(lab, "_svg", lambda *_: "<svg/>")
    text = lab.interactive("nms", Figure(), partial(figures.four, None), alt="A").data
    assert text.count("~~~{.python .cell-code") == 1 and "def four(" in text


def test_an_interactive_figure_has_a_static_twin(lab, tmp_path):
    from plotly.graph_objects import Figure, Scatter

    figure = Figure(Scatter(x=[0, 1], y=[0, 1], name="</script>"))
    text = lab.interactive("curve", figure, plot, alt='A "curve"').data
    assert (tmp_path / "cnnlab_files" / "es" / "curve.svg").is_file()
    twin = '![](../cnnlab_files/es/curve.svg){fig-alt="A \\"curve\\""}'
    assert text.count(twin) == 2 and f"::: {{.static-figure}}\n{twin}\n:::" in text  # the PDF's, and a printed page's
    assert 'aria-label="A &quot;curve&quot;"' in text
    kept = text.partition('<script type="application/json">')[2].partition("</script>")[0]
    plain = json.loads(kept)
    assert plain["data"][0]["name"] == "</script>"
    assert "template" not in plain["layout"]


def test_a_scripted_figure_has_its_data_its_script_and_a_static_twin(lab, tmp_path):
    script = tmp_path / "draw.js"
    script.write_text("document.currentScript.previousElementSibling;\n", encoding="utf-8")
    text = lab.scripted("grid", script, {"name": "</script>"}, plot, alt="A").data
    before, _, after = text.partition('<script type="application/json">')
    kept, _, rest = after.partition("</script>")
    assert 'class="script-figure"' in before and json.loads(kept) == {"name": "</script>"}
    assert rest.startswith("</div><script>\ndocument.currentScript.previousElementSibling;\n</script>")
    assert text.count("cnnlab_files/es/grid.svg") == 2
    with pytest.raises(OptionError, match="not finite"):
        lab.scripted("grid", script, {"x": float("nan")}, plot, alt="A")


def test_what_a_scripted_figure_loads_is_linked_by_pages_alone(lab, tmp_path):
    script = tmp_path / "draw.js"
    script.write_text(";\n", encoding="utf-8")
    text = lab.scripted("grid", script, {}, plot, alt="A", loads={"weights.js": "loaded(1);\n"}).data
    assert (tmp_path / "cnnlab_files" / "weights.js").read_text(encoding="utf-8") == "loaded(1);\n"
    page, _, printed = text.partition('when-format="typst"')
    assert "[La figura carga, al usarla: [weights.js](../cnnlab_files/weights.js)]{.provenance}" in page
    assert "weights.js" not in printed
    with pytest.raises(OptionError, match="file '../x.js' of an interactive figure"):
        lab.scripted("grid", script, {}, plot, alt="A", loads={"../x.js": ""})


@pytest.mark.parametrize("name", ["a/b", "../x", 'a"b', "", None])
def test_an_interactive_figure_has_the_name_of_a_file(lab, name):
    with pytest.raises(OptionError, match="of an interactive figure\n  allowed: letters"):
        lab.interactive(name, SimpleNamespace(to_json=lambda: "{}"), plot, alt="A")


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_an_interactive_figure_of_what_no_browser_reads_is_refused(lab, number):
    figure = SimpleNamespace(to_json=lambda: f'{{"data":[{number}]}}')
    with pytest.raises(OptionError, match="figure 'x' has numbers that are not finite"):
        lab.interactive("x", figure, plot, alt="A")


@pytest.mark.parametrize("alt", ["", " ", None, "a\n\nb"])
def test_an_interactive_figure_has_an_alternative_text_of_one_paragraph(lab, alt):
    with pytest.raises(OptionError, match="alternative text"):
        lab.interactive("x", SimpleNamespace(to_json=lambda: "{}"), plot, alt=alt)


@pytest.mark.parametrize(
    "names, label, caption, message",
    [
        ([], "lst-a", "A", "a listing of nothing"),
        (["integer"], "tbl-a", "A", "label='tbl-a'"),
        (["integer"], "lst a}", "A", "label='lst a}'"),
        (["integer"], "lst-a", "", "caption=''"),
        (["integer"], "lst-a", 'a "b"', "caption="),
        (["integer"], "lst-a", "a\nb", "caption="),
        (["integer"], "lst-a", None, "caption=None"),
    ],
)
def test_listings_without_names_or_with_another_label_are_refused(lab, names, label, caption, message):
    with pytest.raises(BookError, match=f"chapters/a01-x.qmd:1: {message}"):
        lab.source("cnnlab.words", *names, label=label, caption=caption)


def test_listings_are_read_without_importing(lab):
    text = lab.source("cnnlab.words", "MINUS", "integer", label="lst-a", caption="A").data
    assert text.startswith('```{#lst-a .python lst-cap="A"}\nMINUS = "\\u2212"\n\n\ndef integer(number: int)')
    decorated = lab.source("cnnlab.words", "Quantity", label="lst-a", caption="A").data
    assert decorated.startswith('```{#lst-a .python lst-cap="A"}\n@dataclass(frozen=True)\nclass Quantity')


def test_listings_of_what_is_not_there_name_the_nearest(lab):
    with pytest.raises(BookError, match="did you mean 'integer'"):
        lab.source("cnnlab.words", "intege", label="lst-a", caption="A")
    with pytest.raises(BookError, match="did you mean 'cnnlab.words'"):
        lab.source("cnnlab.word", "integer", label="lst-a", caption="A")


@pytest.fixture
def kept(lab):
    """A result that keeps one picture, half of it clear."""

    class Drawn:
        record = SimpleNamespace(name="x")

        def picture(self, name):
            return lab.root / "figures" / "x" / f"{name}.webp"

    picture = Image.new("RGBA", (32, 16))
    picture.paste((200, 20, 20, 255), (0, 0, 16, 16))
    Drawn().picture("grid").parent.mkdir(parents=True)
    picture.save(Drawn().picture("grid"))
    return Drawn()


def test_a_picture_is_shown_as_it_was_kept_and_printed_on_white(lab, kept):
    page, printed = lab.image(kept, "grid", alt="A cat").data.split('::: {.content-visible when-format="typst"}')
    assert '![](../figures/x/grid.webp){fig-alt="A cat"}' in page and 'when-format="html"' in page
    assert '![](../cnnlab_files/x-grid.jpg){fig-alt="A cat"}' in printed
    with Image.open(lab.root / "cnnlab_files" / "x-grid.jpg") as picture:
        assert picture.size == (32, 16) and min(picture.getpixel((28, 8))) > 250
        assert picture.getpixel((4, 8))[0] > 180 > 60 > picture.getpixel((4, 8))[1]


def test_every_picture_has_its_alternative_text(lab, kept):
    with pytest.raises(OptionError, match="no alternative text"):
        lab.image(kept, "grid", alt=" ")


def test_the_tables_of_the_appendices(lab):
    unused = lab.catalogue_table(used=False).data
    assert (
        "| `resnet50_keras` | ResNet-50 (v1) en ImageNet" in unused
        and "[@he2016a; @keras] | [storage.googleapis.com](" in unused
    )
    assert "[datitran/raccoon_dataset](https://github.com/datitran/raccoon_dataset)" in unused
    for table in (lab.provenance_table(), lab.libraries_table(), lab.inputs_table(), lab.catalogue_table(used=True)):
        assert table.data.count("\n") == 2  # nothing is kept


def test_variants_are_named_in_the_language_of_the_report(monkeypatch):
    inputs = {"coco": {"variant": "compact", "sha256": None}, "yolox_nano": {"variant": "onnx", "sha256": None}}
    one = SimpleNamespace(name="found", result=SimpleNamespace(provenance=SimpleNamespace(inputs=inputs)))
    monkeypatch.setattr(tables, "status", lambda: [one])
    assert tables.inputs_table("es").splitlines()[2:] == [
        "| `coco` | compacta | `found` |",
        "| `yolox_nano` | onnx | `found` |",
    ]
    used = tables.catalogue_table("en", used=True).splitlines()[2:]
    assert [line.split(" | ")[0] for line in used] == ["| `coco`", "| `yolox_nano`"]


def test_versions_end_with_python():
    versions = {"python": "3.12.1", "numpy": "2.4.6", "torch": "2.14.1+cpu"}
    assert tables.versions_text(versions).replace("\u00a0", " ") == "numpy 2.4.6, torch 2.14.1, python 3.12.1"


@pytest.mark.parametrize(("seconds", "text"), [(8.2, "8 s"), (95, "95 s"), (360, "6 min"), (4800, "1 h 20 min")])
def test_durations(seconds, text, lab):
    assert tables.duration(seconds, lab.words).replace("\u00a0", " ") == text
