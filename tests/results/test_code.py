"""Digests of code: what they see of a module, and what they pass over."""

import pytest

from cnnlab.results import code


@pytest.fixture
def modules(tmp_path):
    """Writes modules {path: text} of a package `cnnlab` and gives its folder."""

    def write(**texts: str):
        for name, text in {"cnnlab": "", "cnnlab.runtime": ""}.items() | texts.items():
            package = any(other.startswith(f"{name}.") for other in {"cnnlab.runtime", *texts})
            path = tmp_path.joinpath(*name.split("."), *(["__init__.py"] if package else []))
            path = path if package else path.with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_imports_are_followed_wherever_they_stand(modules):
    root = modules(
        **{
            "cnnlab.a": "import os\nfrom cnnlab import b\ndef f():\n    from cnnlab.sub.c import g\n",
            "cnnlab.b": "import cnnlab.d as d\n",
            "cnnlab.d": "",
            "cnnlab.sub": '"""Package."""',
            "cnnlab.sub.c": "from . import e\nfrom ..f import h\n",
            "cnnlab.sub.e": "",
            "cnnlab.f": "h = 1",
            "cnnlab.g": "",
        }
    )
    assert list(code.closure("cnnlab.a", root)) == [f"cnnlab.{m}" for m in ("a", "b", "d", "f", "sub.c", "sub.e")]


def test_packages_that_only_pass_names_on_are_looked_through(modules):
    root = modules(
        **{
            "cnnlab.a": "from cnnlab.sub import one",
            "cnnlab.sub": "from cnnlab.sub.x import one\nfrom cnnlab.sub.y import two\n__all__ = ['one', 'two']\n",
            "cnnlab.sub.x": "one = 1",
            "cnnlab.sub.y": "two = 2",
        }
    )
    assert list(code.closure("cnnlab.a", root)) == ["cnnlab.a", "cnnlab.sub.x"]
    assert list(code.closure("cnnlab.sub", root)) == ["cnnlab.sub.x", "cnnlab.sub.y"]


def test_what_another_experiment_says_in_prose_is_no_part_of_a_result(modules):
    root = modules(
        **{
            "cnnlab.experiments": "",
            "cnnlab.experiments.a": "from cnnlab.experiments.b import O\n",
            "cnnlab.experiments.b": "from cnnlab.words import integer\nO = 1\ndef numbers(r): return integer(r)\n",
            "cnnlab.words": "integer = int",
        }
    )
    needed = ["cnnlab.experiments.a", "cnnlab.experiments.b", "cnnlab.runtime"]
    assert list(code.experiment_closure("cnnlab.experiments.a", root)) == needed


def test_circles_of_imports_end(modules):
    root = modules(**{"cnnlab.a": "import cnnlab.b", "cnnlab.b": "import cnnlab.a"})
    assert list(code.closure("cnnlab.a", root)) == ["cnnlab.a", "cnnlab.b"]


def test_names_that_are_no_modules_have_no_closure(modules):
    root = modules(**{"cnnlab.a": "f = 1"})
    assert code.closure("cnnlab.a.f", root) == {}
    assert code.closure("numpy", root) == {}


@pytest.mark.parametrize(
    "other",
    [
        '"""Other."""\ndef f(x):\n    return x + 1\n',
        'def f(x):\n    "Docstring."\n    return x + 1\n',
        "def f(x):  # comment\n\n    return (x\n        + 1)\n",
    ],
)
def test_docstrings_comments_and_lines_do_not_count(modules, other):
    digest = code.closure("cnnlab.a", modules(**{"cnnlab.a": "def f(x):\n    return x + 1\n"}))
    assert code.closure("cnnlab.a", modules(**{"cnnlab.a": other})) == digest


@pytest.mark.parametrize(
    "other",
    [
        "def f(x):\n    return x + 2\n",
        "def f(x):\n    return x - 1\n",
        "def f(x, y=None):\n    return x + 1\n",
        "def f(x):\n    return x + 1.0\n",
        "def f(x):\n    return x + '1'\n",
        "@g\ndef f(x):\n    return x + 1\n",
        "def f(x):\n    'docstring'\n    'text'\n    return x + 1\n",
    ],
)
def test_everything_else_counts(modules, other):
    digest = code.closure("cnnlab.a", modules(**{"cnnlab.a": "def f(x):\n    return x + 1\n"}))
    assert code.closure("cnnlab.a", modules(**{"cnnlab.a": other})) != digest


def test_what_only_numbers_needs_is_no_part_of_an_experiment(modules):
    text = (
        "from cnnlab import words\nfrom cnnlab.nets import net\n"
        "def shared(x):\n    return x\n"
        "def rounded(x):\n    return words.decimal(shared(x), 1)\n"
        "def work(options, run):\n    return shared(net.f())\n"
        "def numbers(result):\n    return {'x': rounded(result.x)}\n"
    )
    files = {"cnnlab.words": "", "cnnlab.nets": "", "cnnlab.nets.net": "", "cnnlab.experiments": ""}
    name = "cnnlab.experiments.x"
    found = code.experiment_closure(name, modules(**files, **{name: text}))
    assert list(found) == [name, "cnnlab.nets.net", "cnnlab.runtime"]
    reworded = text.replace("decimal(shared(x), 1)", "decimal(shared(x), 2)")
    assert code.experiment_closure(name, modules(**files, **{name: reworded})) == found
    changed = text.replace("return x\n", "return x + 1\n")
    assert code.experiment_closure(name, modules(**files, **{name: changed})) != found


def test_digest_of_text_sees_comments(modules):
    one = code.digest_of_text("cnnlab.a", modules(**{"cnnlab.a": "x = 1"}))
    assert code.digest_of_text("cnnlab.a", modules(**{"cnnlab.a": "x = 1  # comment"})) != one
