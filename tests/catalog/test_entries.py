"""The catalogue itself: complete, and without a digest that cannot be one."""

import re
from pathlib import Path

import pytest

from cnnlab import catalog
from cnnlab.catalog.entries import rows

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = [*catalog.DATA.values(), *catalog.WEIGHTS.values()]
BIBLIOGRAPHY = re.findall(r"@\w+\{(\w+),", (ROOT / "chapters/references.bib").read_text(encoding="utf-8"))
CHECK = re.compile(r"sha256:[0-9a-f]{64}|sha256-prefix:[0-9a-f]{8}|md5:[0-9a-f]{32}")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_says_what_a_reader_needs(entry):
    for lang in ("es", "en"):
        assert entry.title.show(lang)
        assert entry.licence.show(lang)
    assert entry.source and set(entry.source) <= set(BIBLIOGRAPHY)
    assert entry.official is not None, "there is an official source"
    assert entry.megabytes > 0
    assert "CNNLAB_DATA" in entry.remedy
    names = [variant.name for variant in entry.variants]
    assert len(names) == len(set(names))
    for variant in entry.variants:
        for file in variant.files:
            assert CHECK.fullmatch(file.check), "every file has a digest"
            assert file.url is None or file.url.startswith("http")


def test_names_are_unique_over_data_and_weights():
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize(
    "name",
    ["cifar10", "cifar10_full", "coco", "catsdogs", "flowers102", "flowers102_full", "hymenoptera", "mnist", "raccoon"],
)
def test_manifests_hold_digests_sizes_and_paths(name):
    for sha256, size, path in rows(name):
        assert re.fullmatch("[0-9a-f]{64}", sha256)
        assert size > 0
        assert not path.startswith("/")
        assert ".." not in path


def test_the_digest_of_a_set_depends_on_every_file():
    official = catalog.WEIGHTS["yolox_nano"].official
    assert official.sha256 == official.files[0].check.removeprefix("sha256:")
    assert catalog.WEIGHTS["alexnet"].official.sha256 is None  # eight figures of it are published
