"""Activation functions: their curves and derivatives, softmax, depth, and why a net needs them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gradio as gr
import numpy as np

from demos import figures, ui
from demos.language import T
from zoo.lab import activations as lab

NAMES = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "prelu": "PReLU",
    "elu": "ELU",
}


def activation(functions: list[str], slope: float, probe: float) -> ui.View:
    """Values and derivatives of activation functions at a point."""
    x = np.linspace(-6, 6, 241)
    panels = []
    curves = {name: lab.curve(name, x, slope) for name in functions}
    at = {name: lab.curve(name, probe, slope) for name in functions}
    for which, label in enumerate(("f(x)", "f′(x)")):
        figure, axes = figures.panel((-6, 6), (-1.5, 3) if which == 0 else (-0.25, 1.25), labels=("x", label))
        axes.axvline(probe, color=figures.MUTED, linewidth=1)
        for i, name in enumerate(functions):
            axes.plot(x, curves[name][which], color=figures.COLOURS[i], linewidth=2)
            axes.plot(probe, at[name][which], "o", color=figures.COLOURS[i], markersize=6)
        panels.append(
            figures.svg(figure, label, caption=T("Value", "函数值") if which == 0 else T("Derivative", "导数"))
        )
    picture = figures.legend(*((figures.COLOURS[i], NAMES[n]) for i, n in enumerate(functions))) + figures.row(*panels)
    numbers = {name: [float(v) for v in at[name]] for name in functions}
    summary = T(f"At x = {probe:g}", f"在 x = {probe:g} 处")
    return ui.View(picture, summary, "import torch\n", numbers)


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "Bend the straight line: what each function does to a number, and to a gradient.",
        "把直线弯一弯：每个函数如何改变数值和梯度。",
    )
    with ui.page(T("Activations", "激活函数"), lead) as page, page.tab("curves", T("Curves", "曲线")):
        page.explore(
            activation,
            functions=ui.choices(
                T("Functions", "函数"), [(text, name) for name, text in NAMES.items()], ["sigmoid", "relu"]
            ),
            slope=ui.slider(T("Slope", "斜率"), 0.1, 0, 1, 0.01),
            probe=ui.slider(T("Probe x", "探针 x"), 1, -6, 6, 0.1),
        )
    return page.demo


demo = build()

if __name__ == "__main__":
    ui.main(demo)
