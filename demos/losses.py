"""Loss functions: of residuals, of classes, of yes or no, and what likelihood and entropy have to do with them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demos.explorers.losses import binary, chooser, classes, likelihood, residuals
from demos.explorers.losses.groups import CLASSES, LIKELIHOOD, RESIDUALS, YES_OR_NO
from demos.frame import layout
from demos.frame.controls import choice, choices, numbers, shown_with, slider, table
from demos.frame.language import T
from zoo.notes import losses as notes

REDUCTIONS = ["none", "mean", "sum"]
REDUCTION = "reduction"


def _regression(page: layout.Page) -> None:
    options = [(title, name) for name, title in residuals.TITLES.items()]
    with page.tab("residual", T("Regression", "回归"), RESIDUALS):
        page.explore(
            residuals.regression_loss,
            T("The residual r is prediction minus target. Drag the dashed line.", "残差 r 是预测减去目标。拖动虚线。"),
            kinds=choices(T("Losses", "损失函数"), options, list(residuals.TITLES)),
            residual=slider(T("Residual r", "残差 r"), 2.0, -4, 4, 0.05),
            delta=slider("Huber: δ", 1.0, 0.1, 3, 0.05, fits=shown_with("kinds", "huber")),
        )
    with page.tab("outlier", T("Outlier", "离群点"), RESIDUALS):
        page.explore(
            residuals.line_fit,
            T("Drag the large dot: one outlier among 20 points.", "拖动大点：20 个点中的一个离群点。"),
            x=slider(T("Outlier x", "离群点 x"), 2.5, -4, 4, 0.05),
            y=slider(T("Outlier y", "离群点 y"), -5.0, -6, 6, 0.05),
            delta=slider("Huber: δ", 0.5, 0.1, 3, 0.05),
            noise=slider(T("Noise of the others", "其他点的噪声"), 0.3, 0, 1, 0.05),
        )


def _classes(page: layout.Page) -> None:
    with page.tab("cross-entropy", T("Cross entropy", "交叉熵"), CLASSES):
        page.explore(
            classes.cross_entropy,
            T(
                "Logits, softmax, and the loss of the true class. Its gradient is p − y.",
                "Logits、softmax 与真实类别的损失。其梯度为 p − y。",
            ),
            z0=slider("z₀", 2.0, -10, 10, 0.1),
            z1=slider("z₁", 1.0, -10, 10, 0.1),
            z2=slider("z₂", 0.0, -10, 10, 0.1),
            z3=slider("z₃", -1.0, -10, 10, 0.1),
            label=choice(T("True class", "真实类别"), ["0", "1", "2", "3"], "1"),
        )
    with page.tab("nll", T("NLL and weights", "NLL 与权重"), CLASSES):
        page.explore(
            classes.nll_loss,
            T(
                "Cross entropy of logits is the negative log-likelihood of their log-softmax.",
                "Logits 的交叉熵就是其 log-softmax 的负对数似然。",
            ),
            logits=table(T("Logits, a row a line", "Logits，每行一个样本"), notes.NLL_LOGITS),
            labels=numbers(T("Labels, from 0", "标签，从 0 开始"), notes.NLL_LABELS, count=(1, 8), whole=True),
            weights=numbers(T("Class weights", "类别权重"), [1], count=(1, 8), limit=1000),
            ignore_index=slider("ignore_index", -100, -100, 7, 1),
            reduction=choice(REDUCTION, REDUCTIONS, "mean"),
        )
    with page.tab("smoothing", T("Label smoothing", "标签平滑"), CLASSES):
        page.explore(
            classes.label_smoothing,
            T("A little of the label goes to every class.", "把标签的一小部分分给每一类。"),
            epsilon=slider("ε", 0.1, 0, 0.9, 0.01),
            classes=slider(T("Classes", "类别数"), 10, 2, 20, 1),
            gap=slider(T("Lead of the true logit", "真实类别 logit 的领先量"), 3.0, -5, 15, 0.1),
        )
    with page.tab("double-softmax", T("Double softmax", "两次 softmax"), CLASSES):
        page.explore(
            classes.double_softmax,
            T("A common mistake, and what it costs.", "一个常见的错误及其代价。"),
            classes=slider(T("Classes", "类别数"), 10, 2, 20, 1),
            gap=slider(T("Lead of the true logit", "真实类别 logit 的领先量"), 3.0, -5, 15, 0.1),
        )


def _binary(page: layout.Page) -> None:
    with page.tab("bce", "BCE", YES_OR_NO):
        page.explore(
            binary.binary_cross_entropy,
            T("Drag the dashed line to where the printed formula breaks.", "把虚线拖到公式失效的地方。"),
            logits=numbers("Logits z", notes.BCE_LOGITS, count=(1, 8), limit=1000),
            targets=numbers(T("Targets y, 0 to 1", "目标 y，0 到 1"), notes.BCE_TARGETS, count=(1, 8), limit=1),
            probe=slider(T("Probe z, target 0", "探针 z，目标为 0"), 20.0, -120, 120, 0.5),
        )
    with page.tab("soft-margin", T("Soft margin", "软间隔"), YES_OR_NO):
        page.explore(
            binary.soft_margin,
            T("Yes or no as 1 or −1.", "用 1 和 −1 表示是与否。"),
            scores=numbers(T("Scores x", "得分 x"), [2, -1, 0.5], count=(1, 8), limit=1000),
            signs=numbers(T("Targets y, −1 or 1", "目标 y，−1 或 1"), [1, 1, -1], count=(1, 8), whole=True),
            reduction=choice(REDUCTION, REDUCTIONS, "mean"),
        )
    page.add("losses.margins")
    with page.tab("multi-label", T("Multi-label", "多标签"), YES_OR_NO):
        page.explore(
            binary.multilabel_soft_margin,
            T(
                "Several classes may be true of one row: a sigmoid for each.",
                "一行可以同时属于多类：每类一个 sigmoid。",
            ),
            rows=table(T("Logits, a row a line", "Logits，每行一个样本"), [[2, -1, 0.5], [-0.5, 1.5, -2]], limit=1000),
            answers=table(T("Targets, 0 or 1", "目标，0 或 1"), [[1, 0, 1], [0, 1, 0]]),
            reduction=choice(REDUCTION, REDUCTIONS, "mean"),
        )


def _likelihood(page: layout.Page) -> None:
    with page.tab("coin", T("Likelihood", "似然"), LIKELIHOOD):
        page.explore(
            likelihood.coin,
            T("Which coin makes these tosses likeliest? Drag θ.", "什么样的硬币最可能抛出这样的结果？拖动 θ。"),
            heads=slider(T("Heads", "正面"), 7, 0, 200, 1),
            tails=slider(T("Tails", "反面"), 3, 0, 200, 1),
            theta=slider(T("θ = P(heads)", "θ = P(正面)"), 0.5, 0, 1, 0.01),
        )
    with page.tab("entropy", T("Entropy", "熵"), LIKELIHOOD):
        p, q = T("true weight p", "真实权重 p"), T("believed weight q", "相信的权重 q")
        page.explore(
            likelihood.entropy,
            T(
                "Tomorrow's weather: how it is, and how you believe it to be.",
                "明天的天气：真实的分布，与你所相信的分布。",
            ),
            **{
                f"{letter}{i + 1}": slider(T(f"{name}: {what}", f"{name}：{what}"), value, 0, 1, 0.01)
                for letter, what, values in (("p", p, (0.5, 0.2, 0.3)), ("q", q, (0.3, 0.3, 0.4)))
                for i, (name, value) in enumerate(zip(likelihood.WEATHER, values))
            },
        )


def _chooser(page: layout.Page) -> None:
    with page.tab("choose", T("Which one?", "选哪个？")):
        page.explore(
            chooser.which_loss,
            T("What does the network have to say?", "网络要回答什么？"),
            problem=choice(
                T("It predicts", "它要预测"), [(title, name) for name, title in chooser.PROBLEMS.items()], "multi-class"
            ),
        )


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "What a network is told about its mistakes, and how hard each pulls on it.",
        "损失函数告诉网络错在哪里，每个错误又以多大的力拉动它。",
    )
    with layout.page(T("Loss functions", "损失函数"), lead) as page:
        _chooser(page)
        _regression(page)
        _classes(page)
        _binary(page)
        _likelihood(page)
        page.add("losses.divergence")
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
