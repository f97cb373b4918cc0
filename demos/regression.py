"""Regression: a line by SGD and in closed form, gradients by hand and by autograd, a net that learns a curve."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import itertools
import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from demos.explorers.regression import backward, linear
from demos.frame import layout
from demos.frame.controls import choice, powers, seed, slider
from demos.frame.language import T

PLAY_STEPS, PLAY_SECONDS = 4, 0.06
"""Steps between two frames of the curve being fitted, and how long a frame stands."""


def _linear(page: layout.Page) -> None:
    with page.tab("linear", T("Three ways", "三种解法")):
        page.explore(
            linear.linear_regression,
            T(
                "y = Xw + b with three features: minibatch SGD from scratch and with torch.nn, and the closed form (XᵀX)⁻¹Xᵀy.",
                "三个特征的 y = Xw + b：从零实现和用 torch.nn 实现的小批量 SGD，以及解析解 (XᵀX)⁻¹Xᵀy。",
            ),
            lr=powers(T("Learning rate", "学习率"), 0.008, 0.001, 0.1),
            batch_size=slider(T("Batch size", "批量大小"), 30, 20, 200, 1),
            epochs=slider(T("Epochs", "轮数"), 20, 1, 30, 1),
            rows=slider(T("Rows", "行数"), 2000, 100, 2000, 100),
            noise=slider(T("Noise", "噪声"), 0.01, 0, 1, 0.01),
            seed=seed(),
        )
    with page.tab("one-weight", T("One weight", "一个权重")):
        page.explore(
            linear.one_weight,
            T(
                "y = wx through (1, 2), (2, 4), (3, 6), from w = 0 by the gradient 2x(wx − y), by hand and by autograd.",
                "y = wx 经过 (1, 2)、(2, 4)、(3, 6)，从 w = 0 开始，梯度 2x(wx − y)，手工推导与 autograd 对照。",
            ),
            reduction=choice("reduction", ["mean", "sum"], "mean", sets=lambda r: {"lr": 0.1 if r == "mean" else 0.01}),
            lr=powers(T("Learning rate", "学习率"), 0.1, 0.001, 0.25),
            epochs=slider(T("Epochs", "轮数"), 10, 1, 50, 1),
        )


def _backward(page: layout.Page) -> None:
    with page.tab("autograd", T("Autograd", "自动求导")):
        page.explore(
            backward.autograd,
            T(
                "Values go forward, gradients come back: the chain rule, node by node.",
                "数值向前，梯度返回：逐个节点的链式法则。",
            ),
            x=slider("x", 1.0, -5, 5, 0.1),
            w=slider("w", 2.0, -5, 5, 0.1),
            b=slider("b", 3.0, -5, 5, 0.1),
        )
    with page.tab("two-layers", T("Two layers", "两层网络")):
        page.explore(
            backward.two_layer_net,
            T(
                "64 rows of 1000 random inputs, a ReLU layer, 10 outputs: the chain rule written out, and autograd's.",
                "64 行、1000 个随机输入，一个 ReLU 层，10 个输出：写出的链式法则与 autograd 对照。",
            ),
            hidden=choice(T("Hidden units", "隐藏单元数"), [20, 100], 100),
            lr=choice(T("Learning rate", "学习率"), list(backward.RATES), "1e-6"),
            steps=slider(T("Steps", "步数"), backward.STEPS, 0, backward.STEPS, 1),
        )


def _curve(page: layout.Page) -> None:
    with page.tab("curve", T("A curve", "拟合曲线")):
        page.explore(
            backward.curve_fit,
            T(
                "A net with one hidden layer on y = x² with noise. Move the steps, or let it learn.",
                "一个隐藏层的网络拟合带噪声的 y = x²。移动步数，或让它自己学。",
            ),
            hidden=slider(T("Hidden units", "隐藏单元数"), 10, 1, 50, 1),
            lr=powers(T("Learning rate", "学习率"), 0.2, 0.01, 0.5),
            steps=slider(T("Steps", "步数"), 100, 0, backward.CURVE_STEPS, 1),
            seed=seed(),
        )
        explorer = page.explorers[-1]
        at = list(explorer.controls).index("steps")

        def learn(*given: Any) -> Iterator[list[Any]]:
            """Show the fit as it goes from the first step to the one that is set."""
            control = explorer.controls["steps"]
            last = (control.typed or control.read)(given[at])
            for step in itertools.chain(range(0, last, PLAY_STEPS), [last]):
                yield [step, *explorer.show(*given[:at], step, *given[at + 1 :])]
                time.sleep(PLAY_SECONDS)

        gr.Button(T("▶ Let it learn", "▶ 让它学习"), elem_classes="learn").click(
            learn,
            explorer.components,
            [explorer.controls["steps"].component, *explorer.outputs],
            show_progress="hidden",
            trigger_mode="once",
            api_visibility="private",
        )


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "The smallest models that learn, with every gradient in sight.",
        "最小的、会学习的模型，每个梯度都看得见。",
    )
    with layout.page(T("Regression", "回归"), lead) as page:
        _linear(page)
        _backward(page)
        page.add("regression.graph")
        _curve(page)
        page.add("regression.blocks")
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
