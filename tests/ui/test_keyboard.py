"""Keyboards and screen readers: where the keyboard is shows, groups are groups, what changes is said once it rests."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_the_control_that_the_keyboard_is_on_shows_it(visit: Callable[..., Page]) -> None:
    page = visit("/activations")
    page.locator(".summary:visible").wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for control in (".control-probe input[type=range]", ".control-functions input", ".control-shade input"):
            one = page.locator(control).first
            one.focus()
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Tab")
            outline = one.evaluate("each => [getComputedStyle(each).outlineStyle, getComputedStyle(each).outlineWidth]")
            assert outline == ["solid", "2px"], (control, scheme)


def test_arrow_keys_go_through_a_group_of_radio_buttons_that_has_a_name(visit: Callable[..., Page]) -> None:
    page = visit("/training")
    page.locator(".summary:visible").wait_for()
    page.locator("html:not(.opening)").wait_for()
    page.wait_for_timeout(200)  # Gradio makes its radio buttons anew once the page's values have come
    group = page.get_by_role("radiogroup", name="Optimizer")
    group.get_by_role("radio", name="SGD", exact=True).focus()
    page.keyboard.press("ArrowDown")

    expect(group.get_by_role("radio", name="SGD, momentum 0.9")).to_be_checked()
    expect(page.locator(".control-lr input[type=number]")).to_have_value("0.02")


def test_a_change_is_said_once_when_it_rests_and_not_in_every_frame(visit: Callable[..., Page]) -> None:
    page = visit("/losses?tab=residual")
    page.locator(".summary:visible").wait_for()
    page.locator("html:not(.opening)").wait_for()
    page.wait_for_timeout(800)
    page.evaluate("""() => {
      window.said = [];
      new MutationObserver(() => said.push(voice.textContent)).observe(voice, { childList: true });
    }""")
    page.locator(".control-residual input[type=range]").evaluate("""async (slider) => {
      for (let i = 0; i < 8; i += 1) {  // by the page's own clock, so that no pause of a busy machine lies between
        slider.stepDown();
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((then) => setTimeout(then, 60));
      }
    }""")
    expect(page.locator("#voice")).to_contain_text("residual of 1.6")
    assert len(page.evaluate("said")) == 1
    expect(page.get_by_role("status").and_(page.locator("#voice"))).to_be_attached()


def test_tables_and_formulas_that_scroll_are_reached_from_the_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("/convolution?tab=lenet5", width=390)
    page.locator(".scroll:visible").wait_for()

    expect(page.locator(".scroll:visible").first).to_have_attribute("tabindex", "0")
    expect(page.locator(".formula:visible .katex-display").first).to_be_visible()
    page.wait_for_timeout(200)
    assert page.evaluate("""() => [...document.querySelectorAll(".katex-display")].every((each) =>
      !each.checkVisibility() || each.scrollWidth <= each.clientWidth + 1 || each.tabIndex === 0)""")
