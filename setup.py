"""What pyproject.toml cannot say: which data the wheel carries, and that `cnnlab[compute]` is requirements.txt."""

from pathlib import Path

from setuptools import find_packages, setup


def requirements(name: str) -> list[str]:
    """The requirements of a file, without comments and without those of a file that it includes."""
    lines = (line.partition("#")[0].strip() for line in Path(name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


setup(
    packages=[*find_packages(include=["cnnlab", "cnnlab.*"]), "cnnlab.informe"],
    package_dir={"cnnlab.informe": "_extensions/informe"},  # design tokens and fonts, which `cnnlab.look` reads
    package_data={
        "": ["*.pyi", "py.typed"],
        "cnnlab": ["*.tsv"],
        "cnnlab.catalog": ["manifests/*.txt"],
        "cnnlab.data": ["*.txt"],
        "cnnlab.detection": ["*.tsv"],
        "cnnlab.experiments.browser_squeezenet": ["*.js"],
        "cnnlab.experiments.fundamentals": ["*.js"],
        "cnnlab.informe": ["tokens.json", "fonts/*.ttf", "fonts/OFL-*.txt"],
        "cnnlab.render.page": ["*.html", "*.css", "*.js"],
        "cnnlab.render.paper": ["*.typ"],
    },
    include_package_data=False,
    install_requires=requirements("requirements-render.txt"),
    extras_require={"compute": requirements("requirements.txt")},
)
