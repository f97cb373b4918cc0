"""The results table of the README, generated from the configs: ours with what helped in training, and what is published."""

from pathlib import Path

from zoo import files, registry
from zoo.architectures import ARCHITECTURES
from zoo.card import spread
from zoo.config import Config
from zoo.datasets import DATASETS
from zoo.text import Text

BEGIN = "<!-- results: written by `python -m zoo list --readme {}` -->\n"
END = "<!-- end of results -->"

HEADINGS = Text(
    "| network | data | parameters | test accuracy | what helped | published, and what helped there |",
    "| 网络 | 数据集 | 参数 | 测试准确率 | 训练中用了什么 | 已发表的结果，及其所用 |",
)
NONE = Text("no aids", "无")

LECUN = ("LeCun et al. 1998", "https://doi.org/10.1109/5.726791")
XIAO = ("Xiao et al. 2017", "https://arxiv.org/abs/1708.07747")
SUBMITTED = ("benchmark list", "https://github.com/zalandoresearch/fashion-mnist#benchmark")

PUBLISHED = {
    ("softmax", "mnist"): (Text("88.0 %: linear classifier, no aids", "88.0 %：线性分类器，无"), LECUN),
    ("mlp-256", "mnist"): (Text("95.3 %: 300 hidden units, no aids", "95.3 %：300 个隐藏单元，无"), LECUN),
    ("mlp-256-128", "mnist"): (Text("96.95 %: 300-100, no aids", "96.95 %：300-100，无"), LECUN),
    ("lenet5", "mnist"): (Text("99.05 %: no aids; 99.2 %: distorted images", "99.05 %：无；99.2 %：变形的图像"), LECUN),
    ("softmax", "fashion-mnist"): (Text("84.2 %: logistic regression, no aids", "84.2 %：逻辑回归，无"), XIAO),
    ("mlp-256", "fashion-mnist"): (Text("87.1 %: 100 hidden units, no aids", "87.1 %：100 个隐藏单元，无"), XIAO),
    ("mlp-256-128", "fashion-mnist"): (Text("90.0 %: 256-128-64, no aids", "90.0 %：256-128-64，无"), SUBMITTED),
    ("lenet5", "fashion-mnist"): (
        Text("92.5 %: two convolutions, under 100,000 parameters, no aids", "92.5 %：两个卷积层，参数不到 10 万，无"),
        SUBMITTED,
    ),
}
"""Figures for comparable networks, what helped in their training, and where they are published."""


def results(language: str = "en", folder: Path | None = None) -> str:
    """Return the results table as Markdown, a row for each architecture and data set, from the configs in a folder."""
    folder = folder or registry.root()
    there = set(registry.names(folder))
    lines = [getattr(HEADINGS, language), "| --- | --- | ---: | ---: | --- | --- |"]
    for dataset in DATASETS:
        for architecture in ARCHITECTURES:
            if (name := f"{architecture}-{dataset}") in there:
                lines.append(_row(registry.read_config(folder / name), language))
    return "\n".join(lines) + "\n"


def _row(config: Config, language: str) -> str:
    figure, source = PUBLISHED.get((config.architecture, config.dataset), (None, None))
    cells = [
        f"[{config.architecture}](weights/{config.name}/README.md)",
        config.data.title,
        f"{config.parameters:,}",
        f"**{spread(config)}**",
        getattr(aids(config), language),
        f"{getattr(figure, language)} ([{source[0]}]({source[1]}))" if figure and source else "",
    ]
    return f"| {' | '.join(cells)} |"


def aids(config: Config) -> Text:
    """Name what a model learnt from or by beyond the labelled images and plain steps."""
    recipe = config.recipe
    helped = {
        Text("augmentation", "数据增强"): bool(recipe.augment),
        Text("drawn images", "绘制的图像"): bool(recipe.drawn),
        Text("a larger teacher", "更大的教师网络"): config.teacher is not None,
        Text("label smoothing", "标签平滑"): bool(recipe.label_smoothing),
        Text("averaged weights", "权重平均"): bool(recipe.averaging),
    }
    used = [aid for aid, is_used in helped.items() if is_used] or [NONE]
    return Text(", ".join(aid.en for aid in used), "、".join(aid.zh for aid in used))


def in_readme(text: str, name: str = "README.md") -> str:
    """Return the results table that a README of that name holds between its two marks. Raises ValueError where one is missing."""
    return files.between(text, BEGIN.format(name), END)


def write_into(path: Path) -> None:
    """Put the present results between the marks of a README, in Chinese where its name says so; the rest stays as it is."""
    files.write_between(path, BEGIN.format(path.name), END, results("zh" if ".zh." in path.name else "en"))
