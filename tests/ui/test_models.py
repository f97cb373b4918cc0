"""The models page in a browser: the table, what it tells of each model, files to take away, links to share."""

import hashlib
import json
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

import zoo
from demos.frame import shelf
from demos.widgets import model_sheet
from tests.sweep import ALL
from tests.ui.conftest import ROOT, Server
from zoo import card, registry
from zoo.config import Config

NAMES = zoo.list_models()


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The page with its first model, which tests of this file share."""
    return opened(visit("/models", again=True))


def opened(page: Page) -> Page:
    page.locator(".sheet h2").first.wait_for()
    return page


def test_the_table_holds_every_model_with_the_figures_of_its_config(page: Page):
    rows = page.locator(".zoo tr[data-model]")
    assert sorted(rows.evaluate_all("rows => rows.map(row => row.dataset.model)")) == NAMES
    for name in NAMES:
        config = json.loads((registry.find(name) / "config.json").read_text())
        row = page.locator(f".zoo tr[data-model='{name}']")
        expect(row.locator(".parameters")).to_have_text(f"{config['parameters']:,}")
        expect(row.locator(".accuracy")).to_have_text(card.spread(Config.from_json(json.dumps(config))))
        assert row.locator("em").count() == (config["recipe"]["origin"] != "ours")


@pytest.mark.parametrize("name", NAMES if ALL else ["softmax-fashion-mnist-notes"])
def test_a_link_to_a_model_opens_its_sheet(visit: Callable[..., Page], name: str):
    page = opened(visit(f"/models?model={name}"))

    expect(page.locator(".sheet .name code")).to_have_text(name)
    expect(page.locator(".zoo tr[aria-current]")).to_have_attribute("data-model", name)
    expect(page.locator(".fig svg").first).to_be_visible()


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_says_what_the_config_says(name: str):
    config = zoo.load(name).config
    sheet = model_sheet.sheet(zoo.load(name))

    shares = [float(share) for share in re.findall(r"<b>([0-9.]+)%</b></li>", sheet)]
    of_kinds = list((config.confidence.familiarity.flagged or {}).values())
    assert shares == pytest.approx(
        [100 * share for share in (*config.metrics.per_class_accuracy, *of_kinds)], abs=0.051
    )
    assert config.sha256["model.safetensors"] in sheet
    assert f"{config.parameters:,}" in sheet
    assert f"{config.metrics.test_accuracy:.2%}" in sheet
    assert f"{config.history[-1]['train_loss']:.4f}" in sheet
    assert config.date in sheet


def test_the_confusion_matrix_is_the_configs(page: Page):
    config = zoo.load(page.locator(".sheet .name code").inner_text()).config
    cells = page.locator(".confusion tbody td").all_inner_texts()

    assert [int(cell or 0) for cell in cells] == [count for row in config.metrics.confusion for count in row]


def test_a_cell_of_the_matrix_shows_its_test_images_and_stands_in_the_address(visit: Callable[..., Page], datasets):
    page = opened(visit("/models?model=softmax-mnist"))
    cell = page.get_by_role("button", name=re.compile("label 8, answer 9: "))
    count = int(cell.inner_text())
    cell.click()
    figures = page.locator(".cell figure")
    expect(figures).to_have_count(count)
    expect(page.locator(".cell > p")).to_contain_text(f"{count} test images with the label 8 are read as 9.")
    expect(figures.first).to_contain_text(re.compile(r"8 #\d+\s*9 \d+\.\d%"))
    expect(page.locator(".cell .doubted")).to_contain_text("#947")
    expect(page.get_by_role("figure", name="Test image 947, label 8")).to_be_visible()
    page.wait_for_function("document.querySelector('.cell canvas').getContext('2d').getImageData(14, 14, 1, 1).data[3]")
    assert "cell=8-9" in page.url

    cell.focus()
    page.keyboard.press("ArrowUp")  # 7 read as 9
    page.keyboard.press("Enter")
    expect(page.locator(".cell > p")).to_contain_text("test images with the label 7 are read as 9.")
    assert (
        page.evaluate("[...document.querySelectorAll('.confusion button')].filter(each => each.tabIndex === 0).length")
        == 1
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile(r"mlp-256-mnist$")).click()
    expect(page.locator(".sheet .name code")).to_have_text("mlp-256-mnist")
    expect(page.locator(".cell > p")).to_contain_text(
        "with the label 8 are read as 9"
    )  # the same cell of another network

    page.reload()
    expect(page.locator(".cell > p")).to_contain_text("with the label 8 are read as 9")
    page.get_by_role("button", name="The 15 doubted labels").click()
    expect(figures).to_have_count(15)


def test_a_click_on_a_row_opens_the_model_and_keeps_it_in_the_address(visit: Callable[..., Page]):
    page = opened(visit("/models"))
    page.get_by_role("link", name=re.compile(r"softmax-fashion-mnist$")).click()

    expect(page.locator(".sheet .name code")).to_have_text("softmax-fashion-mnist")
    assert "model=softmax-fashion-mnist" in page.url
    expect(page.locator(".zoo tr[aria-current]")).to_have_count(1)
    page.reload()
    expect(page.locator(".sheet .name code")).to_have_text("softmax-fashion-mnist")


def test_an_unknown_model_in_the_address_opens_the_first_one(visit: Callable[..., Page]):
    page = opened(visit("/models?model=../../etc/passwd"))

    expect(page.locator(".sheet .name code")).to_have_text(next(iter(shelf.models()[0])))


def test_every_file_can_be_downloaded_whole(page: Page, app: Server):
    name = page.locator(".sheet .name code").inner_text()
    links = page.locator(".files a")
    assert links.all_inner_texts() == list(registry.FILES)
    for i, file in enumerate(registry.FILES):
        with page.expect_download() as download:
            links.nth(i).click()
        expected = (registry.find(name) / file).read_bytes()
        assert download.value.suggested_filename == file
        assert hashlib.sha256(download.value.path().read_bytes()).digest() == hashlib.sha256(expected).digest()


@pytest.mark.parametrize("path", ["README.md", "zoo/__init__.py", "weights", "weights/../README.md"])
def test_no_other_file_is_served(app: Server, path: str):
    assert httpx.get(f"{app.url}/gradio_api/file={ROOT / path}").status_code in (403, 404)


def test_the_snippets_are_the_cards(page: Page):
    config = zoo.load(page.locator(".sheet .name code").inner_text()).config
    code = page.locator(".cm-content:visible")

    expect(code).to_contain_text(card.zoo_snippet(config).splitlines()[2])
    page.get_by_role("tab", name="With torch and safetensors alone").click()
    expect(code).to_contain_text('w = load_file("model.safetensors")')


@pytest.mark.parametrize(
    ("name", "tiles"), [("softmax-mnist", 10), ("lenet5-mnist", 6), ("mlp-256-mnist", model_sheet.MOST_UNITS)]
)
def test_the_first_layer_is_shown_as_pictures(name: str, tiles: int):
    sheet = model_sheet.sheet(zoo.load(name))

    assert sheet.count("<figure><img") == tiles


def test_the_worst_mistakes_are_mistakes(visit: Callable[..., Page], datasets: dict[str, object]):
    page = opened(visit("/models?model=softmax-mnist"))
    mistakes = page.locator(".tiles figure:has(img.grey)")
    expect(mistakes).to_have_count(model_sheet.WORST)
    captions = mistakes.all_inner_texts()
    pairs = [re.match(r"(\d) → (\d) (\d+)%", caption.replace("\n", " ")).groups() for caption in captions]
    assert all(label != answer for label, answer, _ in pairs)
    sure = [int(share) for *_, share in pairs]
    assert sure == sorted(sure, reverse=True)
    counts = zoo.load("softmax-mnist").config.metrics.confusion
    wrong = sum(map(sum, counts)) - sum(row[i] for i, row in enumerate(counts))
    expect(page.locator(".sheet").last).to_contain_text(f"{wrong} of 10,000 test images are wrong")


def test_a_chinese_reader_gets_chinese(visit: Callable[..., Page]):
    page = opened(visit("/models?model=lenet5-fashion-mnist", locale="zh-CN"))

    expect(page.locator(".sheet h3").first).to_have_text("基本信息")
    expect(page.locator(".classes li").first).to_contain_text("T恤/上衣")
