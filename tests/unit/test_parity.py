"""From scratch and concise, side by side: the same weights in, the same logits, losses and accuracies out."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from zoo import architectures, data, init, scratch, train
from zoo.recipes import RECIPES


def twins(architecture: str, seed: int = 0) -> tuple[scratch.Model, torch.nn.Module]:
    """Return the two versions of a network with equal weights."""
    ours, theirs = architectures.find(architecture).twin(), architectures.build(architecture)
    init.initialize(ours.named_parameters(), "pytorch", torch.Generator().manual_seed(seed))
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


@pytest.mark.parametrize("architecture", architectures.ARCHITECTURES)
def test_weights_move_freely_and_logits_agree(architecture: str) -> None:
    ours, theirs = twins(architecture)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    x = torch.rand(8, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x), rtol=1e-4, atol=1e-5)
    ours.load_state_dict(theirs.state_dict())


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("architecture", architectures.ARCHITECTURES)
def test_a_seed_gives_both_the_same_start(architecture: str, seed: int) -> None:
    recipe = next(r for r in RECIPES.values() if r.architecture == architecture)
    ours, theirs = (train.start(recipe, seed=seed, from_scratch=each).model for each in (True, False))
    for name, tensor in theirs.state_dict().items():
        assert torch.equal(tensor, ours[name]), name


def test_scratch_refuses_tensors_that_do_not_fit() -> None:
    model = scratch.SoftmaxRegression()
    with pytest.raises(
        ValueError, match=r"expected tensors \['linear.bias', 'linear.weight'\], got \['linear.weight'\]"
    ):
        model.load_state_dict({"linear.weight": torch.zeros(10, 784)})
    with pytest.raises(ValueError, match=r"linear.weight: expected shape \(10, 784\), got \(10, 1\)"):
        model.load_state_dict({"linear.weight": torch.zeros(10, 1), "linear.bias": torch.zeros(10)})


@pytest.mark.parametrize(
    ("ours", "theirs", "settings"),
    [
        (scratch.SGD, torch.optim.SGD, {"lr": 0.1}),
        (scratch.SGD, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
        (scratch.AdamW, torch.optim.AdamW, {"lr": 0.01}),
        (scratch.AdamW, torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.5, "betas": (0.8, 0.95), "eps": 1e-3}),
    ],
    ids=["SGD", "SGD with momentum and decay", "AdamW", "AdamW with everything"],
)
def test_optimizers_take_the_same_steps(ours: type, theirs: type, settings: dict) -> None:
    start = torch.randn(7, 3, generator=torch.Generator().manual_seed(0))
    paths = []
    for optimizer_class in (ours, theirs):
        w = start.clone().requires_grad_()
        optimizer = optimizer_class([w], **settings)
        for _ in range(20):
            optimizer.zero_grad()
            ((w - 1) ** 2 * torch.tensor([0.5, 1.0, 3.0])).sum().backward()
            optimizer.step()
        paths.append(w.detach())
    torch.testing.assert_close(*paths, rtol=1e-4, atol=1e-6)


CASES = [
    ("softmax-mnist", {"optimizer": "sgd", "lr": 0.1}),
    ("mlp-256-fashion-mnist", {}),
    ("mlp-256-128-fashion-mnist", {"optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 1e-3}),
    ("mlp-256-256-dropout-fashion-mnist", {}),
    ("lenet5-mnist", {"drawn": 0}),
]


@pytest.mark.parametrize(("name", "changes"), CASES, ids=[name for name, _ in CASES])
def test_losses_of_the_first_steps_agree(name: str, changes: dict, datasets: dict) -> None:
    recipe = replace(RECIPES[name], batch_size=64, epochs=1, averaging=0.0, **{"augment": "", **changes})
    images, labels = (t[:640] for t in data.load(recipe.dataset, "train"))
    records = []
    for from_scratch in (True, False):
        run = train.start(recipe, from_scratch=from_scratch)
        losses = []
        for first in range(0, 640, 64):
            part = slice(first, first + 64)
            losses.append(train.train_epoch(run, images[part], labels[part], forward=run.model)["train_loss"])
        records.append(torch.tensor(losses))
    torch.testing.assert_close(*records, rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "changes"), CASES, ids=[name for name, _ in CASES])
def test_accuracies_after_three_epochs_agree(name: str, changes: dict, few_images: Callable[[int], None]) -> None:
    recipe = replace(RECIPES[name], epochs=3, batch_size=64, averaging=0.0, **{"augment": "", **changes})
    few_images(2_000 if recipe.architecture == "lenet5" else 6_000)  # the unfolded convolution is slow
    accuracies = []
    for from_scratch in (True, False):
        run = train.fit(train.start(recipe, from_scratch=from_scratch))
        accuracies.append(run.history[-1]["validation_accuracy"])
    assert accuracies[0] == pytest.approx(accuracies[1], abs=0.003)
    assert accuracies[0] > 0.8


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this PyTorch has no Muon")
def test_muon_takes_the_steps_of_pytorch_on_a_matrix() -> None:
    """PyTorch's takes matrices only, in bfloat16; ours takes the first of two for a hidden layer's."""
    generator = torch.Generator().manual_seed(0)
    start, *gradients = torch.randn(
        21, 20, 12, generator=generator
    )  # that differ, or Nesterov's step would be like the other
    last = torch.zeros(10, 3, requires_grad=True)
    results = []
    for ours in (True, False):
        w = start.clone().requires_grad_()
        optimizer = (
            scratch.Muon([w, last], lr=0.01, weight_decay=0.5)
            if ours
            else torch.optim.Muon([w], lr=0.01, weight_decay=0.5, adjust_lr_fn="match_rms_adamw")
        )
        for gradient in gradients:
            w.grad = gradient.clone()
            optimizer.step()
        results.append(w.detach())
    ours, theirs = results
    assert (ours - start).norm() > 1
    assert (ours - theirs).norm() < 0.03 * (ours - start).norm()


@pytest.mark.parametrize("shape", [(6, 25), (16, 150), (120, 400), (84, 120), (30, 8)])
def test_orthogonalized_has_singular_values_near_one_in_the_same_directions(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    values = u.T @ scratch.orthogonalized(matrix) @ v.T
    assert values.diag().min() > 0.6
    assert values.diag().max() < 1.25
    assert (values - values.diag().diag()).abs().max() < 1e-3
    assert scratch.orthogonalized(torch.zeros(shape)).eq(0).all()


def test_muon_leaves_biases_and_the_last_layer_to_adamw() -> None:
    generator = torch.Generator().manual_seed(0)
    shapes = {"kernel": (4, 2, 3, 3), "bias": (4,), "last": (10, 4), "last bias": (10,)}
    start = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
    moved = {}
    for optimizer_class in (scratch.Muon, scratch.AdamW):
        params = {name: tensor.clone().requires_grad_() for name, tensor in start.items()}
        optimizer = optimizer_class(params.values(), lr=0.01)
        for _ in range(3):
            optimizer.zero_grad()
            sum((p**2).sum() for p in params.values()).backward()
            optimizer.step()
        moved[optimizer_class] = params
    ours, theirs = moved[scratch.Muon], moved[scratch.AdamW]
    assert [name for name in shapes if not torch.equal(ours[name], theirs[name])] == ["kernel"]
    step = (ours["kernel"] - start["kernel"]).detach()
    assert step.square().mean().sqrt().item() == pytest.approx(3 * 0.01 * 0.2, rel=0.35)
