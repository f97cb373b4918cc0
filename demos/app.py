"""The whole playground: `python demos/app.py`. Every page also runs alone, e.g. `python demos/digits.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import importlib
import importlib.util

import gradio as gr

from demos.frame import layout

PAGES = {
    "digits": "Digits 数字",
    "fashion": "Fashion 服装",
    "models": "Models 模型",
    "training": "Training 训练",
    "activations": "Activations 激活函数",
    "losses": "Losses 损失函数",
    "optimizers": "Optimizers 优化器",
    "regularization": "Regularization 正则化",
    "initialization": "Initialization 初始化",
    "convolution": "Convolution 卷积",
    "regression": "Regression 回归",
}
"""Modules of demos/ in the order of the navigation bar, with their names there. The first is the front page."""


def present() -> list[str]:
    """Return the pages that there are, in their order."""
    return [name for name in PAGES if importlib.util.find_spec(f"demos.{name}")]


def build() -> gr.Blocks:
    """Put the pages together: each under its own URL (/activations), the first at /."""
    # A page is made outside the app's own context, or Gradio would put it there a second time.
    pages = {name: importlib.import_module(f"demos.{name}").demo for name in present()}
    front, *others = pages
    with gr.Blocks(title="First Nets", analytics_enabled=False) as demo:
        gr.Navbar(main_page_name=PAGES[front])
        pages[front].render()
    for name in others:
        with demo.route(PAGES[name], name):
            gr.Navbar(main_page_name=PAGES[front])
            pages[name].render()
    return demo


demo = build()

try:
    import spaces  # on Spaces only: one on ZeroGPU refuses an app without a function that asks for a GPU
except ImportError:
    pass
else:

    @spaces.GPU
    def on_gpu() -> None:
        """Never called: the networks are small enough for a CPU."""


if __name__ == "__main__":
    layout.main(demo)
