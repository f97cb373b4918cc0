"""A new explorer is one module and one line in its page: tab, control, words and endpoint come by themselves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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
ASK = """
import json
from demos import activations
from demos.frame import programs

explorer = activations.page.explorers[-1]
picture, words, *_ = explorer.show(3)
print(json.dumps({
    "tab": explorer.tab,
    "words": words,
    "picture": "<svg" in picture,
    "numbers": programs.numbers(explorer, {"x": "3"}),
    "listed": "double" in programs.listing({"double": explorer}),
}))
"""


def test_a_module_and_a_line_make_a_tab_and_an_endpoint(tmp_path: Path) -> None:
    for folder in ("zoo", "demos"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "demos/explorers/activations/twice.py").write_text(MODULE, encoding="utf-8")
    page = tmp_path / "demos/activations.py"
    before, end, after = page.read_text(encoding="utf-8").rpartition("    return page\n")
    page.write_text(before + LINE + end + after, encoding="utf-8")
    run = [sys.executable, "-c", ASK]
    answer = subprocess.run(
        run, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, check=True
    )
    shown = json.loads(answer.stdout)
    assert "y = 6" in shown.pop("words")
    assert shown == {"tab": "twice", "picture": True, "numbers": {"y": 6.0}, "listed": True}
