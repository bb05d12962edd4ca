"""Numbers of every experiment for prose and tables: in both languages, and all those that the chapters use."""

import re
from pathlib import Path

import pytest

from cnnlab import results
from cnnlab.paths import LANGUAGES
from cnnlab.results import registry, variables
from cnnlab.words import Quantity

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "index.qmd", *sorted((ROOT / "chapters").rglob("*.qmd"))]
VARIABLE = re.compile(r"\{\{< var (\S+) >\}\}")


@pytest.mark.parametrize("name", registry.names())
def test_each_number_is_written_in_every_language_with_the_same_digits(name):
    numbers = registry.get(name).numbers
    assert numbers, f"cnnlab/experiments/{name}/numbers.py is missing"
    quantities = numbers(results.load(name))
    assert "provenance" not in quantities  # it is added to each experiment's
    for key, quantity in quantities.items():
        assert key.isidentifier() and isinstance(quantity, Quantity), key
        texts = [quantity.show(lang) for lang in LANGUAGES]
        assert all(text == text.strip() != "" for text in texts), key
        assert len({tuple(re.findall(r"\d", text)) for text in texts}) == 1, (key, texts)


def test_every_language_has_the_same_numbers():
    names = [{group: set(numbers) for group, numbers in variables.variables(lang).items()} for lang in LANGUAGES]
    assert all(each == names[0] for each in names)


def test_every_number_in_the_chapters_exists():
    provided = {f"{group}.{key}" for group, numbers in variables.variables("es").items() for key in numbers}
    used = {name: path for path in SOURCES for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 100
    assert {name: str(path) for name, path in used.items() if name not in provided} == {}


def test_a_number_that_no_result_provides_is_found():
    assert VARIABLE.findall("it is {{< var resnet.parameters >}} and {{< var resnet.no_such >}}") == [
        "resnet.parameters",
        "resnet.no_such",
    ]
    assert "no_such" not in variables.variables("en")["resnet"]
