"""The digits page: what the networks say of a drawing, while the pen is down."""

import re
from collections.abc import Callable

import pytest
from pads import SEVEN, answer, choose, draw, opened, png
from PIL import Image
from playwright.sync_api import Page, expect

LIGHT = (
    "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 == 0 && v > 127).length"
)


def test_a_blank_pad_asks_for_a_digit_and_guesses_nothing(visit: Callable[..., Page]):
    pad = opened(visit("/?draw="))
    expect(answer(pad)).to_have_text("?")
    expect(pad.locator(".hint")).to_have_text("Draw a digit")
    expect(pad.locator(".verdict .sure")).to_have_text("Draw a digit")
    expect(pad.locator(".reading td.reads").first).to_have_text("–")
    for name in ("Undo", "Clear", "Save"):
        expect(pad.get_by_role("button", name=name)).to_be_disabled()


def test_a_seven_drawn_with_the_mouse_is_read_as_a_seven(pad: Page):
    draw(pad, SEVEN)

    expect(answer(pad)).to_have_text("7")
    expect(pad.locator(".hint")).to_be_hidden()


def test_the_answer_comes_while_the_pen_is_down(pad: Page):
    draw(pad, SEVEN, lift=False)

    expect(answer(pad)).to_have_text("7")


def test_what_the_network_sees_is_shown_step_by_step(pad: Page):
    draw(pad, SEVEN)
    expect(answer(pad)).to_have_text("7")

    steps = pad.locator(".steps li")
    names = ["Your drawing", "Find the ink", "Crop", "Even the strokes", "Centre, 28 × 28"]
    expect(steps.locator("span")).to_have_text(names)
    assert steps.locator("canvas").last.evaluate("canvas => [canvas.width, canvas.height]") == [28, 28]
    assert steps.locator("canvas").last.evaluate(LIGHT) > 20


def test_confidences_keep_their_order_while_the_best_is_marked(visit: Callable[..., Page]):
    pad = opened(visit("/?draw="))
    pad.evaluate("""() => {
      const classes = () => [...document.querySelectorAll(".confidences li")];
      const order = () => classes().sort((a, b) => a.getBoundingClientRect().y - b.getBoundingClientRect().y)
        .map((row) => row.querySelector(".class").textContent).join("");
      window.orders = new Set();
      const watch = () => { orders.add(order()); requestAnimationFrame(watch); };
      watch();
    }""")
    draw(pad, [(0.3, 0.2), (0.65, 0.3), (0.4, 0.5), (0.6, 0.75), (0.3, 0.85)])
    expect(answer(pad)).not_to_have_text("?")

    assert pad.evaluate("[...orders]") == ["0123456789"]
    expect(pad.locator(".confidences .best .class")).to_have_text(answer(pad).inner_text())
    shares = pad.locator(".confidences .percent").all_inner_texts()
    assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100, abs=0.6)


def test_every_model_reads_the_same_drawing(pad: Page):
    draw(pad, SEVEN)
    expect(answer(pad)).to_have_text("7")

    rows = pad.locator(".reading tbody tr")
    names = rows.evaluate_all("rows => rows.map(row => row.dataset.model)")
    assert {"lenet5-mnist", "softmax-mnist"} <= set(names)
    assert names[0] == "lenet5-mnist"
    for i in range(rows.count()):
        expect(rows.nth(i).locator(".reads")).to_have_text(re.compile("[0-9]"))
        expect(rows.nth(i).locator(".ms")).to_have_text(re.compile(r"^[0-9.]+$"))
        expect(rows.nth(i).locator(".parameters")).to_have_text(re.compile(r"^[0-9,]+$"))


def test_a_chosen_model_answers_and_stays_in_the_address(visit: Callable[..., Page]):
    pad = opened(visit("/?draw="))
    draw(pad, SEVEN)
    pad.get_by_role("radio", name="Softmax regression").check()

    expect(pad.locator(".verdict .by")).to_have_text("Softmax regression")
    assert "model=softmax-mnist" in pad.url
    pad.reload()
    expect(pad.locator(".verdict .by")).to_have_text("Softmax regression")


def test_a_picture_of_nothing_is_not_guessed_at(pad: Page):
    choose(pad, png(Image.new("RGB", (60, 40), "pink")))

    expect(pad.locator(".refused")).to_contain_text("No ink found")
    expect(answer(pad)).to_have_text("?")


def test_labels_follow_the_pen_while_it_draws(pad: Page):
    pad.evaluate("""() => {
      window.followed = 0;
      let moved = false;
      document.querySelector('.screen').addEventListener('pointermove', event => (moved = event.buttons > 0));
      document.querySelector('.screen').addEventListener('pointerup', () => (moved = false));
      new MutationObserver(() => { followed += moved; moved = false; })
        .observe(document.querySelector('tr.chosen .ms'), { subtree: true, childList: true, characterData: true });
    }""")
    for _ in range(4):
        draw(pad, [(0.5, 0.2), (0.7, 0.4), (0.5, 0.5), (0.7, 0.7), (0.3, 0.85)])
    assert pad.evaluate("followed") >= 8, "twice in a stroke at the least, on a busy machine too"


def test_a_chinese_reader_gets_chinese(visit: Callable[..., Page]):
    page = opened(visit("/?draw=", locale="zh-CN"))
    expect(page.locator(".hint")).to_have_text("写一个数字")
    expect(page.get_by_role("button", name="清空")).to_be_visible()
    choose(page, png(Image.new("RGB", (60, 40), "pink")))
    expect(page.locator(".refused")).to_contain_text("没有找到笔迹")
