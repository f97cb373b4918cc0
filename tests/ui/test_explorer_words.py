"""Each sentence of each explorer is true at each setting: at 60 random ones (of a whole sweep 1,000), extremes included."""

import random
import re
from typing import Any

import gradio as gr
import pytest
from claims import CLAIMS, english, value
from explorers import drawn, every_explorer

from demos.frame.controls import Control
from demos.frame.language import translate
from demos.frame.layout import Explorer
from tests.sweep import ALL

SETTINGS = 1000 if ALL else 60
LATIN = re.compile(
    r"<[^>]*>|\b(?:ReLU|PReLU|ELU|GELU|SiLU|Sigmoid|Tanh|Leaky|Softmax|softmax|Xavier|He|PyTorch|Huber|L1|L2|MSE|BCELoss|BCE"
    r"|BCEWithLogitsLoss|CrossEntropyLoss|Linear|logits?|float32|float64|sigmoid|log|nan|KL|SGD|AdaGrad|RMSProp|Adam|AdamW|Nesterov|lr|dropout"
    r"|autograd|none|mean|sum|HuberLoss|MSELoss|MultiLabelSoftMarginLoss|SoftMarginLoss|nn|torch|optim|weight_decay|f|p|q|n|x|y|z"
    r"|w|b|r|d|k|s|c|N)\b"
)


def sample(control: Control, chance: random.Random) -> Any:
    """Return a random setting of a control, at one of its ends one time in three."""
    component = control.component
    if isinstance(component, gr.Slider):
        steps = round((component.maximum - component.minimum) / component.step)
        at = chance.choice([0, steps]) if chance.random() < 1 / 3 else chance.randint(0, steps)
        return round(component.minimum + at * component.step, 9)
    if isinstance(component, gr.CheckboxGroup):
        return [option for _, option in component.choices if chance.random() < 0.5]
    if isinstance(component, gr.Radio | gr.Dropdown):
        return chance.choice([option for _, option in component.choices])
    return chance.random() < 0.5 if isinstance(component, gr.Checkbox) else control.default


def numbers(chance: random.Random, count: int, limit: float) -> list[float]:
    """Return numbers within ±limit: whole, small, large, all alike."""
    kind = chance.choice(
        [lambda: chance.uniform(-limit, limit), lambda: chance.uniform(-3, 3), lambda: chance.randint(-3, 3)]
    )
    return [float(f"{kind():.4g}") for _ in range(count)] if chance.random() < 0.9 else [float(f"{kind():.4g}")] * count


def written(name: str, chance: random.Random) -> dict[str, Any]:
    """Return settings of the boxes in which numbers are written, which have to fit one another."""
    rows, columns = chance.randint(1, 8), chance.randint(1, 8)
    if name == "softmax":
        return {"logits": numbers(chance, chance.randint(2, 8), 1e4)}
    if name == "nll_loss":
        weights = [float(chance.randint(0, 5)) for _ in range(chance.choice([1, columns]))]
        labels = [chance.choice([*range(columns), -100]) for _ in range(rows)]
        return {"logits": [numbers(chance, columns, 100) for _ in range(rows)], "labels": labels, "weights": weights}
    if name == "binary_cross_entropy":
        return {
            "logits": numbers(chance, rows, 1000),
            "targets": [round(chance.random(), chance.randint(0, 2)) for _ in range(rows)],
        }
    if name == "kl_loss":
        many = chance.randint(2, 8)
        return {"weights": [float(chance.randint(0, 5)) for _ in range(many)], "logits": numbers(chance, many, 100)}
    if name == "soft_margin":
        return {"scores": numbers(chance, rows, 1000), "signs": [chance.choice([-1, 1]) for _ in range(rows)]}
    if name == "multilabel_soft_margin":
        answers = [[float(chance.randint(0, 1)) for _ in range(columns)] for _ in range(rows)]
        return {"rows": [numbers(chance, columns, 1000) for _ in range(rows)], "answers": answers}
    if name == "kernel_on_picture":
        size = chance.randint(1, 7)
        return {"kernel": [numbers(chance, size, 100) for _ in range(size)]}
    return {}


LIGHT = {
    "start_training": {"width": (2, 4, 8), "depth": (1, 2)},
    "signals": {"width": (2, 10, 50), "depth": (1, 5, 10, 30)},
    "weight_decay": {"rows": (5, 10, 20, 40)},
    "dropout_net": {"rows": (20, 60), "seed": (0, 1)},
    "two_layer_net": {"hidden": (20,)},
    "race": {"steps": (1, 10, 60)},
    "batches": {"epochs": (1, 2)},
}
"""Sizes of what takes long to train, from which 19 settings of 20 are drawn."""


def light(name: str, chance: random.Random) -> dict[str, Any]:
    return {key: chance.choice(sizes) for key, sizes in LIGHT.get(name, {}).items() if chance.random() < 0.95}


def unproven(summary: str, name: str, setting: dict[str, Any], values: dict[str, Any]) -> str:
    """Return the rest of a summary from the first sentence that no claim covers or that is false; "" if all are true."""
    rest = summary
    while rest := rest.strip():
        for pattern, check in CLAIMS[name]:
            match = pattern.match(rest)
            if match and check(setting, values, *match.groups()):
                rest = rest[match.end() :]
                break
        else:
            return rest
    return ""


@every_explorer
def test_each_sentence_is_true_at_each_setting(explorer: Explorer) -> None:
    chance, name = random.Random(0), explorer.draw.__name__
    views = 0
    for _ in range(5 * SETTINGS):
        setting = (
            {key: sample(control, chance) for key, control in explorer.controls.items()}
            | written(name, chance)
            | light(name, chance)
        )
        view = drawn(explorer, setting)
        if view is None:
            continue
        read = {key: control.read(setting[key]) for key, control in explorer.controls.items()}
        summary = english(view.summary)
        assert not (rest := unproven(summary, name, read, view.numbers)), f"{setting}\n{view.numbers}\n{rest}"
        chinese = translate(view.summary.encode(), "zh").decode()
        assert _numbers(summary) == _numbers(chinese), f"{summary}\n{chinese}"
        assert not (latin := re.findall(r"[A-Za-z]{2,}", LATIN.sub(" ", chinese))), f"{latin} in {chinese}"
        assert not (slips := _slips(summary + english(view.table) + chinese)), f"{slips} in {summary}{view.table}"
        views += 1
        if views == SETTINGS or not explorer.controls:
            break
    assert views >= min(SETTINGS, 10)


def _numbers(text: str) -> set[float]:
    """Return the numbers in a text, words for them and the digits of names apart."""
    text = re.sub(r"float\d+|L[12]\b|Twenty|二十|\d+-\d+-\d+-\d+", " ", text).replace("1 layer draws", "one")
    found = re.findall(r"−?(?:\d[\d,]*(?:\.\d+)?(?: × 10<sup>−?\d+</sup>)?|∞)|nan", text)
    return {abs(value(each.rstrip(","))) for each in found if each != "nan"}


def _slips(text: str) -> list[str]:
    """Return what a text should never hold: a minus before a zero, a plural of one, e-notation, half-width Chinese stops."""
    return re.findall(
        r"[−-]0(?:\.0+)?(?![\d.])"
        r"|(?<![\d.,])1 (?:steps|epochs|rows|heads|tails|units|layers|draws|weights|factors|points|passes)\b"
        r"|\d[eE][+-]?\d+|\[\[|[一-鿿][,;:!?](?!\d)|[一-鿿]\. ",
        text,
    )


def test_a_false_sentence_is_found() -> None:
    """The claims tell right from wrong."""
    setting, values = {"functions": ["relu"], "probe": 1.0}, {"relu": [1.0, 1.0]}
    true = "At x = 1 the steepest is ReLU: backpropagation multiplies a gradient by 1 in size."
    assert unproven(true, "activation", setting, values) == ""
    for false in (true.replace("by 1 in", "by 2 in"), true.replace("ReLU", "Tanh"), "And so on."):
        assert unproven(false, "activation", setting, values) == false


@pytest.mark.parametrize("text", ["−0", "−0.00 a", "1 steps", "1.2e-07", "轮, 损失"])
def test_slips_are_found(text: str) -> None:
    assert _slips(text)
    assert not _slips("−0.5, 21 steps, 1 step, 轮，损失 1.2 × 10<sup>−7</sup>")
