"""Regularization: weight decay, the degree of a polynomial, L1 against L2, dropout."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demos.explorers.regularization import capacity, decay, dropout
from demos.frame import layout
from demos.frame.controls import choice, powers, seed, slider
from demos.frame.language import T


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "A model that can fit anything fits the noise too. Ways to hold it back.",
        "能拟合一切的模型也会拟合噪声。这里是约束它的几种办法。",
    )
    with layout.page(T("Regularization", "正则化"), lead) as page:
        with page.tab("decay", T("Weight decay", "权重衰减")):
            page.explore(
                decay.weight_decay,
                T(
                    "A linear regression with more inputs than rows, and the penalty λ‖w‖²/2: "
                    "at every step w ← (1 − ηλ) w − η · gradient.",
                    "输入比数据行还多的线性回归，惩罚项为 λ‖w‖²/2。每一步 w ← (1 − ηλ) w − η · 梯度。",
                ),
                lambd=powers("λ", 3.0, 0.01, 10, zero=True),
                rows=slider(T("Training rows", "训练行数"), 20, 5, 200, 5),
                inputs=slider(T("Inputs", "输入个数"), 200, 1, 300, 1),
                lr=powers(T("Learning rate η", "学习率 η"), 0.003, 0.0005, 0.008),
                version=choice(
                    T("Version of the notes", "笔记中的版本"),
                    [
                        (T("from scratch: MSE / 2", "从零实现：MSE / 2"), "scratch"),
                        (T("concise: MSE", "简洁实现：MSE"), "concise"),
                    ],
                    "scratch",
                ),
                seed=seed(),
            )
        with page.tab("polynomial", T("Polynomials", "多项式")):
            page.explore(
                capacity.polynomial,
                T(
                    "Noisy points of a cubic. Too low a degree underfits, too high a one overfits; more points help.",
                    "带噪声的三次曲线上的点。次数太低欠拟合，太高过拟合；数据更多则会好转。",
                ),
                degree=slider(T("Degree d", "次数 d"), 3, 0, capacity.MOST_DEGREE, 1),
                rows=slider(T("Points", "点数"), 20, 2, 200, 1),
                noise=slider(T("Noise", "噪声"), 0.5, 0, 3, 0.05),
                ridge=powers(T("L2 penalty", "L2 惩罚"), 0.0, 0.0001, 1, zero=True),
                seed=seed(),
            )
        with page.tab("sparsity", T("L1 against L2", "L1 与 L2")):
            page.explore(
                capacity.sparsity,
                T(
                    "20 inputs, of which 4 matter. Drag the dashed line: which weights become exactly 0?",
                    "20 个输入，只有 4 个有用。拖动虚线：哪些权重会恰好变成 0？",
                ),
                lambd=powers("λ", 0.3, 0.01, capacity.MOST_LAMBDA),
                rows=slider(T("Rows", "行数"), 40, 40, 200, 1),
                noise=slider(T("Noise", "噪声"), 1.0, 0, 3, 0.05),
                seed=seed(),
            )
        with page.tab("mask", T("Dropout masks", "Dropout 掩码")):
            page.explore(
                dropout.dropout_mask,
                T(
                    "Dropped numbers become 0, the others grow, so that the mean stays.",
                    "被丢弃的数变成 0，其余的放大，使平均值不变。",
                ),
                p=slider("p", 0.5, 0, 1, 0.01),
                draws=slider(T("Draws", "抽样次数"), 100, 1, 2000, 1),
                seed=seed(),
            )
        with page.tab("dropout", T("Dropout in a net", "网络中的 dropout")):
            page.explore(
                dropout.dropout_net,
                T(
                    "A net with too many units for its few, partly mislabelled rows, with dropout after each activation.",
                    "对少量、部分标错的数据来说单元过多的网络，在每个激活函数之后使用 dropout。",
                ),
                p=slider("p", 0.5, 0, 0.9, 0.05),
                rows=slider(T("Training rows", "训练行数"), 200, 20, 400, 20),
                seed=seed(),
            )
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
