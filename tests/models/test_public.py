"""`from cnnlab.models import NAME`: each public name is defined in its module and documented; listing loads nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cnnlab.models

FOLDER = Path(cnnlab.models.__file__).parent
STUB = ast.parse((FOLDER / "__init__.pyi").read_text(encoding="utf-8"))
PUBLIC = {alias.name: node.module for node in STUB.body for alias in node.names}  # name: module


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_defined_in_its_module_and_documented(name):
    tree = ast.parse((FOLDER / f"{PUBLIC[name]}.py").read_text(encoding="utf-8"))
    defined = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert ast.get_docstring(defined[name])


def test_no_public_name_is_that_of_a_module():
    """It would be hidden once the module has been imported."""
    assert not set(PUBLIC) & {path.stem for path in FOLDER.glob("*.py")}


def test_names_are_listed_without_loading_a_framework():
    code = "import sys, cnnlab.models as m; print(dir(m)); print([n for n in ('torch', 'keras') if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    listed, loaded = said.splitlines()
    assert set(ast.literal_eval(listed)) >= set(PUBLIC) and loaded == "[]"


@pytest.mark.keras
def test_a_public_name_is_the_one_of_its_module():
    from cnnlab.models import build_resnet, resnet_keras

    assert build_resnet is resnet_keras.build_resnet
