"""The way around: one bar in the reader's language, Back and Forward, wrong addresses, passing a page on."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Server


def opened(page: Page) -> Page:
    page.locator(".summary:visible, .flow:visible").first.wait_for()
    return page


@pytest.mark.parametrize(("locale", "other"), [("en-US", "[一-鿿]"), ("zh-CN", "Digits|Losses|Learn")])
def test_the_bar_is_one_line_in_one_language_by_group(visit: Callable[..., Page], locale: str, other: str) -> None:
    page = opened(visit("/losses", locale=locale, again=True))
    bar = page.get_by_role("navigation").first

    assert not re.search(other, bar.inner_text())
    assert bar.bounding_box()["height"] < 60
    assert len({round(link.bounding_box()["y"]) for link in bar.get_by_role("link").all()}) == 1
    groups = bar.get_by_role("group").evaluate_all("groups => groups.map(each => each.querySelectorAll('a').length)")
    assert len(groups) == 3
    assert min(groups) >= 2


def test_on_a_phone_the_bar_is_a_menu(visit: Callable[..., Page]) -> None:
    page = opened(visit("/losses", width=390))
    button = page.locator("nav.pages").get_by_role("button", name="Losses")
    expect(page.get_by_role("link", name="Regression")).to_be_hidden()

    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("link", name="Activations").click()
    expect(page.locator("h1")).to_have_text("Activation functions")


def test_every_tab_is_in_sight_by_group_and_the_choice_comes_first(visit: Callable[..., Page]) -> None:
    page = opened(visit("/losses", again=True))
    tabs = page.get_by_role("navigation", name="On this page")

    links = tabs.get_by_role("link").all()
    assert len(links) >= 12
    assert len({round(link.bounding_box()["y"]) for link in links}) <= 2
    expect(tabs.get_by_role("link").first).to_have_text("Which one?")
    expect(tabs.locator("[aria-current=page]")).to_have_text("Which one?")


def test_back_and_forward_go_through_tabs_with_their_settings(visit: Callable[..., Page]) -> None:
    page = opened(visit("/losses?tab=residual&residual=3"))
    page.get_by_role("link", name="Outlier").click()
    expect(page.locator(".control-noise:visible")).to_be_visible()

    page.go_back()
    expect(page.locator(".control-residual:visible input[type=number]")).to_have_value("3")
    assert "tab=residual&residual=3" in page.url
    page.go_forward()
    expect(page.locator(".control-noise:visible")).to_be_visible()
    expect(page.locator("nav.sections [aria-current=page]")).to_have_text("Outlier")


def test_back_goes_through_models(visit: Callable[..., Page]) -> None:
    page = visit("/models?model=softmax-mnist")
    heading = page.locator(".sheet h2")
    expect(heading).to_contain_text("Softmax")
    page.locator("tr[data-model=lenet5-mnist]").click()
    expect(heading).to_contain_text("LeNet-5")

    page.go_back()
    expect(heading).to_contain_text("Softmax")
    assert "model=softmax-mnist" in page.url


def test_a_wrong_address_leads_on_for_people_and_stays_short_for_programs(app: Server) -> None:
    for path in ("/nothing", "/losses/nothing/here"):
        answer = httpx.get(app.url + path, headers={"accept": "text/html", "accept-language": "zh"}, trust_env=False)
        assert answer.status_code == 404
        assert "没有这个页面" in answer.text
        assert (
            httpx.get(app.url + path, trust_env=False)
            .headers["content-type"]
            .startswith(("application/json", "text/plain"))
        )


def test_from_a_wrong_address_the_bar_leads_to_the_pages(
    visit: Callable[..., Page], app: Server, readers: Callable
) -> None:
    page = readers("en-US", False).new_page()  # not `visit`: the browser itself writes an error for a 404
    page.goto(f"{app.url}/losses/nothing/here")
    page.get_by_role("link", name="Optimizers").click()
    expect(page.locator("h1")).to_have_text("Optimizers")
    page.close()


def test_the_way_to_the_api_writes_no_error(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_role("link", name="API").click()  # `visit` fails on whatever is written to the console

    expect(page.locator("main")).to_contain_text("/classify_digit")
    expect(page.locator("nav.pages [aria-current=page]")).to_have_text("API")


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(visit: Callable[..., Page]) -> None:
    page = opened(visit("/losses", again=True))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Share")).to_be_focused()


def test_a_page_is_passed_on_as_it_stands_with_a_code(visit: Callable[..., Page]) -> None:
    page = opened(visit("/activations?tab=softmax&temperature=2"))
    page.get_by_role("button", name="Share").click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox")).to_have_value(re.compile(r"/activations\?tab=softmax&temperature=2$"))
    expect(dialog.get_by_text("Only this computer can open this address.")).to_be_visible()
    expect(dialog.get_by_role("img")).to_have_js_property("complete", True)
    expect(dialog.get_by_role("img")).to_be_visible()  # it is hidden where the server can't draw it
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_page_keeps_its_settings_in_the_other_language_though_they_are_not_there_yet(
    visit: Callable[..., Page],
) -> None:
    page = visit("/about")
    page.route("**/gradio_api/run/**", lambda route: page.wait_for_timeout(2500) or route.continue_())
    with page.expect_request("**/gradio_api/run/**"):
        page.goto(page.url.replace("about", "regularization?lambd=5&rows=40"))
    page.wait_for_timeout(600)  # longer than the address waits for the newest setting
    assert page.url.endswith("?lambd=5&rows=40")
    page.locator("a.language").click()
    page.wait_for_url("**/regularization?lambd=5&rows=40&lang=zh")
    page.unroute_all(behavior="ignoreErrors")
