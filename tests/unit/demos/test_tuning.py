"""What the server says of a network whose last layers a visitor trained: only weights are sent, and looked at closely."""

import base64
import copy
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import zoo
from demos.frame.language import translate
from demos.widgets.tuning import scoring
from zoo import data

NAME = "mlp-256-mnist"


def sent(numbers: np.ndarray, base: str = NAME) -> dict[str, str]:
    return {"base": base, "weights": base64.b64encode(numbers.astype("<f4").tobytes()).decode()}


def shipped(name: str = NAME) -> np.ndarray:
    tail = scoring.split(zoo.load(name)).tail
    return np.concatenate([each.detach().numpy().ravel() for each in tail.parameters()])


def english(value: object) -> str:
    return translate(json.dumps(value).encode(), "en").decode()


@pytest.mark.parametrize("name", ["lenet5-mnist", "softmax-mnist", NAME])
def test_the_shipped_weights_have_the_accuracy_of_the_card(datasets: object, name: str) -> None:
    answer = scoring.score(sent(shipped(name), name))
    right = round(10_000 * zoo.load(name).config.metrics.test_accuracy)
    assert answer == {"before": right, "after": right, "won": 0, "lost": 0, "of": 10_000}


def test_other_weights_are_counted_as_the_network_with_them_answers(datasets: object) -> None:
    model, images, labels = copy.deepcopy(zoo.load(NAME)), *data.load("mnist", "test")
    before = model(images).argmax(1) == labels
    numbers = shipped() + np.random.default_rng(0).normal(0, 0.2, shipped().shape)
    torch.nn.utils.vector_to_parameters(
        torch.tensor(numbers, dtype=torch.float32), scoring.split(model).tail.parameters()
    )
    after = model(images).argmax(1) == labels

    answer = scoring.score(sent(numbers))
    assert answer["after"] == int(after.sum()) != answer["before"]
    assert (answer["won"], answer["lost"]) == (int((after & ~before).sum()), int((before & ~after).sum()))


@pytest.mark.parametrize(
    "request_",
    [
        None,
        {},
        {"base": NAME, "weights": 3},
        sent(shipped()[:-1]),
        sent(np.full_like(shipped(), np.nan)),
        sent(np.full_like(shipped(), np.inf)),
        sent(shipped(), "lenet5-mnist"),
        sent(shipped(), "softmax-fashion-mnist"),
        sent(shipped(), "../" + NAME),
        {"base": NAME, "weights": "é" * 13708},
        {"base": NAME, "weights": "!" + sent(shipped())["weights"][1:]},
    ],
)
def test_what_are_no_weights_of_a_network_is_refused(request_: object) -> None:
    assert "no weights of a network" in english(scoring.score(request_))


def test_the_largest_finite_weights_do_no_harm(datasets: object) -> None:
    answer = scoring.score(sent(np.full_like(shipped(), 3e38)))
    assert 0 <= answer["after"] <= 10_000


def test_without_the_test_images_the_way_to_them_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    assert "python -m zoo eval lenet5-mnist" in english(scoring.score(sent(shipped())))
