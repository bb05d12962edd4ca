"""The package: its size, what importing it loads, what it says that it needs."""

import ast
import importlib.metadata
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cnnlab"
HEAVY = ("torch", "tensorflow", "keras", "matplotlib", "plotly", "numpy", "pooch", "requests", "IPython", "yaml", "PIL")
FRAMEWORKS = ("torch", "tensorflow", "keras", "onnxruntime", "lucent", "torchvision")
MODULE_MEDIAN, MODULE_MAX = 120, 350  # lines


def loaded(code: str, names: tuple[str, ...]) -> str:
    """The last line that code prints, with the list of those of `names` that it has imported."""
    asked = f"import sys\n{code}\nprint([name for name in {names} if name in sys.modules])"
    command = [sys.executable, "-W", "error", "-c", asked]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("code", ["import cnnlab", "import cnnlab.cli", "from cnnlab import catalog, results, report"])
def test_importing_loads_no_library(code):
    assert loaded(code, HEAVY) == "[]"


def test_help_loads_no_library():
    assert loaded("from cnnlab import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass", HEAVY) == "[]"


def test_status_loads_numpy_at_most():
    """Types of results lie beside the metrics that they hold, in modules that need numpy."""
    asked = tuple(name for name in HEAVY if name != "numpy")
    assert loaded("from cnnlab import cli\ncli.main(['status'])", asked) == "[]"


def test_loading_every_result_loads_no_framework():
    code = "from cnnlab import results\nfor name in results.names(): results.load(name)"
    assert loaded(code, FRAMEWORKS) == "[]"


def test_every_module_of_figures_and_numbers_loads_no_framework():
    code = (
        "import importlib, pathlib, cnnlab.experiments\n"
        "folder = pathlib.Path(cnnlab.experiments.__file__).parent\n"
        "for path in [*folder.rglob('numbers.py'), *folder.rglob('figures*'), *folder.rglob('figures/[!_]*.py')]:\n"
        "    if '__pycache__' not in path.parts:\n"
        "        parts = path.relative_to(folder).with_suffix('').parts\n"
        "        importlib.import_module('.'.join(['cnnlab.experiments', *parts]))"
    )
    assert loaded(code, FRAMEWORKS) == "[]"


def test_public_names_are_importable_from_their_packages():
    """What a stub `__init__.pyi` lists exists, without importing what needs a framework."""
    for stub in sorted(PACKAGE.rglob("__init__.pyi")):
        for node in ast.walk(ast.parse(stub.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                module = stub.parent.joinpath(*(node.module or "").split("."))
                assert {alias.name for alias in node.names} <= public(module), f"{stub}: {node.module}"


def public(module: Path) -> set[str]:
    """The names that a module defines, or the modules of a folder; `module` is without suffix."""
    if module.is_dir():
        return {path.stem for path in module.iterdir()}
    body = ast.parse(module.with_suffix(".py").read_text(encoding="utf-8")).body
    return {name for node in body for name in names(node)}


def names(node: ast.stmt) -> set[str]:
    """The names that a statement at the top of a module defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def test_modules_are_small():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert statistics.median(lines.values()) <= MODULE_MEDIAN
    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > MODULE_MAX} == {}


def test_every_library_that_is_imported_is_required():
    """By the package: in requirements.txt or the file that it includes. By tests: there or in requirements-test.txt."""
    needed = required("requirements-render.txt") | required("requirements.txt")
    assert imported(PACKAGE) <= needed
    assert imported(ROOT / "tests") <= needed | required("requirements-test.txt")


def test_rendering_requires_no_framework():
    assert not {"torch", "tensorflow-cpu", "tensorflow", "keras", "onnxruntime"} & required("requirements-render.txt")


def test_every_version_is_pinned_once():
    files = ("requirements-render.txt", "requirements.txt", "requirements-test.txt", "constraints.txt")
    pins = [name for file in files for name in required(file)]
    assert sorted(pins) == sorted(set(pins))


def test_contracts_name_every_part_of_the_package():
    """A new module or folder needs a layer, and the renderer must not import it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    layers = {name for line in contracts[0]["layers"] for name in re.findall(r"\w+", line)}
    assert layers == parts - {"__init__"}
    forbidden = {name.removeprefix("cnnlab.") for name in contracts[1]["forbidden_modules"]}
    assert forbidden == layers - {"render", "errors", "paths", "recorder", "cli", "__main__", "quarto_hooks"}


def required(file: str) -> set[str]:
    """The distributions that a file of requirements pins, their names normalised."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines())
    return {normal(line.partition("==")[0]) for line in lines if line and not line.startswith("-")}


def imported(folder: Path) -> set[str]:
    """The distributions whose modules the sources below a folder import."""
    local = {path.stem for path in folder.rglob("*")} | {"cnnlab"}
    tops = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                tops |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                tops.add(node.module.partition(".")[0])
    known = importlib.metadata.packages_distributions()
    foreign = tops - set(sys.stdlib_module_names) - local
    return {normal(known[name][0]) for name in foreign if name in known}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
