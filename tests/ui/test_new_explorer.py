"""A new explorer is one module and one line in its page: tab, control, words and endpoint come by themselves."""

import types
from pathlib import Path

import pytest

from demos import activations
from demos.explorers import activations as folder
from demos.frame import programs

MODULE = """
from demos.frame import figures
from demos.frame.controls import slider
from demos.frame.language import T
from demos.frame.layout import Page, View


def add(page: Page) -> None:
    with page.tab("twice", T("Twice", "两倍")):
        page.explore(double, T("Doubles x.", "把 x 加倍。"), x=slider("x", 1.0, -5, 5, 0.5))


def double(x: float) -> View:
    \"\"\"Two times x: y.\"\"\"
    axes = figures.panel((-5, 5), (-10, 10))
    axes.plot([-5, 5], [-10, 10], color=figures.COLOURS[0])
    return View(lambda: figures.svg(axes, "y"), T(f"y = {2 * x}", f"y = {2 * x}"), f'print("y:", 2 * {x})', {"y": 2 * x})
"""
LINE = '        page.add("activations.twice")\n'


def test_a_module_and_a_line_make_a_tab_and_an_endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "twice.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    before, end, after = Path(activations.__file__).read_text(encoding="utf-8").rpartition("    return page\n")
    changed = types.ModuleType("changed")
    changed.__file__ = activations.__file__
    exec(before + LINE + end + after, vars(changed))

    explorer = changed.page.explorers[-1]
    picture, words, *_ = explorer.show(3)
    assert explorer.tab == "twice"
    assert "y = 6" in words
    assert "<svg" in picture
    assert programs.numbers(explorer, {"x": "3"}) == {"y": 6.0}
    assert "double" in programs.listing({"double": explorer})
