"""Numbers as each language writes them."""

import math

import numpy as np
import pytest

from cnnlab.errors import OptionError
from cnnlab.words import WORDS, Words, decimal, integer, percent, power, size, text

ES, EN = Words("es"), Words("en")


@pytest.mark.parametrize(
    ("method", "arguments", "es", "en"),
    [
        ("integer", (25636712,), "25\u202f636\u202f712", "25,636,712"),
        ("integer", (1387,), "1387", "1,387"),
        ("integer", (13870,), "13\u202f870", "13,870"),
        ("integer", (-3,), "−3", "−3"),
        ("integer", (0,), "0", "0"),
        ("decimal", (0.125, 1), "0,1", "0.1"),
        ("decimal", (0.43, 2), "0,43", "0.43"),
        ("decimal", (12345.6, 1), "12\u202f345,6", "12,345.6"),
        ("decimal", (-0.001, 2), "0,00", "0.00"),
        ("decimal", (-1.5, 1), "−1,5", "−1.5"),
        ("decimal", (9999.99, 1), "10\u202f000,0", "10,000.0"),
        ("exact", (1e-4,), "0,0001", "0.0001"),
        ("exact", (0.05,), "0,05", "0.05"),
        ("exact", (0.0,), "0", "0"),
        ("exact", (2,), "2", "2"),
        ("percent", (0.9894, 2), "98,94\u202f%", "98.94%"),
        ("percent", (1, 0), "100\u202f%", "100%"),
        ("power", (3.8e9, 1), "3,8\u00a0×\u00a010⁹", "3.8\u00a0×\u00a010⁹"),
        ("power", (1.2e-6, 1), "1,2\u00a0×\u00a010⁻⁶", "1.2\u00a0×\u00a010⁻⁶"),
        ("power", (9.99e3, 1), "1,0\u00a0×\u00a010⁴", "1.0\u00a0×\u00a010⁴"),
        ("size", (7, 7, 2048), "7×7×2048", "7×7×2048"),
        ("ratio", (3.21, 1), "3,2×", "3.2×"),
    ],
)
def test_numbers(method, arguments, es, en):
    assert getattr(ES, method)(*arguments) == es
    assert getattr(EN, method)(*arguments) == en


def test_intervals_say_their_unit_once():
    assert ES.interval(0.931, 0.948, lambda x: ES.percent(x, 1)) == "93,1–94,8\u202f%"
    assert EN.interval(0.931, 0.948, lambda x: EN.percent(x, 1)) == "93.1–94.8%"
    assert EN.interval(1, 2, EN.integer) == "1–2"


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_not_finite_is_no_number(number):
    with pytest.raises(OptionError, match="finite"):
        ES.decimal(number, 2)


@pytest.mark.parametrize("number", [None, "5", True, 1j, [1.0]])
@pytest.mark.parametrize("method", ["integer", "decimal", "percent", "exact", "power", "ratio"])
def test_what_is_no_number_is_refused(method, number):
    with pytest.raises(OptionError, match="allowed: finite numbers"):
        getattr(ES, method)(number, *([] if method in ("integer", "exact") else [1]))


def test_no_number_is_rounded_to_an_integer_unseen():
    with pytest.raises(OptionError, match=r"number 2\.5(.|\n)*a whole number"):
        ES.integer(2.5)
    assert (ES.integer(3.0), ES.integer(np.int64(4)), ES.decimal(np.float32(0.5), 1)) == ("3", "4", "0,5")


@pytest.mark.parametrize("places", [-1, 1.0, None])
def test_places_that_cannot_be_are_refused(places):
    with pytest.raises(OptionError, match="places="):
        EN.decimal(1.5, places)


def test_quantities_wait_for_their_language():
    shown = {
        "es": ["12\u202f345", "0,5", "50\u202f%", "1\u00a0×\u00a010³", "3×3", "sí"],
        "en": ["12,345", "0.5", "50%", "1\u00a0×\u00a010³", "3×3", "yes"],
    }
    quantities = [integer(12345), decimal(0.5, 1), percent(0.5, 0), power(1000, 0), size(3, 3), text(es="sí", en="yes")]
    for lang, texts in shown.items():
        assert [quantity.show(lang) for quantity in quantities] == texts


def test_words_exist_in_both_languages_in_order():
    assert ES("epoch") == "época"
    assert EN("epoch") == "epoch"
    assert all(len(both) == 2 and all(both) for both in WORDS.values())
    assert list(WORDS) == sorted(WORDS)


def test_unknown_words_and_languages_are_named():
    with pytest.raises(OptionError, match="did you mean 'epoch'"):
        ES("epohc")
    with pytest.raises(OptionError, match="language 'fr'"):
        Words("fr")
