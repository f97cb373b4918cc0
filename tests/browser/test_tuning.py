"""Fine-tuning in JavaScript against PyTorch, in Node: gradients, the steps of Adam, and the file that is saved."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from demos.frame import shelf
from demos.frame.language import translate
from demos.widgets import network, tuning
from demos.widgets.tuning import scoring
from tests.proxies import visitors

SHAPES = [(7, 5), (4, 6, 3), (9, 3, 8, 10)]  # of chains of affine layers, ReLU between them


class Case:
    """A random chain of layers and random examples, in float64."""

    def __init__(self, sizes: tuple[int, ...], seed: int):
        generator = torch.Generator().manual_seed(seed)
        random = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)  # noqa: E731
        layers: list[nn.Module] = []
        self.tail: list[dict[str, Any]] = []
        for i, (inputs, outputs) in enumerate(pairwise(sizes)):
            layers += [nn.Linear(inputs, outputs, dtype=torch.float64), nn.ReLU()]
            self.tail += [{"kind": "Linear", "weight": f"{2 * i}.weight", "bias": f"{2 * i}.bias"}, {"kind": "ReLU"}]
        self.model, self.tail = nn.Sequential(*layers[:-1]), self.tail[:-1]
        for parameter in self.model.parameters():
            parameter.data = random(*parameter.shape)
        self.features = random(6, sizes[0])
        self.target = torch.softmax(3 * random(6, sizes[-1]), 1)
        self.target[0] = functional.one_hot(torch.tensor(1), sizes[-1])
        self.share = random(6).abs()

    def loss(self) -> torch.Tensor:
        return -(self.share[:, None] * self.target * functional.log_softmax(self.model(self.features), 1)).sum()

    def written(self) -> dict[str, Any]:
        weights = {name: values.flatten().tolist() for name, values in self.model.state_dict().items()}
        rows = zip(self.features.tolist(), self.target.tolist(), self.share.tolist())
        examples = [{"features": x, "target": y, "share": share} for x, y, share in rows]
        return {"tail": self.tail, "weights": weights, "examples": examples}

    def slopes(self) -> dict[str, list[float]]:
        found = torch.autograd.grad(self.loss(), list(self.model.parameters()))
        return {name: slope.flatten().tolist() for (name, _), slope in zip(self.model.named_parameters(), found)}

    def trained(self, recipe: dict[str, float], steps: int) -> dict[str, list[float]]:
        old = [parameter.detach().clone() for parameter in self.model.parameters()]
        optimizer = torch.optim.Adam(self.model.parameters(), lr=recipe["lr"])
        for _ in range(steps):
            optimizer.zero_grad()
            self.loss().backward()
            for parameter, start in zip(self.model.parameters(), old):
                parameter.grad += recipe["pull"] * (parameter.detach() - start)
            optimizer.step()
        return {name: values.detach().flatten().tolist() for name, values in self.model.named_parameters()}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [Case(sizes, seed) for seed, sizes in enumerate(2 * SHAPES)]


@pytest.fixture(scope="module")
def answered(node: Callable[..., str], cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("tuning")
    networks = {name: network.describe(model.model) for name, model in shelf.of_dataset("mnist").items()}
    (folder / "given.json").write_text(json.dumps({"cases": [each.written() for each in cases], "networks": networks}))
    answer = json.loads(
        node(Path(__file__).with_name("tuning.js"), folder / "given.json", folder / "saved.safetensors")
    )
    return answer | {"file": folder / "saved.safetensors"}


def test_losses_gradients_and_steps_are_pytorchs(cases: list[Case], answered: dict[str, Any]) -> None:
    for case, answer in zip(cases, answered["cases"], strict=True):
        assert answer["loss"] == pytest.approx(case.loss().item(), rel=1e-12)
        assert answer["logits"] == pytest.approx(case.model(case.features)[0].tolist(), rel=1e-12)
        for name, slope in case.slopes().items():
            assert answer["slopes"][name] == pytest.approx(slope, rel=1e-9, abs=1e-12)
        for name, values in case.trained(answered["recipe"], steps=5).items():
            assert answer["trained"][name] == pytest.approx(values, rel=1e-9, abs=1e-9)


def test_the_server_tunes_the_same_layers(answered: dict[str, Any]) -> None:
    for name, model in shelf.of_dataset("mnist").items():
        parameters = {id(each): key for key, each in model.model.named_parameters()}
        tail = scoring.split(model).tail
        assert answered["tails"][name] == [parameters[id(each)] for each in tail.parameters()] != []
        assert sum(each.numel() for each in tail.parameters()) <= scoring.MOST_WEIGHTS


def test_a_saved_file_is_safetensors(answered: dict[str, Any]) -> None:
    from safetensors import safe_open

    with safe_open(answered["file"], "pt") as file:
        assert file.metadata() == {"base": "给"}
        assert torch.equal(file.get_tensor("a.weight"), torch.tensor([[1, 2, 3], [4, 5, 6.5]]))
        assert torch.equal(file.get_tensor("a.bias"), torch.tensor([-1, 1e-9]))


def test_what_the_page_says_of_made_up_hands_was_measured_with_this_recipe(
    answered: dict[str, Any], monkeypatch: pytest.MonkeyPatch, datasets: object
) -> None:
    found = json.loads(visitors.MEASURED.read_text())
    assert found["recipe"] == answered["recipe"]
    row = next(each for each in found["models"]["lenet5-mnist"] if each["drawings"] == 20)
    told = translate(tuning.measured().encode(), "en").decode()
    assert (
        f"read {100 * row['hand_before']:.1f}% of their other digits rightly before and {100 * row['hand_after']:.1f}%"
        in told
    )
    assert f"{100 * (row['validation_before'] - row['validation_after']):.2f} points fewer" in told
    assert told.endswith(f"at worst {100 * (row['validation_before'] - row['validation_worst']):.2f}.")

    monkeypatch.setattr(visitors, "DRAWN", 40)
    monkeypatch.setattr(visitors, "OTHERS", 40)
    _, (odd,) = visitors.measure("lenet5-mnist", [20], sizes=[20])  # one of the odd hands
    assert odd["hand_before"] < 0.9
    assert odd["hand_after"] > odd["hand_before"] + 0.05
    assert odd["validation_after"] > odd["validation_before"] - 0.01
