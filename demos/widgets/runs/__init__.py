"""Training runs that a browser keeps, under names and with their settings: laid over each other, and as CSV."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from demos.frame import static
from demos.frame.html import escape
from demos.frame.language import T

_FOLDER = Path(__file__).parent
_JS = static.imported("runs/runs.js", "createRuns", "createRuns(element, { props, watch });")
_WORDS = {
    "head": T("Your runs", "你的训练记录"),
    "about": T(
        "Kept in this browser alone, also when the page is loaded anew. Lines: accuracy on the images kept aside, by epoch.",
        "只保存在这个浏览器里，刷新页面后仍在。曲线：留出图片上的准确率（按轮）。",
    ),
    "name": T("Name of the run", "记录名称"),
    "shown": T("Show its line", "显示曲线"),
    "test": T("test", "测试"),
    "aside": T("kept aside", "留出"),
    "forget": T("Forget", "删除"),
    "csv": T("Save all as CSV", "全部保存为 CSV"),
    "figure": T("Accuracies of the runs shown, by epoch", "所选记录的准确率（按轮）"),
}


def kept() -> gr.HTML:
    """Return the list of runs. Its property `run` takes what `describe` returns, which is then kept."""
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in _WORDS.items())
    return gr.HTML(
        run="",
        html_template=f'<section class="runs" hidden{told}></section>',
        css_template=(_FOLDER / "runs.css").read_text(encoding="utf-8"),
        js_on_load=_JS,
        apply_default_css=False,
    )


def describe(settings: str, history: Sequence[Mapping[str, Any]], accuracy: float) -> str:
    """Return a run as JSON. settings: what made it, in a line; history: train.Epoch each; accuracy: on the test set."""
    columns = ("epoch", "train_loss", "train_accuracy", "validation_accuracy", "seconds")
    rows = [{column: epoch[column] for column in columns} for epoch in history]
    return json.dumps({"settings": settings, "history": rows, "test_accuracy": accuracy})
