"""A model whose every text is an attack shows on every page as text."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hostile_requests import PAGES
from playwright.sync_api import Browser

from tests.sweep import ALL
from tests.ui.conftest import ROOT, Server
from zoo import registry

ATTACK = """\"'><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>${window.hacked=1}{{window.hacked=1}}[[/]]"""
FIXED = ("name", "architecture", "dataset", "train_on", "sha256", "fitted_on", "watched")
"""What a config can't call anything it likes."""
PARTS = {"": ".reading .models td", "fashion": ".reading .models td", "models": "#model-sheet dl"}
"""Where a page shows what a model says of itself."""


def attacked(value: Any, place: tuple[str, ...] = ()) -> Any:
    """Return a config's values with every text an attack."""
    if isinstance(value, dict):
        return {key: item if key in FIXED else attacked(item, (*place, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [attacked(item, place) for item in value]
    return f"{value}{ATTACK}" if isinstance(value, str) else value


@pytest.fixture(scope="module")
def hostile_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    weights = tmp_path_factory.mktemp("registry")
    for name in ("softmax-mnist", "softmax-fashion-mnist"):
        shutil.copytree(ROOT / "weights" / name, weights / name)
        config = weights / name / "config.json"
        values = attacked(json.loads(config.read_text()))
        values["versions"] |= {ATTACK: ATTACK}
        config.write_text(json.dumps(values))
        assert registry.read_config(weights / name).date.endswith(ATTACK), "the attack is not refused, but shown"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZOO_WEIGHTS", str(weights))
        server = Server("app", tmp_path_factory.mktemp("hostile-texts") / "log")
    with server:
        server.wait()
        yield server


def test_no_page_runs_a_models_text(hostile_app: Server, browser: Browser):
    """Of the pages whose own facts hold none of the attack, one is opened all the same; all are in a whole sweep."""
    with httpx.Client(base_url=hostile_app.url, trust_env=False, timeout=60) as client:
        facts = {name: [client.get(f"/{name}"), client.get(f"/{name}/config".replace("//", "/"))] for name in PAGES}
    clean = [name for name, answers in facts.items() if not any("hacked" in answer.text for answer in answers)]
    assert not {"", "fashion", "models"} & set(clean), "the attack reaches these"
    shown = ""
    with browser.new_context() as context:
        for name in PAGES:
            if name in clean[1:] and not ALL:
                continue
            page = context.new_page()  # one that is left may still be on its way somewhere
            page.goto(f"{hostile_app.url}/{name}")
            page.locator(PARTS.get(name, "h1")).first.wait_for()
            shown += page.inner_text("body")
            assert page.evaluate("window.hacked") is None, f"/{name} ran a text"
            assert page.locator("img[src=x]").count() == 0, f"/{name} shows a text as HTML"
            page.close()
    assert ATTACK[:20] in shown, "the attack reaches a page, as text"
    assert "Traceback" not in hostile_app.log.read_text()
