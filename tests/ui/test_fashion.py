"""The fashion page in a browser: a picture is uploaded, an example is clicked, and the label is read on the page."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import Locator, Page, expect

import zoo
from demos.examples import draw
from demos.frame import shelf
from tests.ui.conftest import Server
from zoo import data, datasets

LABELS = datasets.find("fashion-mnist").labels


def test_of_the_zoos_own_only_lenet5_was_shown_what_looks_like_photos() -> None:
    """As the page says of itself."""
    shown = {name for name, recipe in zoo.RECIPES.items() if "photos" in recipe.augment}
    assert shown == {"lenet5-fashion-mnist"}


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The page, which tests of this file share: each gives it a picture of its own, and leaves it with one that was read."""
    return opened(visit("/fashion", again=True))


def opened(page: Page) -> Page:
    expect(answer(page)).not_to_have_text("?")  # the page's own example was read, so that it is listening now
    return page


def answer(page: Page) -> Locator:
    return page.locator(".verdict .answer")


def upload(page: Page, path: Path) -> None:
    page.locator("#garment input[type=file]").set_input_files(path)


def reads_the_next(page: Page) -> None:
    upload(page, draw.path("Coat"))
    expect(answer(page)).to_have_text("Coat")


@pytest.mark.parametrize("label", LABELS)
def test_every_drawn_example_is_rightly_classified_by_the_default_model(label: str):
    default = next(iter(shelf.of_dataset("fashion-mnist").values()))

    assert default.name == "lenet5-fashion-mnist"
    assert next(iter(default.classify(draw.path(label)))) == label


@pytest.mark.parametrize("label", LABELS)
def test_the_examples_are_what_the_script_draws(label: str):
    sketch = draw.Sketch()
    draw.GARMENTS[label](sketch)
    drawn = np.asarray(sketch.finish(), np.int16)
    kept = np.asarray(Image.open(draw.path(label)).convert("RGB"), np.int16)

    assert np.abs(drawn - kept).mean() < 3  # colours were reduced to 64


def test_the_first_screen_shows_a_garment_that_was_read(visit: Callable[..., Page]):
    page = opened(visit("/fashion", width=390))

    expect(page.locator("#garment img")).to_be_visible()
    expect(answer(page)).to_have_text("Sneaker")
    assert page.evaluate("scrollY") == 0


def test_an_uploaded_picture_is_read_on_the_page(page: Page):
    upload(page, draw.path("Trouser"))

    expect(answer(page)).to_have_text("Trouser")
    expect(page.locator(".reading tr.chosen .reads")).to_have_text("Trouser")
    expect(page.locator(".steps li:not([hidden]) span")).to_have_text(
        ["Your picture", "Find it, turn it upright", "Crop, grey", "Negate, 28 × 28"]
    )


def test_a_click_on_an_example_shows_and_reads_it(page: Page):
    page.get_by_role("button", name="Ankle boot").first.click()

    expect(page.locator("#garment img")).to_be_visible()
    expect(answer(page)).to_have_text("Ankle boot")


def test_every_model_answers_and_the_notes_ones_are_marked(page: Page):
    upload(page, draw.path("Bag"))
    expect(answer(page)).to_have_text("Bag")

    rows = page.locator(".reading tbody tr")
    for i in range(rows.count()):
        expect(rows.nth(i).locator(".reads")).to_have_text(re.compile("[a-z]"))
        expect(rows.nth(i).locator(".ms")).to_have_text(re.compile(r"^[0-9.]+$"))
        marked = rows.nth(i).locator("em").count() == 1
        assert marked == ("-notes" in rows.nth(i).get_attribute("data-model"))


def test_removing_the_picture_removes_the_answer(page: Page):
    upload(page, draw.path("Dress"))
    expect(answer(page)).to_have_text("Dress")
    page.locator("#garment").get_by_role("button", name=re.compile("remove|clear", re.IGNORECASE)).click()

    expect(answer(page)).to_have_text("?")
    reads_the_next(page)


def test_a_picture_of_nothing_is_not_guessed_at(page: Page, tmp_path: Path):
    Image.new("RGB", (80, 60), "teal").save(tmp_path / "blank.png")
    upload(page, tmp_path / "blank.png")

    expect(page.locator(".refused")).to_contain_text("No garment found")
    expect(answer(page)).to_have_text("?")

    page.locator("#garment").get_by_role("button", name=re.compile("remove|clear", re.IGNORECASE)).click()
    Image.new("RGB", (60, 80), "navy").save(tmp_path / "other.png")
    with page.expect_response(lambda response: "/queue/data" in response.url):  # the same answer again
        upload(page, tmp_path / "other.png")
    expect(page.locator(".reading.busy")).to_have_count(0)
    reads_the_next(page)


def test_a_broken_picture_is_explained(page: Page, tmp_path: Path):
    (tmp_path / "cut.png").write_bytes(draw.path("Coat").read_bytes()[:300])
    upload(page, tmp_path / "cut.png")

    expect(page.locator(".refused")).to_contain_text("can't be read as a picture")
    reads_the_next(page)


def strange_pictures() -> list[np.ndarray]:
    """Return pictures that are stored as the data set stores garments, but show nothing that it holds."""
    dot, cross, stripes = np.zeros((3, 28, 28), np.uint8)
    dot[13:15, 13:15] = 255
    cross[range(1, 27), range(1, 27)] = cross[range(1, 27), range(26, 0, -1)] = 255
    stripes[2:26, 2:26:2] = 255
    return [dot, cross, stripes]


def test_what_is_unlike_all_training_pictures_is_said_to_be(visit: Callable[..., Page], tmp_path: Path):
    models = shelf.of_dataset("fashion-mnist").values()
    doubts = ((model.name, each) for model in models for each in strange_pictures() if not model.read(each)[1])
    name, picture = next(doubts)
    Image.fromarray(picture).save(tmp_path / "strange.png")
    page = opened(visit(f"/fashion?model={name}"))
    upload(page, tmp_path / "strange.png")

    expect(page.locator(".strange")).to_contain_text("Unlike anything this model was trained on.")
    page.locator(".strange").get_by_role("button", name="Why?").click()
    nearest, strange, sure = page.locator(".reasons .given > div > p").all()
    model = shelf.of_dataset("fashion-mnist")[name]
    readings, limit = model.read_all(picture[None]), model.config.confidence.familiarity.threshold
    said = f"Strangeness {readings.strangeness.item():.2f}. Above {limit:.2f} a picture".replace("-", "−")
    expect(strange).to_contain_text(said)
    expect(nearest).to_contain_text(
        re.compile(r"Of the ten average pictures, that of [\w/ -]+ is nearest: [\d.]+ of 255")
    )
    expect(sure).to_contain_text(f"has {readings.probabilities.max().item():.1%}")


def test_a_test_image_is_read_from_the_page(visit: Callable[..., Page], datasets: dict[str, object]):
    page = opened(visit("/fashion", again=True))
    examples = page.locator(".thumbnails").nth(1).locator("button")
    expect(examples).to_have_count(10)
    expect(examples.locator("span")).to_have_text(list(LABELS))
    number = int(examples.first.get_attribute("data-number"))
    images, labels = data.load("fashion-mnist", "test")
    assert LABELS[labels[number]] == "T-shirt/top"
    examples.first.click()

    scores = zoo.load("lenet5-fashion-mnist")(images[number][None])
    expect(answer(page)).to_have_text(LABELS[scores.argmax()])
    before = examples.evaluate_all("all => all.map(each => each.dataset.number)")
    page.get_by_role("button", name="Ten others").click()
    expect(examples.first).not_to_have_attribute("data-number", before[0])


def test_a_chinese_reader_gets_chinese(visit: Callable[..., Page]):
    page = opened(visit("/fashion", locale="zh-CN"))
    upload(page, draw.path("Coat"))

    expect(answer(page)).to_have_text("外套")
    expect(page.get_by_role("button", name="凉鞋").first).to_be_visible()


def photo(path: Path, label: str = "Trouser", **options: object) -> Path:
    """Save a photo-like variant of an example; options: mode, ground, size, turn (degrees), exif (orientation)."""
    picture = Image.open(draw.path(label)).convert("RGB")
    if size := options.get("size"):
        picture = picture.resize(size)
    if turn := options.get("turn"):
        picture = picture.rotate(turn, expand=True)
    if mode := options.get("mode"):
        picture = picture.convert(mode)
    exif = Image.Exif()
    exif[0x0112] = options.get("exif", 1)
    picture.save(path, exif=exif)
    return path


@pytest.fixture(scope="module")
def client(app: Server):
    client = Client(app.url, verbose=False)
    yield client
    client.close()


@pytest.mark.parametrize(
    ("name", "options"),
    {
        "rgb.png": {},
        "grey.png": {"mode": "L"},
        "photo.jpg": {},
        "large.jpg": {"size": (4000, 3000)},
        "turned.jpg": {"turn": 90, "exif": 6},  # a phone held upright stores the picture on its side and says so
        "picture.webp": {},
    }.items(),
)
def test_the_endpoint_reads_any_picture(client: Client, tmp_path: Path, name: str, options: dict):
    answer = client.predict(handle_file(photo(tmp_path / name, **options)), api_name="/classify_fashion")

    assert answer["label"] == "Trouser"
    assert {each["label"] for each in answer["confidences"]} == set(LABELS)


def test_the_endpoint_reads_a_cut_out_garment(client: Client, tmp_path: Path):
    picture = Image.open(draw.path("Trouser")).convert("RGB")
    pixels = np.asarray(picture, np.int16)
    alpha = np.where(np.abs(pixels - draw.GROUND).max(axis=2) > 40, 255, 0).astype(np.uint8)
    picture.putalpha(Image.fromarray(alpha))
    picture.save(tmp_path / "cut-out.png")

    assert client.predict(handle_file(tmp_path / "cut-out.png"), api_name="/classify_fashion")["label"] == "Trouser"


def test_the_endpoint_takes_the_model(client: Client):
    picture = handle_file(draw.path("Bag"))
    best = client.predict(picture, api_name="/classify_fashion")
    notes = client.predict(picture, model="softmax-fashion-mnist-notes", api_name="/classify_fashion")

    assert best["label"] == notes["label"] == "Bag"
    assert best["confidences"] != notes["confidences"]


def test_a_light_garment_on_a_dark_ground(client: Client, tmp_path: Path):
    picture = Image.open(draw.path("Trouser")).convert("RGB")
    buffer = io.BytesIO()
    Image.eval(picture, lambda value: 255 - value).save(buffer, "PNG")
    (tmp_path / "light.png").write_bytes(buffer.getvalue())

    assert client.predict(handle_file(tmp_path / "light.png"), api_name="/classify_fashion")["label"] == "Trouser"
