"""What all tests share: an environment of their own, seeds, marks for what a machine may lack, a count of skips.

No test reaches another host or the user's settings. A test that needs more than the packages says so by a mark; where
that is lacking the test is skipped, and the run ends with how many were skipped and why. A skip without a reason fails.
"""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import io
import json
import os
import random
import shutil
import socket
import sys
import warnings
import zipfile
from collections import Counter, OrderedDict
from pathlib import Path

import numpy
import pytest
from PIL import Image

os.environ["MPLBACKEND"] = "agg"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # no start-up lines of tensorflow's; errors still raise
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # sums in one order, the same at every run

MARKS = (
    "keras: computes with keras and tensorflow",
    "torch: computes with torch",
    "browser: opens pages in Chromium",
    "pdf: reads PDFs with poppler's tools",
    "data(*names): needs real data sets or weights, by their folder or file name under CNNLAB_DATA",
    "slow: takes more than about twenty seconds; ARGS='-m \"not slow\"' leaves it out",
)
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM = next((path for path in map(shutil.which, BROWSERS) if path), None)
DATA = [Path(folder).resolve() for folder in os.environ.get("CNNLAB_DATA", "").split(os.pathsep) if folder]
PACKAGES = Path("/usr/share/datasets")  # of Debian


def pytest_configure(config):
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


# ---- what a machine may lack


def pytest_runtest_setup(item):
    lacks = next(filter(None, (lack(mark) for mark in item.iter_markers())), None)
    if lacks:
        pytest.skip(lacks)


def lack(mark: pytest.Mark) -> str | None:
    """What this machine lacks for a mark, and how to get it; None where nothing is lacking."""
    if mark.name in ("keras", "torch"):
        return None if imported(mark.name) else f"{mark.name} is not installed: pip install -r requirements.txt"
    if mark.name == "browser":
        if not importlib.util.find_spec("playwright"):
            return "playwright is not installed: pip install -r requirements-test.txt"
        return None if CHROMIUM else "no Chromium on the PATH: install the system's package chromium"
    if mark.name == "pdf":
        return (
            None
            if shutil.which("pdftotext")
            else "no pdftotext on the PATH: install the system's package poppler-utils"
        )
    if mark.name == "data":
        if not DATA:
            return "CNNLAB_DATA is not set: it names the folders with real data"
        missing = [
            name
            for name in mark.args
            if not any((folder / kind / name).exists() for folder in DATA for kind in ("data", "weights"))
            and not (PACKAGES / name.replace("_", "-")).exists()
        ]
        return f"not under CNNLAB_DATA: {', '.join(missing)}" if missing else None
    return None


def imported(framework: str) -> bool:
    """Import a framework, once, without its own warnings: in tests a warning is an error, and these are not ours."""
    if importlib.util.find_spec(framework) is None:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if importlib.util.find_spec("triton"):
            importlib.import_module("triton")  # part of torch, which crashes when tensorflow is loaded before this
        importlib.import_module(framework)
    return True


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium (playwright's Browser) for tests marked `browser`; open a page with `browser.new_page()`.

    One for a module: while it is open its event loop runs, and nothing else can run one (rendering cells does).
    """
    from playwright.sync_api import sync_playwright

    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, chromium_sandbox=os.geteuid() != 0)
        yield running
        running.close()


# ---- the same start for every test


@pytest.fixture(autouse=True)
def environment(request, monkeypatch, tmp_path):
    """No variable of the user's, a download cache of the test's own, CNNLAB_DATA only where the test asks for data."""
    for name in ("CNNLAB_DATA", "QUARTO_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    if request.node.get_closest_marker("data"):
        monkeypatch.setenv("CNNLAB_DATA", os.pathsep.join(map(str, DATA)))
    monkeypatch.setenv("CNNLAB_CACHE", str(tmp_path / "download-cache"))


@pytest.fixture(autouse=True)
def seeds():
    random.seed(0)
    numpy.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Connecting to another host raises; servers that a test starts on this one are reached."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise ConnectionRefusedError(f"a test connects to {address[0]}: tests reach no other host")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


# ---- drawn data


FLOWERS = ((220, 40, 40), (240, 220, 60), (120, 60, 200))
FIRST_NUMBERS = {"train": 1, "val": 101, "test": 201}  # number of the first photo


@pytest.fixture
def drawn_flowers(tmp_path):
    """A tiny set of flowers in the layout of the real one: three photos a split for each of three species."""
    folder = tmp_path / "flowers102"
    draw_flowers(folder)
    return folder


def draw_flowers(folder, count=3, side=48):
    folder.mkdir()
    chance = numpy.random.default_rng(0)
    for split, first in FIRST_NUMBERS.items():
        with zipfile.ZipFile(folder / f"{split}.zip", "w") as archive:
            for place in range(3 * count):
                pixels = numpy.clip(chance.normal(FLOWERS[place % 3], 20, (side, side + 8, 3)), 0, 255).astype(
                    numpy.uint8
                )
                buffer = io.BytesIO()
                Image.fromarray(pixels).save(buffer, "WEBP")
                archive.writestr(f"{place % 3 + 1}/image_{first + place:05d}.webp", buffer.getvalue())


@pytest.fixture
def drawn_digits(tmp_path):
    """A tiny set in the layout of MNIST and Fashion-MNIST: 8 training and 4 test pictures of each of ten classes."""
    folder = tmp_path / "digits"
    draw_digits(folder)
    return folder


def draw_digits(folder, train=80, test=40):
    folder.mkdir()
    chance = numpy.random.default_rng(0)
    for split, count in (("train", train), ("t10k", test)):
        labels = (numpy.arange(count) % 10).astype(numpy.uint8)
        images = chance.integers(0, 60, (count, 28, 28), dtype=numpy.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label : 2 * label + 6] += 180
        write_idx(folder / f"{split}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{split}-labels-idx1-ubyte.gz", labels)


def write_idx(path, values, compress=gzip.compress):
    """Write an array of uint8 as an idx file."""
    header = bytes((0, 0, 8, values.ndim)) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    path.write_bytes(compress(header + values.tobytes()))


COCO_LICENCES = {4: ("by", "Attribution License"), 5: ("by-sa", "Attribution-ShareAlike License")}


@pytest.fixture
def drawn_coco(tmp_path):
    """Two small photos, red and blue, in the layout of the catalogue's compact COCO."""
    folder = tmp_path / "coco"
    (folder / "images").mkdir(parents=True)
    licences = [
        {"id": each, "url": f"http://creativecommons.org/licenses/{kind}/2.0/", "name": name}
        for each, (kind, name) in COCO_LICENCES.items()
    ]
    listed = {"licenses": licences, "images": [], "annotations": [], "categories": []}
    for number, licence, colour in ((5001, 4, (200, 30, 30)), (30213, 5, (30, 30, 200))):
        listed["images"].append({"id": number, "file_name": f"{number:012d}.jpg", "license": licence})
        Image.new("RGB", (64, 48), colour).save(folder / "images" / f"{number:012d}.jpg")
    (folder / "instances_val2017_subset.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


RACCOONS = {  # number of the photo: its boxes, as COCO writes them
    "train": {
        1: [(10, 12, 40, 30)],
        2: [(0, 0, 80, 60)],
        3: [(4, 4, 20, 40), (50, 10, 24, 36)],
        4: [],
        52: [(30, 20, 30, 30)],
        74: [(8, 8, 40, 40)],
    },
    "test": {10: [(20, 10, 48, 40)], 50: [(30, 20, 30, 30)], 60: [(0, 10, 30, 30), (44, 20, 36, 40)]},
}


@pytest.fixture
def drawn_raccoons(tmp_path):
    """Black photos with brown boxes in the layout of the catalogue's compact raccoons; 52 and 74 repeat 50."""
    folder = tmp_path / "raccoon"
    (folder / "images").mkdir(parents=True)
    for split, photos in RACCOONS.items():
        listed = {"images": [], "annotations": [], "categories": [{"id": 1, "name": "raccoon"}]}
        for number, boxes in photos.items():
            picture, name = Image.new("RGB", (80, 60)), f"raccoon-{number}.jpg"
            listed["images"].append({"id": number, "file_name": name, "width": 80, "height": 60})
            for x, y, width, height in boxes:
                picture.paste((160, 100, 40), (x, y, x + width, y + height))
                box = {"id": len(listed["annotations"]) + 1, "image_id": number, "category_id": 1, "iscrowd": 0}
                listed["annotations"].append({**box, "bbox": [x, y, width, height], "area": width * height})
            picture.save(folder / "images" / name, quality=95, subsampling=0)
        (folder / f"instances_{split}_bing0037.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


@pytest.fixture
def drawn_catsdogs(tmp_path):
    """Two black cats and two white dogs in the layout of the catalogue's compact form."""
    folder = tmp_path / "catsdogs"
    folder.mkdir()
    for split, first in (("train", 1), ("test", 4001)):
        with zipfile.ZipFile(folder / f"{split}.zip", "w") as archive:
            for animal, colour in (("dog", "white"), ("cat", "black")):
                for number in (first + 1, first):
                    buffer = io.BytesIO()
                    Image.new("RGB", (40, 30), colour).save(buffer, "WEBP", lossless=True)
                    archive.writestr(f"{animal}s/{animal}.{number}.webp", buffer.getvalue())
    return folder


# ---- drawn boxes and a detector so small that it learns in a blink

LEFT, RIGHT = (0, 200, 0), (200, 0, 0)


@pytest.fixture
def annotated():
    """Draw a black photo: each box is filled, its left half green and its right half red."""

    def draw(*boxes, size=(64, 48), number=1):
        from cnnlab.data.annotations import Annotated
        from cnnlab.data.photos import Photo

        picture, buffer = Image.new("RGB", size), io.BytesIO()
        for x1, y1, x2, y2 in boxes:
            picture.paste(RIGHT, (x1, y1, x2, y2))
            picture.paste(LEFT, (x1, y1, (x1 + x2) // 2, y2))
        picture.save(buffer, "PNG")
        photo = Photo(buffer.getvalue(), 0, number, f"photo-{number}.png")
        return Annotated(photo, numpy.array(boxes, numpy.float32).reshape(-1, 4))

    return draw


@pytest.fixture
def tiny_detector():
    """Build a Faster R-CNN of torchvision's with two convolutions, always with the same random weights."""

    def build():
        import torch
        from torch import nn
        from torchvision.models.detection import FasterRCNN
        from torchvision.models.detection.anchor_utils import AnchorGenerator
        from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
        from torchvision.ops import MultiScaleRoIAlign

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            layers = {"first": nn.Conv2d(3, 8, 3, stride=4, padding=1), "rectified": nn.ReLU()}
            layers |= {"second": nn.Conv2d(8, 8, 3, stride=2, padding=1)}
            trunk = nn.Sequential(OrderedDict(layers))
            trunk.out_channels = 8
            return FasterRCNN(
                trunk,
                rpn_anchor_generator=AnchorGenerator(((12, 24),), ((1.0,),)),
                box_roi_pool=MultiScaleRoIAlign(["0"], 3, 2),
                box_head=TwoMLPHead(8 * 9, 16),
                box_predictor=FastRCNNPredictor(16, 2),
                min_size=64,
                max_size=96,
                rpn_post_nms_top_n_train=20,
                rpn_post_nms_top_n_test=20,
                box_batch_size_per_image=8,
            )

    return build


# ---- random weights


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """Random weights in the form that the catalogue has them."""
    import torch
    from safetensors.torch import save_file

    from cnnlab.models.pretrained import resnet50, squeezenet1_1
    from cnnlab.models.weights_torch import save

    folder = tmp_path_factory.mktemp("weights")
    files = {name: folder / f"{name}.safetensors" for name in ("resnet50_keras", "squeezenet1_1")}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save_file(keras_named(resnet50()), files["resnet50_keras"])
        save(squeezenet1_1(), files["squeezenet1_1"])
    return files


def keras_named(network):
    """The weights of torchvision's module under the names, and in the layout, of Keras's file."""
    from cnnlab.models.pretrained import VARIABLES, torch_name

    stages = {"conv1": 0, **{f"conv{s}": blocks for s, blocks in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True)}}
    layers = ["conv1_conv", "conv1_bn"]
    for stage, blocks in stages.items():
        for block in range(1, blocks + 1):
            places = (0, 1, 2, 3) if block == 1 else (1, 2, 3)
            layers += [f"{stage}_block{block}_{place}_{kind}" for place in places for kind in ("conv", "bn")]
    state, out = network.state_dict(), {}
    for layer in layers:
        name = torch_name(layer)
        if layer.endswith("conv"):
            out[f"{layer}/kernel"] = state[f"{name}.weight"].permute(2, 3, 1, 0).contiguous()
        else:
            out |= {f"{layer}/{theirs}": state[f"{name}.{ours}"].clone() for theirs, ours in VARIABLES.items()}
    out["predictions/kernel"] = state["fc.weight"].T.contiguous()
    return {**out, "predictions/bias": state["fc.bias"]}


@pytest.fixture(scope="session")
def write_onnx():
    """Write convolutions, (weight, bias) in their order, as an ONNX file: no more of one than is read."""

    def integer(value):
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + integer(value >> 7)

    def message(*fields):
        parts = (
            integer(number << 3) + integer(value)
            if isinstance(value, int)
            else integer(number << 3 | 2) + integer(len(value)) + value
            for number, value in fields
        )
        return b"".join(parts)

    def tensor(name, values):
        sizes = ((1, size) for size in values.shape)
        return message(*sizes, (2, 1), (8, name.encode()), (9, values.numpy().astype("<f4").tobytes()))

    def write(path, convolutions):
        nodes, tensors = [], []
        for number, pair in enumerate(convolutions):
            names = [f"{number}.weight", f"{number}.bias"]
            inputs = ((1, name.encode()) for name in ("x", *names))
            nodes += [(1, message(*inputs, (2, b"y"), (4, b"Conv"))), (1, message((1, b"y"), (4, b"Sigmoid")))]
            tensors += [(5, tensor(*each)) for each in zip(names, pair, strict=True)]
        path.write_bytes(message((1, 7), (2, b"drawn"), (7, message(*nodes, *reversed(tensors)))))

    return write


@pytest.fixture(scope="session")
def drawn_yolox(tmp_path_factory, write_onnx):
    """A YOLOX-nano with random weights, as an ONNX file."""
    import torch

    from cnnlab.models.yolox_torch import YoloXNano

    path = tmp_path_factory.mktemp("yolox") / "yolox_nano.onnx"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = [each for each in YoloXNano().modules() if isinstance(each, torch.nn.Conv2d)]
    write_onnx(path, [(each.weight.detach(), each.bias.detach()) for each in layers])
    return path


# ---- skips


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return with_reason((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return with_reason((yield))


def with_reason(report):
    """A skip without a reason becomes a failure."""
    if report.skipped and not hasattr(report, "wasxfail") and reason(report) in ("", "unconditional skip"):
        report.outcome, report.longrepr = (
            "failed",
            "skipped without a reason: say in the skip what is lacking and how to get it",
        )
    return report


def reason(report) -> str:
    return report.longrepr[2].removeprefix("Skipped").lstrip(": ")


def pytest_terminal_summary(terminalreporter):
    skipped = Counter(map(reason, terminalreporter.stats.get("skipped", [])))
    if skipped:
        terminalreporter.section(f"{skipped.total()} skipped")
        for why, count in skipped.most_common():
            terminalreporter.line(f"{count:4} × {why}")
