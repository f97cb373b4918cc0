"""How sure a model is with reason, and what it flags as unlike anything it was trained on, as HTML."""

import numpy as np

from demos.frame import figures
from demos.frame.html import Html, html, join
from demos.frame.language import T
from zoo import flags, plots
from zoo.config import Config

_BEFORE, _AFTER = figures.COLOURS[0], figures.COLOURS[1]


def sections(config: Config) -> list[tuple[str, Html, str]]:
    """Return heading, body and class of each section; none of an old model, of which nothing was measured."""
    made = []
    if config.metrics.reliability:
        made.append((T("How sure it is", "它有多大把握"), _sureness(config), "wide"))
    if config.confidence.familiarity.flagged:
        made.append((T("What it flags", "它会标记什么"), _flags(config), ""))
    return made


def _sureness(config: Config) -> Html:
    """Return accuracy against confidence and how many answers are how sure, before and after the temperature."""
    bins = config.metrics.reliability or {}
    diagram, counts = figures.panel((0, 1), (0, 1)), figures.panel((0, 1), (0, 4.2))
    diagram.plot([0, 1], [0, 1], color=figures.MUTED, linewidth=1)
    for name, colour in (("before", _BEFORE), ("after", _AFTER)):
        points = [(sure, right) for count, sure, right in bins[name] if count >= plots.FEW]
        diagram.plot(*zip(*points), "o-", color=colour, markersize=5)
        width = 1 / len(bins[name])
        middles = [(i + (0.75 if name == "after" else 0.25)) * width for i in range(len(bins[name]))]
        counts.bar(middles, [np.log10(1 + n) for n, _, _ in bins[name]], width / 2, color=colour)
    temperature, error = config.confidence.temperature, config.metrics.test_calibration_error
    words = T(
        f"Temperature {temperature:.2f}. After it, confidence and accuracy on the test set differ by {error:.2%} on average.",
        f"温度为 {temperature:.2f}。校准之后，测试集上的置信度与准确率平均相差 {error:.2%}。",
    )
    title = T("Accuracy at each confidence", "各置信度下的准确率")
    powers = T("Answers at each confidence, as a power of ten", "各置信度的回答数（10 的幂）")
    drawn = figures.row(figures.svg(diagram, title, caption=title), figures.svg(counts, powers, caption=powers))
    legend = figures.legend((_BEFORE, T("before the temperature", "温度校准前")), (_AFTER, T("after it", "温度校准后")))
    return html('{}{}<p class="summary">{}</p>', Html(drawn), Html(legend), words)


def _flags(config: Config) -> Html:
    """Return how often pictures of each kind are flagged as unlike what the network was trained on."""
    shares = config.confidence.familiarity.flagged or {}
    row = '<li><span>{}</span><i style="--share:{:.3f}"></i><b>{:.1%}</b></li>'
    rows = join(html(row, T(*text), shares[kind], shares[kind]) for kind, text in flags.KINDS.items() if kind in shares)
    aside = T(
        "The share that is flagged “unlike anything this model was trained on”. What looks like one of the ten labels is not.",
        "被标记为“与训练图片都不像”的比例。看起来像十个类别之一的图片不会被标记。",
    )
    return html('<ol class="classes words">{}</ol><p class="aside">{}</p>', rows, aside)
