"""The field's words, explained where they stand: a term in a text opens its explanation in place, in either language."""

import re
from functools import lru_cache

from demos.frame import navigation
from demos.frame.figures import escape
from demos.frame.language import LANGUAGES, T, translate

TERMS: tuple[tuple[str, str, str, str], ...] = (
    (
        "notes",
        "笔记",
        "five sets of study notes on Dive into Deep Learning that these pages put to work, and correct where they are wrong",
        "关于《动手学深度学习》的五组学习笔记；这些页面把它们付诸实践，并纠正其中的错误",
    ),
    (
        "gradient",
        "梯度",
        "the derivatives of a number by all parameters: the direction in which it grows fastest",
        "一个数对所有参数的导数：它增长最快的方向",
    ),
    (
        "logits",
        "logits",
        "a network's last outputs, before softmax or sigmoid",
        "网络最后的输出，尚未经过 softmax 或 sigmoid",
    ),
    (
        "softmax",
        "softmax",
        "exp of each logit divided by their sum: numbers above 0 that sum to 1",
        "各 logit 的指数除以它们之和：大于 0、总和为 1 的数",
    ),
    (
        "log-softmax",
        "log-softmax",
        "the logarithm of softmax, computed without overflow",
        "softmax 的对数，计算时不会溢出",
    ),
    (
        "backpropagation",
        "反向传播",
        "the chain rule from the loss back to every weight",
        "从损失回到每个权重的链式法则",
    ),
    ("affine", "仿射", "a linear map and a shift: x W + b", "线性变换加平移：x W + b"),
    (
        "saturated",
        "饱和",
        "so far out on the curve that almost no gradient passes",
        "处在曲线的远端，几乎没有梯度通过",
    ),
    (
        "residual",
        "残差",
        "prediction minus target",
        "预测减去目标",
    ),
    ("outlier", "离群点", "a point far from where the others suggest", "远离其他点所示规律的点"),
    (
        "Cross entropy",
        "交叉熵",
        "the mean of −log q under p: what it costs to believe q where p is true; with labels, −log of the true "
        "class's probability",
        "在 p 之下 −log q 的平均值：真实分布为 p 而相信 q 的代价；有标签时就是真实类别概率的负对数",
    ),
    (
        "log-likelihood",
        "对数似然",
        "the logarithm of how probable the data are under a model",
        "数据在模型之下的概率的对数",
    ),
    ("sigmoid", "sigmoid", "1 / (1 + exp(−x)): a number between 0 and 1", "1 / (1 + exp(−x))：0 与 1 之间的数"),
    ("minibatch", "小批量", "a few rows whose mean gradient makes one step", "用其平均梯度走一步的几行数据"),
    ("epoch", "轮", "one pass over all training rows", "遍历一遍全部训练数据"),
    ("learning rate", "学习率", "the length of a step per unit of gradient", "每单位梯度走多远"),
    ("penalty", "惩罚项", "what is added to the loss so that weights stay small", "加在损失上、让权重保持较小的一项"),
    ("underfits", "欠拟合", "is too simple even for the points it was fitted to", "连训练数据都拟合不好"),
    (
        "overfits",
        "过拟合",
        "follows the noise of its own points and does worse on others",
        "追随训练数据的噪声，在其他数据上更差",
    ),
    ("dropout", "dropout", "setting random units to 0 while training", "训练时随机把一些单元置为 0"),
    ("kernel", "卷积核", "the small table of weights that slides over a picture", "在图片上滑动的一小块权重"),
    (
        "cross-correlation",
        "互相关",
        "sliding sums of products, without flipping the kernel",
        "不翻转卷积核的滑动乘积之和",
    ),
    ("pooling", "池化", "the largest or mean number of each window", "取每个窗口的最大值或平均值"),
    ("bottleneck", "瓶颈结构", "few channels between two 1 × 1 convolutions", "两个 1 × 1 卷积之间只用少量通道"),
    (
        "fully connected",
        "全连接",
        "every input joined with every output by a weight",
        "每个输入与每个输出之间都有一个权重",
    ),
    ("closed form", "解析解", "a formula that gives the answer in one go", "一步给出答案的公式"),
    (
        "autograd",
        "autograd",
        "PyTorch's record of what was computed, from which it derives gradients",
        "PyTorch 记录计算过程并据此求导的机制",
    ),
    ("chain rule", "链式法则", "derivatives of nested functions multiply", "复合函数的导数等于各层导数之积"),
    ("hidden layer", "隐藏层", "a layer between inputs and outputs", "输入与输出之间的层"),
    ("Whole-batch", "全批量", "with all training rows in each step", "每一步都用全部训练数据"),
)
"""English, Chinese, and what each means in both."""
NOTES = ("notes", "笔记")
ABOUT, MORE = f"{navigation.ABOUT.name}#notes", ("More", "详细")


def glossed(text: str, after: str = "") -> str:
    """Return a text of either or both languages (T) with each term's first occurrence as one that opens in place.

    after: what stands before it on the page: its terms are explained there.
    """
    english, chinese = (_both(text, after, language) for language in range(len(LANGUAGES)))
    return T(english, chinese)


def _both(text: str, after: str, language: int) -> str:
    own, before = (translate(each.encode(), LANGUAGES[language]).decode() for each in (text, after))
    own = re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", own)  # room for a name that might be Latin
    return _marked(own, language, {match[1].lower() for match in _pattern(language).finditer(before)})


def _marked(text: str, language: int, seen: set[str]) -> str:
    meanings = _meanings(language)

    def term(match: re.Match[str]) -> str:
        key = match[1].lower()
        if key in seen:
            return match[0]
        seen.add(key)
        more = f' <a href="{ABOUT}">{MORE[language]}</a>' if key in NOTES else ""
        meaning = escape(meanings[key]) + more
        return f'<details class="term"><summary>{match[0]}</summary><span>{meaning}</span></details>'

    return _pattern(language).sub(term, text)


@lru_cache
def _meanings(language: int) -> dict[str, str]:
    return {row[language].lower(): row[2 + language] for row in TERMS}


@lru_cache
def _pattern(language: int) -> re.Pattern[str]:
    """Return what finds any term outside of tags, the longest first; English ones as whole words, an s after them or not."""
    words = sorted((row[language] for row in TERMS), key=len, reverse=True)
    any_of = "|".join(re.escape(word) for word in words)
    if language:
        return re.compile(rf"({any_of})(?![^<]*>)")
    return re.compile(rf"(?<![\w.-])({any_of})s?(?![\w-])(?![^<]*>)", re.IGNORECASE)
