"""LeNet-5 compiled for the processor: the textbook's logits and gradients, and a clear word where there is no compiler."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.unit.fast.networks import answers, network, pictures
from zoo import train
from zoo.config import Training
from zoo.fast import native
from zoo.recipes import RECIPES
from zoo.runs import jobs

compiled = pytest.mark.skipif(shutil.which(native.compiler()[0]) is None, reason="needs a C compiler")


@compiled
@pytest.mark.parametrize("n", [1, 2, 7, 256])
def test_logits_and_gradients_are_those_of_the_model(n: int) -> None:
    model = network("lenet5")
    (logits, expected), (ours, got) = (answers(model, forward, n) for forward in (model, native.forward(model)))
    torch.testing.assert_close(ours, logits, rtol=1e-4, atol=1e-5)
    for a, b in zip(got, expected):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=2e-5 * b.abs().max().item() + 1e-7)


@compiled
@pytest.mark.parametrize("threads", [2, 3, 5])
def test_any_number_of_threads_takes_every_image_once(threads: int) -> None:
    before, model, x = torch.get_num_threads(), network("lenet5"), pictures(4)
    try:
        torch.set_num_threads(1)
        native.forward(model)(x).square().sum().backward()
        alone = [p.grad for p in model.parameters()]
        model.zero_grad()
        torch.set_num_threads(threads)
        native.forward(model)(x).square().sum().backward()
    finally:
        torch.set_num_threads(before)
    for a, b in zip(model.parameters(), alone):
        torch.testing.assert_close(a.grad, b, rtol=1e-4, atol=1e-5 * b.abs().max().item())


@compiled
def test_memory_layout_and_slices_do_not_matter() -> None:
    model, x = network("lenet5"), pictures(6)
    expected = native.forward(model)(x[::2].contiguous()).detach()
    assert torch.equal(native.forward(model)(x[::2]), expected)
    assert torch.equal(native.forward(model.to(memory_format=torch.channels_last))(x[::2]), expected)


@compiled
def test_a_nan_comes_through_and_ends_the_run() -> None:
    model, x = network("lenet5"), pictures(3)
    x[1, 0, 14, 14] = float("nan")
    assert native.forward(model)(x).isnan().any(1).tolist() == [False, True, False]
    with torch.no_grad():
        model.conv2.weight[3, 2, 1, 1] = float("nan")
    assert native.forward(model)(pictures(3)).isnan().all()


@compiled
def test_training_with_compile_is_training() -> None:
    """The same batches in the same order: after 40 steps loss and weights are those of the other path, but for rounding."""
    recipe = replace(RECIPES["lenet5-mnist-notes"], epochs=1, batch_size=64)
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(64 * 40) % 10
    images = torch.randint(0, 60, (64 * 40, 28, 28), generator=generator, dtype=torch.uint8)
    images[torch.arange(64 * 40), 2 * labels + 4] = 255
    losses, weights = [], []
    for compile in (False, True):
        run = train.start(recipe, compile=compile)
        losses.append(train.train_epoch(run, images, labels, forward=train.forward_of(run))["train_loss"])
        weights.append(torch.cat([p.detach().flatten() for p in run.model.parameters()]))
    assert losses[0] < 2.2  # 2.303 is chance
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)
    start = torch.cat([p.detach().flatten() for p in train.start(recipe).model.parameters()])
    assert (weights[1] - weights[0]).norm() < 0.01 * (weights[0] - start).norm()


@pytest.mark.parametrize("command", ["no-such-compiler", "false"])
def test_without_a_compiler_the_way_out_is_named(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", command)
    native.library.cache_clear()
    try:
        with pytest.raises(native.CompilerError, match=rf"(?s)`{command} .*stages\.c.*--compile") as caught:
            train.forward_of(train.start(RECIPES["lenet5-mnist-notes"], compile=True))
    finally:
        native.library.cache_clear()
    assert "install GCC or Clang" in str(caught.value)


@pytest.mark.slow
@compiled
def test_a_compiled_run_is_recorded_as_one(
    few_images: Callable[[int], None], quick_confidence: None, tmp_path: Path
) -> None:
    few_images(500)
    recipe = replace(RECIPES["lenet5-mnist-notes"], epochs=1)
    job = jobs.Job(recipe=recipe, seed=0, folder=tmp_path, compile=True)
    jobs.carry_out(job, lambda job, record: None)
    assert jobs.gather([job]).training == Training(device="cpu", threads=1, compiled=True)
    assert "--seeds 1 --compile`" in (tmp_path / recipe.name / "README.md").read_text()


@compiled
def test_what_it_cannot_compute_is_refused() -> None:
    model = network("lenet5")
    for x in (torch.zeros(2, 1, 14, 14), torch.zeros(2, 1, 28, 28, dtype=torch.uint8), torch.zeros(2, 28, 28)):
        with pytest.raises(ValueError, match=r"expected float32 images \(N, 1, 28, 28\) .* not torch\.\w+ \(2, "):
            native.forward(model)(x)
    with pytest.raises(ValueError, match="float32"):
        native.forward(network("lenet5").double())(pictures(1))


@compiled
def test_second_derivatives_are_refused() -> None:
    model = network("lenet5")
    [grad] = torch.autograd.grad(native.forward(model)(pictures(2)).sum(), model.conv1.weight, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        grad.sum().backward()


@compiled
@pytest.mark.skipif(sys.platform != "linux", reason="PyTorch brings GCC's OpenMP on Linux only")
def test_the_threads_are_those_of_pytorch() -> None:
    said = subprocess.run([*native.compiler(), "--version"], capture_output=True, text=True).stdout
    if "Free Software Foundation" not in said:
        pytest.skip("needs GCC")
    native.build(["-march=native", "-fopenmp"])  # loads, so OpenMP's names were found


def test_only_what_gains_is_compiled() -> None:
    """On a CPU LeNet-5 alone: neither its teachers nor the perceptrons go through torch.compile there."""
    job = jobs.Job(recipe=RECIPES["lenet5-fashion-mnist"], seed=0, folder=Path("none"), compile=True)
    assert job.compiled
    assert [teacher.compiled for teacher in jobs.teaching([job])] == [False, False]
    assert replace(job, device="cuda", recipe=RECIPES["mlp-256-mnist"]).compiled
    assert not replace(job, recipe=RECIPES["softmax-mnist"]).start().compiled
    assert not replace(job, from_scratch=True).compiled
