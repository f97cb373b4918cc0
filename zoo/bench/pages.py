"""How often and how soon the pages answer while a pen draws or a slider moves, in a real browser on this machine."""

import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zoo.bench.served import served

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

SOON = 100
"""Milliseconds from a slider's move to the painted figure, at the 95th percentile, that feel immediate."""

MOVE = """
async (seconds) => {
  const visible = (selector) => [...document.querySelectorAll(selector)].find((each) => each.offsetParent);
  const slider = visible("input[type=range]"), picture = visible(".picture");
  if (!slider || !picture) return null;
  let last = picture.innerHTML, redraws = 0;
  const watch = new MutationObserver(() => {
    if (picture.innerHTML !== last) redraws += 1;
    last = picture.innerHTML;
  });
  watch.observe(picture, { subtree: true, childList: true, characterData: true, attributes: true });
  const begun = performance.now();
  for (let frame = 0; performance.now() - begun < 1000 * seconds; frame += 1) {
    const share = (Math.sin(frame / 40) + 1) / 2;
    slider.value = Number(slider.min) + share * (Number(slider.max) - Number(slider.min));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  watch.disconnect();
  return redraws / seconds;
}
"""

WAIT = """
async (samples) => {
  const visible = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  const sliders = visible(".controls input[type=range]"), [picture] = visible(".picture");
  if (!sliders.length || !picture) return null;
  const times = [], still = new Map();
  for (let i = 0; i < samples; i += 1) {
    const moving = sliders.filter((each) => (still.get(each) ?? 0) < 2); // some move nothing in this setting
    if (!moving.length) break;
    const slider = moving[i % moving.length];
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const painted = new Promise((resolve) => {
      const watch = new MutationObserver(() => {
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      });
      watch.observe(picture, { subtree: true, childList: true, characterData: true, attributes: true });
      setTimeout(() => (watch.disconnect(), resolve(null)), 3000);
    });
    slider.value = low + ((0.37 + 0.618 * i) % 1) * (high - low);
    const moved = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const end = await painted;
    end === null ? still.set(slider, (still.get(slider) ?? 0) + 1) : times.push(end - moved);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return times;
}
"""

WATCH_ANSWERS = """
() => {
  window.answers = 0;
  new MutationObserver(() => { answers += 1; })
    .observe(document.querySelector(".verdict"), { subtree: true, childList: true, characterData: true });
}
"""


def chromium() -> str:
    """Return the path of Chromium or Chrome. Raises ValueError where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise ValueError("timing pages needs Chromium or Chrome on the PATH")


def _answers_while_drawing(page: Any, seconds: float) -> float | None:
    """Return how often a second the pad's answer changes while a pen goes round on it; None on a page without a pad."""
    pad = page.locator(".screen").first
    if not pad.is_visible() or not page.locator(".verdict").count():
        return None
    page.evaluate(WATCH_ANSWERS)
    box = pad.bounding_box()
    began = time.perf_counter()
    step = 0
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    while time.perf_counter() - began < seconds:
        step += 1
        along, down = 0.5 + 0.3 * math.cos(step / 15), 0.5 + 0.3 * math.sin(step / 15)
        page.mouse.move(box["x"] + along * box["width"], box["y"] + down * box["height"])
    page.mouse.up()
    return page.evaluate("answers") / (time.perf_counter() - began)


@contextmanager
def opened(script: Path) -> Iterator[tuple[str, Any]]:
    """Serve `script` (demos/app.py) and give its address and a page of a browser; end both afterwards.

    Raises ValueError where Playwright or a browser is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise ValueError("timing pages needs Playwright: pip install -r requirements-dev.txt") from error
    with served(script) as server, sync_playwright() as driver:
        server.first_answer()
        yield server.url, driver.chromium.launch(executable_path=chromium(), args=FLAGS).new_page()


def addresses(url: str, page: Any) -> list[str]:
    """Return the addresses of all pages: the links of the navigation, but for what is no page with figures."""
    page.goto(url)
    page.wait_for_selector("nav.pages a", state="attached")
    links = page.eval_on_selector_all("nav.pages a", "links => links.map((link) => link.href)")
    return [address for address in links if not address.endswith("/api")]


def redraws(script: Path, *, seconds: float = 1.5, repeats: int = 3) -> list[dict[str, Any]]:
    """Return the redraws a second of each page whose first tab has a pad, or a slider and a figure: the best of some repeats."""
    rows: list[dict[str, Any]] = []
    with opened(script) as (url, page):
        for address in addresses(url, page):
            page.goto(address)
            page.wait_for_timeout(3_000)
            rates = [_answers_while_drawing(page, seconds) or page.evaluate(MOVE, seconds) for _ in range(repeats)]
            if any(rates):
                path = address.removeprefix(url)
                rows.append({"page": path, "redraws_per_second": max(rates), "slowest": min(rates)})
    return rows


def waits(script: Path, *, samples: int = 40) -> list[dict[str, Any]]:
    """Return how long a reader waits from a slider's move to the painted figure, for every tab with both.

    samples: moves a tab, its sliders in turn. One row a tab: {"tab", "samples", "median_ms", "p95_ms"}.
    """
    rows: list[dict[str, Any]] = []
    with opened(script) as (url, page):
        for address in addresses(url, page):
            page.goto(address)
            page.wait_for_timeout(3_000)
            keys = page.eval_on_selector_all(
                "nav.sections a", "links => links.map((link) => link.getAttribute('href'))"
            )
            for key in keys or [""]:
                if key:
                    page.goto(address + key)
                    page.wait_for_timeout(1_500)
                if times := sorted(page.evaluate(WAIT, samples) or []):
                    rows.append(
                        {
                            "tab": f"{address.removeprefix(url)}{key}",
                            "samples": len(times),
                            "median_ms": times[len(times) // 2],
                            "p95_ms": times[math.ceil(0.95 * len(times)) - 1],
                        }
                    )
    return rows
