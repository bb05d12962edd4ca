"""Which definitions can change a result: what is followed, what counts, what does not."""

import pytest

from cnnlab.results import definitions, sources


@pytest.fixture
def modules(tmp_path):
    """Write modules {name: text} of a package `cnnlab`, `sub__c` for sub/c.py; gives the folder that holds it."""

    def write(**texts: str):
        texts = {name.replace("__", "."): text for name, text in texts.items()}
        for name, text in texts.items():
            package = any(other.startswith(f"{name}.") for other in texts)
            base = tmp_path.joinpath("cnnlab", *name.split("."))
            path = base / "__init__.py" if package else base.with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def reached(root, start: str = "a:f") -> list[str]:
    return [key.removeprefix("cnnlab.") for key in found(root, start)]


def found(root, start: str = "a:f") -> dict[str, str]:
    module, name = start.split(":")
    return definitions.reachable([(f"cnnlab.{module}", name)], definitions.Package(root))


def test_names_are_followed_to_functions_classes_and_constants_and_no_further(modules):
    root = modules(
        a="from cnnlab.b import g\nX = 1\nOTHER = 2\ndef f():\n    return g(X)\ndef unused():\n    return OTHER\n",
        b="class C:\n    pass\ndef g(x):\n    return C()\ndef unused():\n    return 1\n",
    )
    assert reached(root) == ["a:X", "a:f", "b:C", "b:g"]


def test_imports_inside_functions_aliases_and_attributes_of_modules_are_followed(modules):
    root = modules(
        a="import cnnlab.b as other\ndef f():\n    from cnnlab.sub import c\n    return c.g(other.h)\n",
        b="def h():\n    return 1\ndef unused():\n    return 2\n",
        sub='"""Package."""',
        sub__c="from ..d import X\ndef g(y):\n    return X\n",
        d="X = 1\n",
    )
    assert reached(root) == ["a:f", "b:h", "d:X", "sub.c:g"]


def test_a_module_that_is_handed_on_is_reached_whole(modules):
    root = modules(a="from cnnlab import b\ndef f():\n    return vars(b)\n", b="X = 1\ndef g():\n    return X\n")
    assert reached(root) == ["a:f", "b:X", "b:g"]


def test_packages_that_pass_names_on_are_looked_through(modules):
    root = modules(
        a="from cnnlab.sub import one\ndef f():\n    return one\n",
        sub="from cnnlab.sub.x import one\nfrom cnnlab.sub.y import two\n",
        sub__x="one = 1",
        sub__y="two = 2",
    )
    assert reached(root) == ["a:f", "sub.x:one"]


def test_stubs_of_packages_are_looked_through_too(modules):
    root = modules(
        a="from cnnlab.sub import one\ndef f():\n    return one\n",
        sub="import lazy_loader\n",
        sub__x="one = 1",
    )
    (root / "cnnlab/sub/__init__.pyi").write_text("from .x import one as one\n")
    assert reached(root) == ["a:f", "sub.x:one"]


def test_circles_end(modules):
    root = modules(
        a="from cnnlab import b\ndef f():\n    return b.g()\n", b="from cnnlab import a\ndef g():\n    return a.f()\n"
    )
    assert reached(root) == ["a:f", "b:g"]


def test_what_keeps_results_finds_data_and_reports_errors_is_left_out(modules):
    text = "from cnnlab import paths\nfrom cnnlab.paths_of_light import z\nfrom cnnlab.results import store\n"
    root = modules(
        a=f"{text}def f():\n    return paths.x(store.y, z)\n",
        paths="def x(y):\n    return y\n",
        paths_of_light="z = 1\n",
        results="",
        results__store="y = 1\n",
    )
    assert reached(root) == ["a:f", "paths_of_light:z"]


def test_statements_that_define_nothing_count_for_what_stands_in_their_module(modules):
    root = modules(a="import os\nfrom cnnlab.b import g\ndef f():\n    return 1\ng()\n", b="def g():\n    return 1\n")
    assert reached(root) == ["a:", "a:f", "b:g"]


def test_data_files_that_a_definition_names_count_with_their_content(modules):
    text = "from pathlib import Path\ndef f():\n    return Path(__file__).with_name('names.txt').read_text()\n"
    root = modules(a=text)
    assert list(found(root)) == ["cnnlab.a:f"]  # there is no such file
    (root / "cnnlab/names.txt").write_text("one")
    one = found(root)
    assert list(one) == ["cnnlab.a:f", "cnnlab/names.txt"]
    (root / "cnnlab/names.txt").write_text("two")
    assert found(root) != one


def test_a_text_that_is_an_absolute_path_is_no_data_file_of_the_package(modules, tmp_path):
    outside = tmp_path / "other.txt"
    outside.write_text("one")
    root = modules(a=f"def f():\n    return open({str(outside)!r}), open('/etc/hosts.allow'), open('..')\n")
    assert list(found(root)) == ["cnnlab.a:f"]


def test_what_a_module_defines_is_remembered_for_its_content(modules, tmp_path, monkeypatch):
    root, memory = modules(a=BODY), tmp_path / "memory"
    package = [definitions.Package(root, memory) for _ in range(4)]
    first = definitions.reachable([("cnnlab.a", "f")], package[0])
    with monkeypatch.context() as patch:
        patch.setattr(sources, "module_of", lambda *_: pytest.fail("parsed again"))
        assert definitions.reachable([("cnnlab.a", "f")], package[1]) == first
    modules(a=BODY.replace("1", "2"))  # of the same size, and perhaps of the same time
    assert definitions.reachable([("cnnlab.a", "f")], package[2]) != first
    modules(a=BODY)
    for kept in memory.iterdir():
        kept.write_text("damaged")
    assert definitions.reachable([("cnnlab.a", "f")], package[3]) == first


BODY = "def f(x):\n    return x + 1\n"


@pytest.mark.parametrize(
    "other",
    [
        '"""Other."""\ndef f(x):\n    return x + 1\n',
        'def f(x):\n    "Docstring."\n    return x + 1\n',
        "def f(x):  # comment\n\n    return (x\n        + 1)\n",
        "def f(x: int) -> int:\n    return x + 1\n",
        "import os\ndef f(x):\n    return x + 1\ndef g():\n    return os\n",
    ],
)
def test_docstrings_comments_annotations_and_lines_do_not_count(modules, other):
    digest = found(modules(a=BODY))
    assert found(modules(a=other)) == digest


@pytest.mark.parametrize(
    "other",
    [
        "def f(x):\n    return x + 2\n",
        "def f(x):\n    return x - 1\n",
        "def f(x, y=None):\n    return x + 1\n",
        "def f(x):\n    return x + 1.0\n",
        "def f(x):\n    return x + '1'\n",
        "@g\ndef f(x):\n    return x + 1\n",
        "async def f(x):\n    return x + 1\n",
        "def f(x):\n    import os\n    return os.x + 1\n",
    ],
)
def test_everything_else_counts(modules, other):
    digest = found(modules(a=BODY))
    assert found(modules(a=other)) != digest


def test_the_words_of_an_exception_do_not_count_but_its_class_does(modules):
    text = "def f(x):\n    if x:\n        raise ValueError(f'bad {x}')\n    return 1\n"
    digest = found(modules(a=text))
    assert found(modules(a=text.replace("bad", "wrong"))) == digest
    assert found(modules(a=text.replace("ValueError", "TypeError"))) != digest


def test_the_words_of_an_assertion_do_not_count_but_its_condition_does(modules):
    text = "def f(x):\n    assert x > 0, f'bad {x}'\n    return 1\n"
    digest = found(modules(a=text))
    assert found(modules(a=text.replace("bad", "wrong"))) == digest
    assert found(modules(a=text.replace("> 0", "> 1"))) != digest


def test_the_library_behind_a_name_counts(modules):
    text = "import numpy as np\ndef f(x):\n    return np.sum(x)\n"
    digest = found(modules(a=text))
    assert found(modules(a=text.replace("numpy as np", "torch as np"))) != digest


def test_defaults_of_dataclasses_count_and_their_annotations_do_not(modules):
    text = "from dataclasses import dataclass\n@dataclass\nclass f:\n    x: int = 1\n    y: str = 'a'\n"
    digest = found(modules(a=text))
    assert found(modules(a=text.replace("x: int", "x: float"))) == digest
    assert found(modules(a=text.replace("= 1", "= 2"))) != digest
    assert found(modules(a=text.replace("x: int", "z: int"))) != digest


def test_what_an_experiment_declares_of_itself_does_not_count(modules):
    text = "from cnnlab.results import experiment\n@experiment('x', smoke=dict(size=1))\ndef f(x):\n    return x\n"
    digest = found(modules(a=text, results=""))
    assert found(modules(a=text.replace("size=1", "size=2"), results="")) == digest
