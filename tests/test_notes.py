"""The source notes, reproduced: every figure that they print, every correction of them, and `zoo notes`.

The figures stand in `zoo.lab.notes`, which the command prints; here each is a case of its own, named after its part. A case
passes when ours rounds to the printed digits, or, where random draws decide, when the printed figure lies in our spread.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from tests import sweep
from zoo import notes
from zoo.__main__ import app
from zoo.lab import losses, objectives, optimizers
from zoo.notes import corrections, trained
from zoo.notes.figure import Figure, MissingError, OneRun, Spread, outcome

PRINTED = {
    "A1": "1.1 -4.5 1.4 1.191981",
    "A5": "0.7859 0.4072 0.7493 0.8609 0.8417",
    "A7": "2.0744 0.2668 0.2627 0.9015 0.8786",
    "A10": "0.6215 0.0134 0.8208 0.9955 0.9904",
    "A11": "13.1 12.6 0.34 0.37",
    "B": "0.8789 0.1189 0.0022 0 1 0.25",
    "C": "0.7 1.7342 1.0491 0.5332 0.1 0.5 2.3026 0.6931 0.3318 0.3267 0.4490 1.0297",
    "D": "0.060466 3.486784 61.917364 -1.528166 -0.057646 -0.000073 -0.943467 -0.387814 -1673.365109 0.007188 0.002553"
    " -0.126340 -0.186632 -2.382563 -0.158591 -0.002295 -0.000000 -0.010599 0.000000 0.131652 0.447787"
    " 1e-6 1e-8 1e-10 0.01 0.99 0.9 0.999",
    "E": "2 1",
    "F1": "1.4612 10 0.777 0.836 0.793 0.849",
    "F2": "0.131652 0.447787 -1.980180 0.398413 0.226772 -0.120342",
    "F3": "1.7342 1.0491",
    "F4": "88",
    "F7": "96",
    "F8": "0.0013",
    "F11": "0.98 0.93 3e-7 0.23 0.025 0.79",
    "F16": "-8.1e7",
    "F17": "-1.8257 -1.19 7.27 -6.98",
    "F18": "14.1",
    "F21": "0.6931 3.5066",
    "F28": "1.0297 1.4855",
}
"""What the notes print, by part: no figure may be lost or changed."""


def name(case: object) -> str:
    return case if isinstance(case, str) else getattr(case, "name", "")


@pytest.mark.parametrize("key", PRINTED)
def test_no_printed_figure_is_missing(key: str) -> None:
    held = {number for figure in notes.SECTIONS[key].figures for number in figure.numbers}
    assert set(PRINTED[key].split()) <= held


def test_every_part_of_the_notes_is_there_and_names_its_figures_apart() -> None:
    assert list(notes.SECTIONS) == [*(f"A{n}" for n in range(1, 12)), *"BCDE", *(f"F{n}" for n in range(1, 31))]
    for section in notes.SECTIONS.values():
        names = [figure.name for figure in section.figures]
        assert len(names) == len(set(names))


def case_id(value: Any) -> str:
    return value if isinstance(value, str) else value.name


def cases(keep: Callable[[str, Figure], bool]) -> list[tuple[str, Figure]]:
    """Return the (part, figure) pairs to run as one test each."""
    return [(key, f) for key, section in notes.SECTIONS.items() for f in section.figures if keep(key, f)]


def is_trained_model(key: str) -> bool:
    return key in trained.MODELS


def needs_data(figure: Figure) -> bool:
    return "10 epochs: test accuracy" in figure.name


@pytest.mark.parametrize(
    ("key", "figure"),
    cases(lambda key, figure: bool(figure.printed) and not is_trained_model(key) and not needs_data(figure)),
    ids=case_id,
)
def test_figure_agrees(key: str, figure: Figure) -> None:
    found = outcome(figure)
    assert found.agrees is True, f"printed {figure.printed}, now {found.text()}"


def runs_for_long(figure: Figure) -> bool:
    """Say whether a figure is computed anew under ZOO_TEST_ALL=1 alone, and else by `zoo notes F1`."""
    return figure.name.startswith("MLP, 10 epochs")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "figure"),
    cases(lambda _, figure: needs_data(figure) and (sweep.ALL or not runs_for_long(figure))),
    ids=case_id,
)
def test_softmax_before_cross_entropy_costs_accuracy(key: str, figure: Figure, datasets: object) -> None:
    found = outcome(figure)
    assert found.agrees is True, f"printed {figure.printed}, now {found.text()}"
    without, before = found.ours
    assert without > before + 0.03


@pytest.mark.slow
def test_softmax_before_cross_entropy_costs_a_perceptron_accuracy_from_the_first_epoch(datasets: object) -> None:
    without, before = (
        corrections.trained("mlp-256-fashion-mnist-notes", softmax_twice=twice, epochs=1) for twice in (False, True)
    )
    assert without > before + 0.03


@pytest.mark.parametrize("key", trained.MODELS)
def test_shipped_model_reaches_what_the_notes_print(key: str) -> None:
    """A5, A7, A10: the printed accuracy is a run that five of ours would lead one to expect; others: a floor."""
    found = trained.test_accuracy(key)
    printed = {"A5": 0.8417, "A7": 0.8786, "A10": 0.9904}
    if key in printed:
        assert found.seeds >= 5
        assert found.low <= printed[key] <= found.high
    else:
        assert found.mean >= {"A6": 0.84, "A8": 0.885, "A9": 0.84}[key]


def test_what_the_notes_assert_of_dropout_holds() -> None:
    figure = next(f for f in notes.SECTIONS["A9"].figures if f.name == "what the notes assert")
    assert outcome(figure).agrees is True


def test_f3_the_hand_worked_sums_are_not_those_of_the_printed_inputs() -> None:
    from zoo.notes.losses import LABELS, LOGITS, NLL_LABELS, NLL_LOGITS

    nll = nn.NLLLoss()(torch.log_softmax(torch.tensor(NLL_LOGITS), dim=1), torch.tensor(NLL_LABELS))
    cross_entropy = nn.CrossEntropyLoss()(torch.tensor(LOGITS), torch.tensor(LABELS))
    assert round(nll.item(), 4) == 1.7342 != 1.5254
    assert round(cross_entropy.item(), 4) == 1.0491 != 1.3169


def test_c_log_softmax_tables_are_those_of_pytorch_row_by_row() -> None:
    from zoo.notes.losses import LABELS, LOGITS, NLL_LABELS, NLL_LOGITS

    for logits, labels in ((LOGITS, LABELS), (NLL_LOGITS, NLL_LABELS)):
        expected = torch.log_softmax(torch.tensor(logits, dtype=torch.float64), dim=1)
        np.testing.assert_allclose(losses.cross_entropy(logits, labels).log_probabilities, expected)


def test_f5_isinstance_reaches_every_layer_that_comparing_type_misses() -> None:
    net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    reached: list[nn.Module] = []
    net.apply(lambda layer: reached.append(layer) if isinstance(layer, nn.Linear) else None)
    assert len(reached) == 2


def test_f7_the_mean_of_batch_accuracies_is_not_the_accuracy() -> None:
    hits = torch.cat([torch.ones(256), torch.zeros(96)])
    by_batch = torch.stack([batch.mean() for batch in hits.split(256)])
    assert by_batch.mean() == 0.5
    assert hits.mean().item() == pytest.approx(256 / 352)


def test_f8_the_assertion_on_the_misreported_loss_can_not_fail() -> None:
    untrained = np.log(10)
    assert untrained * np.ceil(60_000 / 256) / 60_000 < 0.5 < untrained


def test_f9_a_sum_or_a_mean_makes_backward_work() -> None:
    for reduce in (torch.sum, torch.mean):
        logits = torch.zeros(4, 3, requires_grad=True)
        reduce(nn.functional.cross_entropy(logits, torch.zeros(4, dtype=torch.int64), reduction="none")).backward()
        assert logits.grad is not None


def test_f13_the_weighted_mean_of_pytorch_is_over_the_weights() -> None:
    logits, labels, weight = torch.randn(6, 3), torch.tensor([0, 1, 2, 2, 1, 0]), torch.tensor([1.0, 5.0, 2.0])
    each = nn.functional.cross_entropy(logits, labels, weight=weight, reduction="none")
    mean = nn.functional.cross_entropy(logits, labels, weight=weight)
    torch.testing.assert_close(mean, each.sum() / weight[labels].sum())
    assert abs(mean - each.mean()) > 1e-3


def test_f15_inverted_dropout_keeps_the_mean_and_is_off_at_evaluation() -> None:
    layer, x = nn.Dropout(0.2), torch.ones(1_000_000)
    assert layer(x).mean().item() == pytest.approx(1, abs=0.01)
    assert torch.equal(layer.eval()(x), x)


def test_f16_nesterov_at_a_third_arrives() -> None:
    path = optimizers.descend(objectives.find("stretched"), "nesterov", lr=0.3, beta=0.5)
    assert path.diverged is None
    assert optimizers.descend(objectives.find("stretched"), "nesterov", lr=0.6, beta=0.5).diverged is not None


def test_f19_names_what_came_before_lenet() -> None:
    assert "Neocognitron" in notes.SECTIONS["F19"].title.en


@pytest.mark.parametrize(
    ("printed", "ours", "agrees"),
    [
        ("0.0022", 0.00224, True),
        ("0.0022", 0.00226, False),
        ("-8.1e7", -8.14e7, True),
        ("-8.1e7", -8.16e7, False),
        ("1, 2", [1.2, 2.4], True),
        ("1, 2", [1.2, 2.6], False),
        ("refused", "refused", True),
        ("refused", "taken", False),
        ("", [1.0], None),
        ("0.5", Spread(0.6, 0.4, 0.8, seeds=5), True),
        ("0.5", Spread(0.7, 0.6, 0.8, seeds=5), False),
        ("0.5", Spread(0.5, 0.5, 0.5, seeds=1), None),
        ("0.5", OneRun([0.9]), None),
    ],
)
def test_agreement_is_to_the_printed_digit_or_within_the_spread(
    printed: str, ours: object, agrees: bool | None
) -> None:
    assert outcome(Figure("x", printed, lambda: ours)).agrees is agrees


def test_bounds_hold_for_both_sides_and_a_wrong_count_is_an_error() -> None:
    assert outcome(Figure("x", "0.5", lambda: 0.6, within=((0.4, 0.7),))).agrees is True
    assert outcome(Figure("x", "0.5", lambda: 0.8, within=((0.4, 0.7),))).agrees is False
    assert outcome(Figure("x", "0.3", lambda: 0.6, within=((0.4, 0.7),))).agrees is False
    with pytest.raises(ValueError, match="zip"):
        outcome(Figure("x", "1, 2", lambda: [1.0]))


def test_ours_is_written_like_the_printed_figure() -> None:
    assert outcome(Figure("x", "-8.1e7", lambda: -8.14e7)).text() == "-8.1e7"
    assert outcome(Figure("x", "0.060466, 13", lambda: [0.0604661, 13.4])).text() == "0.060466, 13"
    assert outcome(Figure("x", "", lambda: [0.69314])).text() == "0.6931"
    assert outcome(Figure("x", "0.84", lambda: Spread(0.844, 0.8, 0.9, 5, std=0.02))).text() == "0.84 ± 0.02, 5 seeds"
    assert outcome(Figure("x", "13.1", lambda: Spread(13.38, 11.6, 15.7, 30))).text() == "13.4 [11.6, 15.7], 30 seeds"


def test_what_is_missing_is_said_and_not_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZOO_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    with pytest.raises(MissingError, match="zoo train lenet5-mnist-notes"):
        trained.test_accuracy("A10")
    for key in ("A10", "F1"):
        found = outcome(notes.SECTIONS[key].figures[-1])
        assert found.agrees is None
    assert "needs Fashion-MNIST" in found.text()


def zoo(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["notes", *arguments], env={"COLUMNS": "160"})


def test_command_prints_both_figures_side_by_side() -> None:
    result = zoo("f2", "D")
    assert result.exit_code == 0
    assert "0.226772, -0.120342" in result.stdout
    assert result.stdout.count("-1673.365109") == 2
    assert "differs" not in result.stdout


def test_command_writes_json() -> None:
    (section,) = json.loads(zoo("B", "--json").stdout)
    assert section["part"] == "B"
    assert section["figures"][0] == {
        "name": "softmax of (3, 1, -3)",
        "printed": "0.8789, 0.1189, 0.0022",
        "ours": pytest.approx([0.87888, 0.11894, 0.00218], abs=1e-5),
        "agrees": True,
    }


def test_a_letter_means_all_of_its_parts_and_any_case_will_do() -> None:
    assert notes.select("a") == [f"A{n}" for n in range(1, 12)]
    assert notes.select("f16") == ["F16"]
    with pytest.raises(ValueError, match=r"'A12'; expected A1 to A11"):
        notes.select("A12")


@pytest.mark.parametrize(("arguments", "message"), [([], "no part named"), (["G"], "unknown part of the notes 'G'")])
def test_command_says_what_it_takes(arguments: list[str], message: str) -> None:
    result = zoo(*arguments)
    assert result.exit_code == 1
    assert message in result.stderr
