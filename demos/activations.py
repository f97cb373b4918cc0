"""Activation functions: curves and derivatives, softmax, what depth does to gradients, and why a net needs them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demos.explorers.activations import curves, depth
from demos.frame import layout
from demos.frame.controls import choice, choices, numbers, powers, seed, shown_with, slider, toggle
from demos.frame.language import T

OPTIONS = [(title, name) for name, title in curves.TITLES.items()]


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "What each function does to a number, and to the gradient that comes back through it.",
        "每个激活函数如何改变数值，又如何改变从它反向传回的梯度。",
    )
    with layout.page(T("Activation functions", "激活函数"), lead) as page:
        with page.tab("curves", T("Curves", "曲线")):
            page.explore(
                curves.activation,
                T(
                    "Drag the dashed line. Shaded: saturated, where the slope is below 0.05; darker: dead, where it is 0.",
                    "拖动虚线。浅色区：饱和，斜率小于 0.05；深色区：死区，斜率为 0。",
                ),
                functions=choices(T("Functions", "函数"), OPTIONS, ["sigmoid", "tanh", "relu"]),
                probe=slider(T("Probe x", "探针 x"), 1.0, -6, 6, 0.05),
                leak=slider(
                    T("Leaky ReLU: slope", "Leaky ReLU：斜率"),
                    0.1,
                    0,
                    1,
                    0.01,
                    fits=shown_with("functions", "leaky_relu"),
                ),
                weight=slider(T("PReLU: α", "PReLU：α"), 0.25, -1, 2, 0.01, fits=shown_with("functions", "prelu")),
                alpha=slider(T("ELU: α", "ELU：α"), 1.0, 0, 2, 0.01, fits=shown_with("functions", "elu")),
                shade=toggle(T("Shade saturated and dead zones", "标出饱和区和死区"), True),
            )
        with page.tab("softmax", "Softmax"):
            page.explore(
                curves.softmax,
                T(
                    "Two to eight logits, and a temperature that divides them.",
                    "2 到 8 个 logits，以及除以它们的温度。",
                ),
                logits=numbers(T("Logits z", "Logits z"), [3, 1, -3], count=(2, 8), limit=1e4),
                temperature=powers(T("Temperature T", "温度 T"), 1.0, 0.05, 20),
            )
        with page.tab("depth", T("Depth", "深度")):
            page.explore(
                depth.depth,
                T(
                    "One unit after another: backpropagation multiplies their derivatives.",
                    "一个单元接着一个单元：反向传播把它们的导数相乘。",
                ),
                stack=choices(T("Functions", "函数"), OPTIONS, ["sigmoid", "tanh", "relu"]),
                layers=slider(T("Layers n", "层数 n"), 10, 1, 60, 1),
                x0=slider(T("Input x₀", "输入 x₀"), 0.5, -4, 4, 0.05),
                w=slider(T("Weight w of every layer", "每层的权重 w"), 1.0, -3, 3, 0.05),
            )
        with page.tab("collapse", T("Without one", "没有激活函数")):
            page.explore(
                depth.collapse,
                T(
                    "Two affine layers in a row are one affine layer: (x W₁ + b₁) W₂ + b₂ = x (W₁W₂) + (b₁W₂ + b₂).",
                    "两个仿射层相接仍是一个仿射层：(x W₁ + b₁) W₂ + b₂ = x (W₁W₂) + (b₁W₂ + b₂)。",
                ),
                between=choice(T("Activation between", "中间的激活函数"), OPTIONS, "relu"),
                hidden=slider(T("Hidden units", "隐藏单元数"), 8, 1, 64, 1),
                seed=seed(),
            )
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
