"""Initialization: what a scheme does to the signals in a deep net, and to its training."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demos.explorers.activations.curves import TITLES
from demos.explorers.initialization import starts
from demos.frame import layout
from demos.frame.controls import choice, choices, powers, seed, shown_with, slider
from demos.frame.language import T

SCHEMES = [(title, name) for name, title in starts.SCHEMES.items()]
FUNCTIONS = [(title, name) for name, title in TITLES.items()]


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "Where the weights start decides whether a deep net can learn at all.",
        "权重从哪里出发，决定深层网络能不能学。",
    )
    with layout.page(T("Initialization", "初始化"), lead) as page:
        with page.tab("signals", T("Signals by layer", "逐层的信号")):
            page.explore(
                starts.signals,
                T(
                    "Normal inputs go through equal layers f(W x); a gradient comes back from the last one.",
                    "正态输入经过若干相同的层 f(W x)，梯度从最后一层传回来。",
                ),
                scheme=choice(T("Scheme", "初始化方案"), SCHEMES, "xavier-normal"),
                function=choice(T("Activation", "激活函数"), FUNCTIONS, "tanh"),
                depth=slider(T("Layers", "层数"), 10, 1, 30, 1),
                width=slider(T("Units in a layer", "每层单元数"), 200, 2, 500, 1),
                scale=powers(
                    T("σ of N(0, σ), c of the constant", "N(0, σ) 的 σ，常数 c"),
                    0.01,
                    0.001,
                    1,
                    fits=shown_with("scheme", "normal", "constant"),
                ),
                seed=seed(),
            )
        with page.tab("training", T("Training", "训练")):
            page.explore(
                starts.start_training,
                T(
                    "The same net on two half circles of points, from different starts. Whole-batch gradient descent.",
                    "同一个网络，从不同的起点学习两个半圆形的点集。全批量梯度下降。",
                ),
                schemes=choices(
                    T("Schemes", "初始化方案"), SCHEMES, ["zeros", "constant", "normal", "xavier-normal", "he-normal"]
                ),
                function=choice(T("Activation", "激活函数"), FUNCTIONS, "relu"),
                depth=slider(T("Hidden layers", "隐藏层数"), 3, 1, 6, 1),
                width=slider(T("Units in a layer", "每层单元数"), 32, 2, 48, 1),
                lr=powers(T("Learning rate", "学习率"), 0.3, 0.01, 1),
                scale=powers(
                    T("σ of N(0, σ), c of the constant", "N(0, σ) 的 σ，常数 c"),
                    0.1,
                    0.001,
                    1,
                    fits=shown_with("schemes", "normal", "constant"),
                ),
                seed=seed(),
            )
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
