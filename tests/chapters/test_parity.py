"""The two editions agree: ids, cells, figures, citations and variables are the same, and each label has one place.

The differences that a translation may have are prose, captions, alternative texts and the language of the opening cell.
"""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from cnnlab.catalog import DATA, WEIGHTS
from cnnlab.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED_NAMES = {"_prefacio.qmd": "_preface.qmd"}  # every other file has one name in both languages
TRANSLATED_OPTIONS = ("fig-alt", "fig-cap", "fig-subcap", "tbl-cap", "code-summary")
TRANSLATED_ARGUMENTS = ("lang", "alt", "caption")
ANSWER = {"es": "Respuesta", "en": "Answer"}
QUESTION = {  # by the first letter of a chapter's name: a01-…, l3-…
    "a": {"es": "Actividad", "en": "Activity"},
    "l": {"es": "Laboratorio", "en": "Laboratory"},
}
KINDS = "fig|tbl|lst|eq|sec"  # a reference that begins a sentence has a capital: @Fig-x
REFERENCE = re.compile(rf"(?<![\w@.])@((?i:{KINDS})-[\w-]+)")
CITATION = re.compile(rf"(?<![\w.])@((?!(?i:{KINDS})-)[a-z][\w]*)")
IN_CODE = re.compile(r'label="([\w-]+)"')  # of what a cell shows: lab.source


def translation(path: Path) -> Path:
    """Where the English text of a Spanish chapter stands."""
    return path.parent / "en" / TRANSLATED_NAMES.get(path.name, path.name)


def untranslated(folder: Path) -> list[str]:
    """Files of a folder of chapters without their English text, and English ones without a Spanish original."""
    spanish = {translation(path).name for path in folder.glob("*.qmd")}
    english = {path.name for path in (folder / "en").glob("*.qmd")}
    return sorted(spanish ^ english)


@dataclass
class Chapter:
    """What must agree between two editions of a chapter, read from its source."""

    text: str
    cells: list[tuple[dict, str]] = field(default_factory=list)  # options, code
    listings: list[tuple[str, str]] = field(default_factory=list)  # attributes, code
    prose: str = ""

    @property
    def ids(self) -> list[str]:
        """Ids in the order in which they stand: headings, figures, tables, equations, listings."""
        return re.findall(r"\{#([\w-]+)", self.text)

    @property
    def labels(self) -> list[str]:
        written = [name for name in self.ids if REFERENCE.match(f"@{name}")]
        options = [each["label"] for each, _ in self.cells if "label" in each]
        return written + options + [name for _, code in self.cells for name in IN_CODE.findall(code)]

    @property
    def references(self) -> set[str]:
        return {name[0].lower() + name[1:] for name in REFERENCE.findall(self.prose)}

    @property
    def citations(self) -> set[str]:
        return set(CITATION.findall(self.prose))

    @property
    def variables(self) -> set[str]:
        return set(re.findall(r"\{\{< var (\S+) >\}\}", self.text))

    @property
    def headings(self) -> list[str]:
        """Level and attributes of each heading."""
        return [f"{level} {attributes}" for level, attributes in re.findall(r"^(#+) .*?(\{.*\})?$", self.prose, re.M)]

    @property
    def divs(self) -> list[str]:
        """Each div's opening without its title."""
        return [re.sub(r' title="[^"]*"', "", line) for line in re.findall(r"^:::+ *(\{.*\})$", self.prose, re.M)]


def read(path: Path) -> Chapter:
    text = path.read_text(encoding="utf-8")
    chapter = Chapter(text)

    def take(block: re.Match) -> str:
        attributes, body = block[1], block[2]
        if attributes == "{python}":
            options = [line[2:].removeprefix(" ") for line in body.splitlines() if line.startswith("#|")]
            code = "\n".join(line for line in body.splitlines() if not line.startswith("#|"))
            chapter.cells.append((yaml.safe_load("\n".join(options)) or {}, code))
        else:
            chapter.listings.append((re.sub(r'lst-cap="[^"]*"', "", attributes), body))
        return ""

    chapter.prose = re.sub(r"^```([^\n]*)\n(.*?)^```$", take, text, flags=re.M | re.S)
    chapter.prose = re.sub(r"`[^`\n]*`", "", chapter.prose)
    return chapter


def same_in_both(cell: tuple[dict, str]) -> tuple[dict, str]:
    """A cell without what a translation may change."""
    options, code = cell
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [k for k in node.keywords if k.arg not in TRANSLATED_ARGUMENTS]
    return {key: value for key, value in options.items() if key not in TRANSLATED_OPTIONS}, ast.dump(tree)


def book(lang: str) -> dict:
    """The book of a language's profile: `chapters` and `appendices`, as `_quarto-<lang>.yml` lists them."""
    return yaml.safe_load((ROOT / f"_quarto-{lang}.yml").read_text(encoding="utf-8"))["book"]


def in_parts(chapters: list) -> list[str]:
    """The chapters of the book's parts: those that answer a question of the handout."""
    return [name for item in chapters if isinstance(item, dict) for name in item["chapters"]]


def kind_and_number(path: Path) -> tuple[str, int]:
    """("a", 1) of a01-kernel-1x1.qmd, ("l", 3) of l3-….qmd."""
    name = re.match(rf"([{''.join(QUESTION)}])(\d+)-", path.name)
    assert name, f"{path.name}: a chapter of a part is named after its activity (a01-…) or laboratory (l3-…)"
    return name[1], int(name[2])


SPANISH = sorted((ROOT / "chapters").glob("*.qmd"))
ANSWERING = [ROOT / name for name in in_parts(book("es")["chapters"])]
PAIRS = pytest.mark.parametrize("path", SPANISH, ids=lambda path: path.stem)


def test_every_chapter_is_translated():
    assert untranslated(ROOT / "chapters") == []


def test_a_missing_translation_is_found(tmp_path):
    (tmp_path / "en").mkdir()
    for name in ("a01-x.qmd", "a02-y.qmd", "en/a02-y.qmd"):
        (tmp_path / name).touch()
    assert untranslated(tmp_path) == ["a01-x.qmd"]


def test_both_profiles_list_the_same_book():
    def names(lang):
        listed = [item["chapters"] if isinstance(item, dict) else item for item in book(lang)["chapters"]]
        return listed, book(lang)["appendices"]

    def in_english(names):
        return [in_english(n) if isinstance(n, list) else n.replace("chapters/", "chapters/en/") for n in names]

    chapters, appendices = names("es")
    assert names("en") == (in_english(chapters), in_english(appendices))
    listed = {name for item in [*chapters, *appendices] for name in (item if isinstance(item, list) else [item])}
    assert listed == {"index.qmd"} | {f"chapters/{path.name}" for path in SPANISH if not path.name.startswith("_")}


def test_chapters_are_found_by_what_the_profile_lists():
    parts = [{"part": "One", "chapters": ["chapters/a01-x.qmd"]}, {"part": "Two", "chapters": ["chapters/l3-y.qmd"]}]
    listed = in_parts(["index.qmd", *parts, "chapters/referencias.qmd"])
    assert [kind_and_number(Path(name)) for name in listed] == [("a", 1), ("l", 3)]
    assert len(ANSWERING) >= 12
    with pytest.raises(AssertionError, match="named after"):
        kind_and_number(Path("z1-procedencia.qmd"))


@PAIRS
def test_editions_agree(path):
    es, en = read(path), read(translation(path))
    assert es.ids == en.ids
    assert es.headings == en.headings
    assert es.divs == en.divs
    assert es.listings == en.listings
    assert es.references == en.references
    assert es.citations == en.citations
    assert es.variables == en.variables


@PAIRS
def test_cells_agree_but_for_language(path):
    es, en = read(path).cells, read(translation(path)).cells
    assert [same_in_both(cell) for cell in es] == [same_in_both(cell) for cell in en]
    for lang, cells in (("es", es), ("en", en)):
        if cells:
            assert f'report.chapter("{path.stem}", lang="{lang}")' in cells[0][1]
            assert cells[0][0] == {"include": False}


@pytest.mark.parametrize("lang", ["es", "en"])
def test_each_label_has_one_place_and_each_reference_leads_there(lang):
    chapters = [read(path if lang == "es" else translation(path)) for path in SPANISH]
    labels = [label for chapter in chapters for label in chapter.labels]
    assert len(labels) == len(set(labels)), sorted({label for label in labels if labels.count(label) > 1})
    assert set().union(*(chapter.references for chapter in chapters)) <= set(labels)


def test_the_bibliography_holds_what_is_cited():
    entries = re.findall(r"^@\w+\{(\w+),", (ROOT / "chapters" / "references.bib").read_text(encoding="utf-8"), re.M)
    cited = set().union(*(read(path).citations for path in SPANISH))
    assert len(entries) == len(set(entries))
    catalogued = {key for entry in (*DATA.values(), *WEIGHTS.values()) for key in entry.source}
    assert cited | catalogued == set(entries)


@PAIRS
def test_the_code_of_a_figure_is_shown_once(path):
    """Pages show the function that draws it, `lab.draw` sees to that: the cell's own line would be a second fold."""
    assert all(options.get("echo") is False for options, code in read(path).cells if "lab.draw(" in code)


@PAIRS
def test_figures_have_alternative_text_in_each_language(path):
    def texts(chapter):
        return [options["fig-alt"] for options, code in chapter.cells if "lab.draw(" in code]

    es, en = texts(read(path)), texts(read(translation(path)))
    assert all(es) and all(en)
    assert not set(es) & set(en)


@PAIRS
def test_words_of_cells_exist(path):
    used = {word for _, code in read(path).cells for word in re.findall(r'\bw\("([^"]+)"\)', code)}
    assert used <= set(WORDS)


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("path", ANSWERING, ids=lambda path: path.stem)
def test_a_chapter_opens_with_its_question_and_its_answer(path, lang):
    chapter = read(path if lang == "es" else translation(path))
    kind, number = kind_and_number(path)
    opening = re.search(
        rf'^::: \{{\.question title="{QUESTION[kind][lang]} {number}"\}}\n(.+?)^:::\n\s*'
        rf'^::: \{{\.callout-important title="{ANSWER[lang]}"\}}\n(.+?)^:::\n',
        chapter.prose,
        re.M | re.S,
    )
    assert opening, "the question and, right after it, the answer"
    assert opening.start() < chapter.prose.index("\n## ")
    first, *others = re.findall(r'\.callout-important title="([^"]*)"', chapter.prose)
    assert first == ANSWER[lang] and all(title.startswith(f"{ANSWER[lang]}: ") for title in others)
    assert len(others) + 1 == len(re.findall(r"\.callout-important", chapter.prose))
    if kind == "a":
        assert "\n\n" not in opening[2].strip(), "the answer to an activity, which limits its lines, is one paragraph"


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("path", [path for path in ANSWERING if path.name.startswith("l")], ids=lambda path: path.stem)
def test_paragraphs_of_answers_are_short(path, lang):
    prose = read(path if lang == "es" else translation(path)).prose
    answers = re.findall(r'^::: \{\.callout-important title="[^"]*"\}\n(.+?)^:::$', prose, re.M | re.S)
    texts = [re.sub(r"\{\{<.*?>\}\}", "0", paragraph) for answer in answers for paragraph in answer.split("\n\n")]
    assert answers and [text for text in texts if len(text.split()) > 100] == []


@PAIRS
def test_a_section_opens_with_a_sentence(path):
    """And not with a figure or a table: the sentence says what there is to see in it."""
    for text in (read(each).prose for each in (path, translation(path))):
        assert re.findall(r"^##+ [^\n]*\n+(?=:::+ \{#(?:fig|tbl)-)", text, re.M) == []


@pytest.mark.parametrize("path", ANSWERING, ids=lambda path: path.stem)
def test_a_chapter_ends_with_doubts_and_what_to_try(path):
    spanish = re.findall(r"^## (.*?) \{", read(path).prose, re.M)
    english = re.findall(r"^## (.*?) \{", read(translation(path)).prose, re.M)
    assert spanish[-2:] == ["Qué podría estar mal", "Qué probar después"]
    assert english[-2:] == ["What could be wrong", "What to try next"]
