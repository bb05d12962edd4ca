"""The page that classifies the reader's photo, opened from the disk in a browser: the same logits as torch's."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnlab import look, results
from cnnlab.experiments.browser_squeezenet import figures, weights_file
from cnnlab.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLOSE = 1e-2  # between a logit here and torch's with weights in single precision
WAIT = 300_000  # milliseconds, on a busy machine
CAMERA = """navigator.mediaDevices.getUserMedia = async () => {
  if (window.refused) throw new DOMException("no", "NotAllowedError");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const paint = () => { canvas.getContext("2d").fillRect(0, 0, 64, 48); requestAnimationFrame(paint); };
  paint();
  return window.stream = canvas.captureStream();
};"""


@pytest.fixture(scope="module")
def kept():
    return results.load("browser_squeezenet")


@pytest.fixture(scope="module")
def folder(kept, tmp_path_factory):
    """A folder with the page in English, its file of weights, and a page without that file."""
    folder = tmp_path_factory.mktemp("page")
    data = {**figures.page_data(kept, Words("en")), "stride": 80}
    text = json.dumps(data).replace("</", "<\\/")
    script = figures.PAGE.read_text(encoding="utf-8")
    extension = Path(look.__file__).parents[1] / "_extensions" / "informe"
    styles = "".join((extension / name).read_text(encoding="utf-8") for name in ("tokens.css", "elements.scss"))
    page = (
        f'<!doctype html><meta charset="utf-8"><style>{styles}</style>'
        f'<main class="content"><div class="script-figure"><script type="application/json">{text}</script></div>'
        f'<script>{script}</script><a href="FOLDER/{weights_file.NAME}">weights</a></main>'
    )
    for name, place in (("page", "files"), ("alone", "nowhere")):
        (folder / f"{name}.html").write_text(page.replace("FOLDER", place), encoding="utf-8")
    (folder / "files").mkdir()
    (folder / "files" / weights_file.NAME).write_text(figures.weights_script(kept), encoding="ascii")
    return folder


class Reader:
    """What a reader does with the page, and what it answers."""

    def __init__(self, page):
        self.page = page
        self.said = page.locator("p[role=status]").first

    def choose(self, content, name="photo.png"):
        """Choose a file (bytes, or a picture that is saved as PNG) and wait for its result, as arrays."""
        if isinstance(content, Image.Image):
            buffer = io.BytesIO()
            content.save(buffer, "PNG")
            content = buffer.getvalue()
        self.page.evaluate("delete document.querySelector('.script-figure').classified")
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.locator("input[type=file]").set_input_files(file)
        return self.result()

    def refuse(self, content, name, expected):
        """Choose a file that is no photo, and read what the page says."""
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.locator("input[type=file]").set_input_files(file)
        self.page.wait_for_function(
            f"document.querySelector('[role=status]').innerText.includes({expected!r})", timeout=WAIT
        )
        return self.said.inner_text()

    def result(self):
        self.page.wait_for_function("document.querySelector('.script-figure').classified", timeout=WAIT)
        values = self.page.evaluate(
            "(({ seen, logits, milliseconds }) => [[...seen], [...logits], milliseconds])"
            "(document.querySelector('.script-figure').classified)"
        )
        seen, logits = np.array(values[0], np.uint8), np.array(values[1])
        return seen.reshape(224, 224, 4), logits, values[2]


@pytest.fixture
def reader(browser, folder):
    """The page, opened from the disk; another request, a message of the console or an exception fails the test."""
    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    here = ("data:", "blob:", folder.as_uri())
    page.on("request", lambda asked: None if asked.url.startswith(here) else troubles.append(asked.url))
    page.add_init_script(CAMERA)
    page.goto((folder / "page.html").as_uri())
    yield Reader(page)
    page.close()
    assert not troubles


def test_nothing_is_loaded_before_a_photo_is_chosen(reader):
    assert reader.page.evaluate("performance.getEntriesByType('resource').length") == 0
    assert reader.page.locator("table").is_hidden()


def test_the_logits_of_the_three_photos_are_torch_s(reader, kept):
    """The buttons are reached and pressed with the keyboard; the page says its own difference."""
    buttons = reader.page.get_by_role("group", name="Examples").get_by_role("button")
    for place, photo in enumerate(kept.photos):
        reader.page.evaluate("delete document.querySelector('.script-figure').classified")
        buttons.nth(place).focus()
        reader.page.keyboard.press("Enter")
        seen, logits, milliseconds = reader.result()
        difference = np.abs(logits - kept.arrays["logits"][place]).max()
        print(f"{photo.name}: largest difference {difference:.5f}, {milliseconds / 1000:.2f} s")
        assert difference < CLOSE
        assert np.abs(seen[..., :3].astype(int) - figures.seen(kept.picture(photo.name))).max() <= 1
        cells = reader.page.locator("tbody tr").first.locator("td").all_inner_texts()
        assert cells[0] == photo.top[0].label
        assert float(cells[1].removesuffix("%")) == pytest.approx(100 * photo.top[0].probability, abs=0.2)
        assert "Largest difference from torch's logits: 0.0" in reader.said.inner_text()
    channels = ", ".join(map(str, kept.arrays["shown"][-1]))
    reader.page.get_by_role("button", name=kept.photos[0].name.capitalize()).click()
    reader.page.get_by_role("img", name=channels).wait_for(timeout=WAIT)


def test_the_occlusion_map_is_torch_s(reader, kept):
    reader.page.get_by_role("group", name="Examples").get_by_role("button").first.click()
    reader.result()
    reader.page.get_by_role("button", name="Compute the occlusion map").click()
    reader.page.wait_for_function("document.querySelector('.script-figure').classified.occlusion", timeout=WAIT)
    once = reader.page.evaluate("document.querySelector('.script-figure').classified.occlusion")
    assert np.abs(np.reshape(once, (3, 3)) - kept.arrays["occlusion"][::5, ::5]).max() < CLOSE
    assert "falls most" in reader.page.locator("p[role=status]").nth(1).inner_text()
    reader.page.evaluate("document.querySelector('.script-figure').classified.occlusion = null")
    reader.page.get_by_role("button", name="Compute the occlusion map again").click()
    stop = reader.page.get_by_role("button", name="Stop")
    stop.click()
    reader.page.get_by_role("button", name="Compute the occlusion map").click()
    reader.page.wait_for_function("document.querySelector('.script-figure').classified.occlusion", timeout=WAIT)
    assert reader.page.evaluate("document.querySelector('.script-figure').classified.occlusion") == once


@pytest.mark.torch
def test_with_the_same_weights_torch_s_logits_are_those_of_the_browser(reader, kept):
    from cnnlab.experiments.browser_squeezenet.compute import logits_of, normalised
    from cnnlab.experiments.browser_squeezenet.quantising import kept_network

    with Image.open(kept.picture("cat")) as file:
        picture = file.convert("RGB")
    _, logits, _ = reader.choose(picture)
    difference = np.abs(logits - logits_of(kept_network(kept), normalised([picture]))[0]).max()
    print(f"largest difference with the same weights {difference:.6f}")
    assert difference < 1e-3


def test_the_listing_for_the_console_prints_the_highest_logits(reader):
    chapter = Path(look.__file__).parents[1] / "chapters" / "l8-su-foto.qmd"
    code = (
        chapter.read_text(encoding="utf-8").partition("```{#lst-foto-consola")[2].partition("```")[0].partition("\n")[2]
    )
    _, logits, _ = reader.choose(Image.new("RGB", (300, 240), "green"))
    with reader.page.expect_console_message() as said:
        reader.page.evaluate(f"{{ {code} }}")
    rows = [line.split() for line in said.value.text.splitlines()]
    assert [int(place) for place, _ in rows] == np.argsort(-logits, kind="stable")[:10].tolist()
    assert float(rows[0][1]) == pytest.approx(logits.max())


@pytest.mark.torch
def test_photos_are_resized_as_torchvision_does(reader):
    from torchvision.transforms import v2

    y, x = np.mgrid[:301, :443]
    waves = np.stack([np.sin(x / 9 + y / 31), np.sin(y / 5), np.cos((x - y) / 17)], -1)
    picture = Image.fromarray((127.5 + 120 * waves).round().astype(np.uint8))
    for each in (picture, picture.transpose(Image.Transpose.ROTATE_90), picture.resize((90, 61))):
        tensor = v2.functional.pil_to_tensor(each)
        expected = v2.Compose([v2.Resize(256, antialias=True), v2.CenterCrop(224)])(tensor).permute(1, 2, 0).numpy()
        seen, _, _ = reader.choose(each)
        difference = np.abs(seen[..., :3].astype(int) - expected)
        assert difference.max() <= 1 and difference.mean() < 0.02, each.size


def test_grey_clear_and_turned_photos(reader):
    seen, _, _ = reader.choose(Image.new("L", (300, 240), 90))
    assert (seen == (90, 90, 90, 255)).all()
    seen, _, _ = reader.choose(Image.new("RGBA", (300, 240), (200, 0, 0, 0)))
    assert (seen == 255).all()
    half = Image.new("RGB", (256, 256), "black")
    half.paste("white", (0, 0, 128, 256))  # white at the left
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the left side is up
    half.save(buffer, "JPEG", exif=exif)
    seen, _, _ = reader.choose(buffer.getvalue(), "turned.jpg")
    assert seen[:100, :, :3].min() > 240 and seen[124:, :, :3].max() < 15


def test_what_is_no_photo_is_refused_in_words(reader):
    said = reader.refuse(b"no picture", "notes.txt", "notes.txt")
    assert said == "notes.txt is no picture that this browser can read. Save it as JPEG or PNG."
    buffer = io.BytesIO()
    Image.new("1", (12_000, 10_000)).save(buffer, "PNG")
    assert "120 megapixels; up to 100" in reader.refuse(buffer.getvalue(), "map.png", "map.png")
    buffer = io.BytesIO()
    Image.new("L", (500, 4)).save(buffer, "PNG")
    assert "500 × 4 pixels" in reader.refuse(buffer.getvalue(), "line.png", "line.png")
    assert "empty.png" in reader.refuse(b"", "empty.png", "empty.png")
    assert reader.page.locator("table").is_hidden()
    assert reader.page.evaluate("document.querySelector('.script-figure').classified") is None
    seen, _, _ = reader.choose(Image.new("RGB", (300, 240), "blue"))  # and it goes on
    assert seen[0, 0].tolist() == [0, 0, 255, 255]


def test_a_photo_of_fifty_megapixels_is_classified(reader):
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((8660, 5774)).save(buffer, "JPEG", quality=60)
    seen, _, _ = reader.choose(buffer.getvalue(), "large.jpg")
    column = seen[:, 112, 0].astype(int)
    assert (np.diff(column) >= -1).all() and column[-1] - column[0] > 200


def test_the_camera_is_used_and_closed(reader):
    page = reader.page
    page.get_by_role("button", name="Use the camera").click()
    page.get_by_role("button", name="Take the photo").click()
    seen, _, _ = reader.result()
    assert (seen[..., :3] == 0).all()
    assert page.evaluate("window.stream.getTracks()[0].readyState") == "ended"
    page.evaluate("window.refused = true")
    page.get_by_role("button", name="Use the camera").click()
    page.wait_for_function("document.querySelector('[role=status]').innerText.includes('cannot be used')")


def test_a_file_of_weights_that_is_not_there_is_named(browser, folder):
    page = browser.new_page()
    page.goto((folder / "alone.html").as_uri())
    page.get_by_role("button", name="Cat").click()
    page.wait_for_function("document.querySelector('[role=status]').innerText.includes('squeezenet.js')", timeout=WAIT)
    page.close()


@pytest.mark.torch
@pytest.mark.data("hymenoptera", "squeezenet1_1.safetensors")
def test_photos_of_a_data_set_have_torch_s_logits_from_the_file_on(reader):
    """Decoder, resizing and network, all of them the browser's against all of them Python's."""
    from cnnlab import catalog
    from cnnlab.data import hymenoptera
    from cnnlab.experiments.browser_squeezenet.compute import logits_of, normalised
    from cnnlab.models.pretrained import squeezenet1_1

    network = squeezenet1_1(catalog.find("squeezenet1_1").path)
    photos = hymenoptera.load(catalog.find("hymenoptera").path, "val")
    for photo in (photos[0], photos[70], photos[-1]):
        expected = logits_of(network, normalised([photo.picture()]))[0]
        _, logits, milliseconds = reader.choose(photo.content, "photo.jpg")
        print(f"largest difference {np.abs(logits - expected).max():.5f}, {milliseconds / 1000:.2f} s")
        assert np.abs(logits - expected).max() < 5 * CLOSE  # decoders of JPEG differ by a level here and there
        assert logits.argmax() == expected.argmax()
