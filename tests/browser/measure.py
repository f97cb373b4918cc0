"""Figures of the static site in Chromium: `python demos/site.py FOLDER && python tests/browser/measure.py FOLDER`.

From the pen's event to the painted label, beside a bare page that writes its label at once; frames and answers a second while
drawing, bytes and time until the first answer, and what 100 pages open at once cost one `python -m http.server`. For a quiet
machine.
"""

import gzip
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PORT = 7995
PAGES = 100
SCREEN: ViewportSize = {"width": 1280, "height": 1600}
WATCH = """() => {
  const facts = (window.facts = { latencies: [], frames: 0, answers: 0, moved: null });
  for (const kind of ["pointerrawupdate", "pointermove"]) addEventListener(kind, (event) => note(event.timeStamp), true);
  let newest = 0;
  function note(time) {
    if (time > newest) facts.moved ??= newest = time;
  }
  new MutationObserver(() => {
    facts.answers += 1;
    const moved = facts.moved;
    facts.moved = null;
    if (moved !== null) requestAnimationFrame(() => setTimeout(() => facts.latencies.push(performance.now() - moved)));
  }).observe(document.querySelector(".reading tr.chosen .ms"), { childList: true, characterData: true, subtree: true });
  const frame = () => requestAnimationFrame(() => ((facts.frames += 1), frame()));
  frame();
}"""

BARE = """<canvas class="screen" width="420" height="420"></canvas>
<div class="reading"><table><tr class="chosen"><td class="ms">0</td></tr></table></div>
<script>
  const [ink, label] = [document.querySelector("canvas").getContext("2d"), document.querySelector(".ms")];
  let newest = 0;
  for (const kind of ["pointerrawupdate", "pointermove"]) ink.canvas.addEventListener(kind, (event) => {
    if (event.timeStamp <= newest) return;
    newest = event.timeStamp;
    ink.lineTo(event.offsetX, event.offsetY);
    ink.stroke();
    label.textContent = newest;
  });
</script>"""
"""A page that draws a line and answers without computing anything: what a browser takes in any case."""


def draw(page: Page, seconds: float, pause: float) -> None:
    """Write spirals; with pauses between the pen's movements each is answered before the next."""
    box = page.locator(".screen").bounding_box()
    side, middle = box["width"], (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    begun, step = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        if step % 60 == 0:
            page.mouse.up()
            page.keyboard.press("Escape")
        turn, radius = step % 60 / 6, side * (0.1 + 0.3 * (step % 60) / 60)
        page.mouse.move(middle[0] + radius * math.cos(turn), middle[1] + radius * math.sin(turn))
        if step % 60 == 0:
            page.mouse.down()
        step += 1
        time.sleep(pause)
    page.mouse.up()


def latency(page: Page, url: str, model: str) -> str:
    """Return what a model in charge gives: pen to label in ms, frames and answers a second."""
    page.goto(f"{url}?model={model}")
    draw(page, 3, 0.02)
    page.locator(".reading .reads:not(:text('–'))").nth(5).wait_for()  # all models are there, and compiled
    return f"{model}: {painted(page)}"


def bare(browser: Browser, url: str) -> str:
    """Return the same of the bare page."""
    page = browser.new_context(viewport=SCREEN).new_page()
    page.route(f"{url}bare", lambda route: route.fulfill(body=BARE, content_type="text/html"))
    page.goto(f"{url}bare")
    return f"a bare page: {painted(page)}"


def painted(page: Page) -> str:
    """Return, of the page that is open, pen to label in ms, frames and answers a second."""
    page.evaluate(WATCH)
    draw(page, 6, 0.06)
    times = sorted(page.evaluate("facts.latencies"))
    page.evaluate("Object.assign(facts, { frames: 0, answers: 0 })")
    draw(page, 4, 0)
    facts = page.evaluate("facts")
    p95 = times[int(0.95 * len(times))]
    rates = f"{facts['frames'] / 4:.0f} frames/s, {facts['answers'] / 4:.0f} answers/s"
    return f"{statistics.median(times):.1f} ms median, {p95:.1f} ms p95 ({len(times)} events); {rates}"


def first_answer(browser: Browser, folder: Path, url: str) -> str:
    """Return bytes and time from nothing until a dot is answered, on a cold cache."""
    sent: list[Request] = []
    page = browser.new_context(locale="en-US").new_page()
    page.on("request", lambda request: sent.append(request))
    begun = time.perf_counter()
    page.goto(url)
    box = page.locator(".screen").bounding_box()
    page.mouse.move(box["x"] + 90, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 160)
    page.locator(".verdict .answer:not(:text('?'))").wait_for()
    seconds = time.perf_counter() - begun
    paths = {request.url.removeprefix(url) or "index.html" for request in sent}
    size = sum(len(gzip.compress((folder / path).read_bytes())) for path in paths if "static/weights" not in path)
    weights = [path for path in paths if "weights/lenet5-mnist/" in path]
    size += sum(len(gzip.compress((folder / path).read_bytes())) for path in weights)
    return f"first answer on a cold cache: {seconds:.2f} s, {size / 1000:.0f} kB compressed, {len(paths)} requests"


def crowd(browser: Browser, url: str, server: int) -> str:
    """Return what PAGES pages that open at once and then draw cost the server."""
    ticks = os.sysconf("SC_CLK_TCK")
    cpu = lambda: sum(map(int, Path(f"/proc/{server}/stat").read_text().split()[13:15])) / ticks  # noqa: E731
    before, begun = cpu(), time.perf_counter()
    contexts = [browser.new_context(locale="en-US") for _ in range(PAGES)]  # each without a cache
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.goto(url, wait_until="commit")
    for page in pages:
        page.locator(".screen").wait_for()
    opened, seconds = cpu() - before, time.perf_counter() - begun
    for page in pages[:10]:
        draw(page, 1, 0.02)
    memory = int(Path(f"/proc/{server}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return (
        f"{PAGES} pages opened in {seconds:.0f} s: {opened:.2f} s of the server's CPU, {cpu() - before - opened:.2f} s more "
        f"while ten of them draw and all fetch the other models, {memory:.0f} MB"
    )


def main(folder: Path) -> None:
    """Print the figures."""
    command = [sys.executable, "-m", "http.server", str(PORT), "--bind", "127.0.0.1", "--directory", str(folder)]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    url = f"http://127.0.0.1:{PORT}/"
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server,
        sync_playwright() as playwright,
    ):
        try:
            time.sleep(1)
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            print("load of the machine:", os.getloadavg()[0])
            print(first_answer(browser, folder, url))
            page = browser.new_page(viewport=SCREEN, locale="en-US")
            for model in ("softmax-mnist", "mlp-256-128-mnist", "lenet5-mnist"):
                print(latency(page, url, model))
            page.close()
            print(bare(browser, url))
            print(crowd(browser, url, server.pid))
            browser.close()
        finally:
            server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
