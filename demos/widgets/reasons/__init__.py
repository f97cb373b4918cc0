"""Why an answer is as sure as it is, and why a picture is flagged: the nearest average picture, strangeness, temperature.

`panel` is a part of the reading's panel (reading.html); reasons.js fills it while it is open.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from demos.frame.html import Html, html
from demos.frame.language import T
from demos.widgets.reasons.means import FILE
from zoo.classifier import Classifier

CSS = Path(__file__).with_name("reasons.css").read_text(encoding="utf-8")

_ASK = T("Why this sure, and how familiar?", "为什么有这样的把握？像不像训练图片？")
_WORDS = {
    "seen": T("What it sees, at 14 × 14", "它看到的，14 × 14"),
    "mean": T("The average {label}", "平均的 {label}"),
    "nearest": T(
        "Of the ten average pictures, that of {label} is nearest: {distance} of 255 grey levels away (root mean square). "
        "95 % of the training images of {label} are within {within}.",
        "十个类别的平均图片中，{label} 的最接近：相差 {distance} 个灰度级（均方根，满量程 255）。"
        "{label} 的训练图片有 95 % 相差不超过 {within}。",
    ),
    "strange": T(
        "Strangeness {strangeness}. Above {threshold} a picture is flagged; at least 99 % of {whose} are below. "
        "What looks like one of the ten classes can pass, whatever it is.",
        "陌生度为 {strangeness}，超过 {threshold} 就会被标记；{whose}至少有 99 % 低于它。"
        "看起来像十个类别之一的，无论是什么都可能不被标记。",
    ),
    "temperature": T(
        "The logits are divided by the temperature {temperature} before the softmax: {label} has {after}, and would have "
        "{before} without. It was fitted on {whose}, so that a confidence tells how often such an answer is right.",
        "softmax 之前，logits 先除以温度 {temperature}：{label} 的置信度为 {after}，不除则为 {before}。"
        "温度是在{whose}上拟合的，好让置信度说明这样的回答有多大比例是对的。",
    ),
}
_WHOSE = {True: T("the pictures kept aside", "另留的图片"), False: T("its own training images", "它自己的训练图片")}
_BLANK = T("Give it something to read first.", "先给它看点什么。")


def panel(dataset: str, models: Iterable[Classifier]) -> Html:
    """Return the reasons for what the models of a data set read, folded away until somebody asks."""
    facts = {
        model.name: {
            "temperature": model.config.confidence.temperature,
            "threshold": model.config.confidence.familiarity.threshold,
            "whose": str(_WHOSE[model.config.confidence.fitted_on == "validation"]),
        }
        for model in models
    }
    means = json.loads(FILE.read_text(encoding="utf-8"))[dataset]
    return html(
        '<section class="reasons" data-models="{models}" data-means="{means}" data-words="{words}"><details>'
        "<summary>{ask}</summary>"
        '<p class="nothing">{blank}</p>'
        '<div class="given" hidden><div><div class="pair"><figure><canvas></canvas><figcaption>{seen}</figcaption></figure>'
        "<figure><canvas></canvas><figcaption></figcaption></figure></div><p></p></div>"
        '<div><div class="scale" aria-hidden="true"><i></i><span>{familiar}</span><span>{flagged}</span></div><p></p></div>'
        '<div><div class="shares" aria-hidden="true"><span>{without}</span><span class="bar"><i></i></span>'
        '<span>{divided}</span><span class="bar"><i></i></span></div><p></p></div>'
        "</div></details></section>",
        models=json.dumps(facts),
        means=json.dumps(means),
        words=json.dumps({name: str(text) for name, text in _WORDS.items()}),
        ask=_ASK,
        blank=_BLANK,
        seen=_WORDS["seen"],
        familiar=T("familiar", "熟悉"),
        flagged=T("flagged", "被标记"),
        without=T("Without the temperature", "不用温度"),
        divided=T("With it", "用温度"),
    )
