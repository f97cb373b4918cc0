"""Training on the digits that the visitor named: before and after, the pad, the test set, the file, a reload."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from pads import ONE, SEVEN, answer, draw, opened
from playwright.sync_api import Page, Request, expect
from safetensors.torch import load_file

import zoo
from zoo.synthetic import digits


@pytest.fixture
def pad(visit: Callable[..., Page]) -> Iterator[Page]:
    """The pad of a visitor who has named six digits: sevens that he means as fours, and ones."""
    page = opened(visit("/?draw=&look=wrong&model=mlp-256-mnist"))
    images = digits.draw(torch.tensor([7, 7, 7, 1, 1, 1]), torch.Generator().manual_seed(0))
    seen = [base64.b64encode(image.numpy().tobytes()).decode() for image in images]
    entries = [{"digit": digit, "seen": text, "said": {}} for digit, text in zip((4, 4, 4, 1, 1, 1), seen)]
    page.evaluate("entries => localStorage.setItem('first-nets-digits', JSON.stringify(entries))", entries)
    page.reload()
    yield opened(page)
    page.evaluate(
        "for (const key of ['digits', 'tuned']) localStorage.removeItem(`first-nets-${key}`)"
    )  # for other tests


def test_a_network_learns_a_hand_and_reads_the_pad(pad: Page, datasets: object, tmp_path: Path) -> None:
    bodies: list[str] = []
    referers: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "weights" in (request.post_data or ""):
            bodies.append(request.post_data)
            referers.append(request.headers.get("referer", ""))

    pad.on("request", note)
    draw(pad, SEVEN)
    part = pad.locator(".tuning")
    expect(part.locator(".about")).to_contain_text("MLP 256: 2,570 of its 203,530 weights")
    pad.route("**/samples.png", lambda route: None)  # never comes, so that there is time to cancel
    part.get_by_role("button", name="Train on these 6 digits").click()
    part.get_by_role("button", name="Cancel").click()
    expect(part.locator(".told")).to_have_text("Cancelled; nothing has changed.")
    expect(part.locator(".result")).to_be_hidden()
    pad.unroute("**/samples.png")
    part.get_by_role("button", name="Train on these 6 digits").click()
    expect(part.locator(".told")).to_contain_text("It reads the pad now", timeout=60_000)

    expect(part.locator(".before td").first).to_have_text("3 / 6")
    expect(part.locator(".after td").first).to_have_text(re.compile("[3-6] / 6"))
    expect(part.locator(".after td").nth(1)).to_have_text(re.compile("[1-6] / 6"))
    yours = pad.locator(".models tr[data-model=yours]")
    expect(yours.locator(".title")).to_have_text("MLP 256, your hand")
    expect(pad.locator(".verdict .by")).to_have_text("MLP 256, your hand")
    assert not bodies, "nothing is sent unasked"

    part.get_by_role("button", name="Try it on the test set").click()
    expect(part.locator(".scored")).to_contain_text("test images turned from wrong to right")
    expect(part.locator(".before td").last).to_have_text("99.24%")
    (sent,) = map(json.loads, bodies)
    assert "draw=" in pad.url
    assert "draw=" not in referers[0], "nor does the drawing go along in the address"
    assert set(sent["data"] if isinstance(sent["data"], dict) else sent["data"][0]) == {"base", "weights"}

    with pad.expect_download() as download:
        part.get_by_role("button", name="Save as safetensors").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    classifier = zoo.load("mlp-256-mnist")
    old = {name: values.clone() for name, values in classifier.model.state_dict().items()}
    classifier.model.load_state_dict(load_file(file))
    changed = {name for name, values in classifier.model.state_dict().items() if not torch.equal(values, old[name])}
    assert changed == {"layers.1.weight", "layers.1.bias"}

    pad.reload()
    opened(pad)
    expect(yours.locator(".title")).to_have_text("MLP 256, your hand")
    pad.get_by_role("button", name="Clear").click()
    draw(pad, ONE)
    expect(yours.locator(".reads")).to_have_text("1")
    pad.get_by_role("tab", name="The network").click()
    expect(pad.locator(".connected select")).to_have_value("yours")
    expect(pad.locator(".connected[data-painted]")).to_be_visible()
    pad.get_by_role("tab", name="Wrong?").click()
    part.get_by_role("button", name="Drop it").click()
    expect(yours).to_have_count(0)
    expect(pad.locator(".verdict .by")).to_have_text("MLP 256")
    expect(answer(pad)).to_have_text("1")
