"""Benchmarks compare like with like, and run where a system lacks a module."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from zoo import architectures
from zoo.bench import memory, products, training
from zoo.recipes import OPTIMIZERS, RECIPES

RATES = {"sgd": 0.1, "adamw": 3e-3, "muon": 1e-2}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_both_sides_learn_the_same_from_the_same_images(optimizer: str, datasets: dict) -> None:
    notes_recipe = RECIPES["mlp-256-128-fashion-mnist-notes"]
    recipe = replace(notes_recipe, optimizer=optimizer, lr=RATES[optimizer], batch_size=32, init="pytorch")
    torch.manual_seed(0)  # which fixes the order of the notes' loader
    notes, ours = training.as_the_notes(recipe, 512), training.as_we_do(recipe, 512)
    losses = [(notes()[0], ours()["train_loss"]) for _ in range(3)]
    for theirs, mine in losses:
        assert mine == pytest.approx(theirs, rel=0.25)  # only the order of the images differs
    assert losses[-1][1] < 0.8 * losses[0][1]


def test_the_work_of_lenet5_is_what_its_layers_multiply() -> None:
    layers = [28 * 28 * 25 * 6, 10 * 10 * 150 * 16, 400 * 120, 120 * 84, 84 * 10]
    expected = {"forward": 2 * sum(layers), "training": 6 * sum(layers) - 2 * layers[0]}
    assert products.flops_per_image(architectures.build("lenet5")) == expected


def test_the_memory_of_a_piece_of_work_is_its_own() -> None:
    light, heavy = memory.peak(len, "abc"), memory.peak(bytes.ljust, b"x", 300_000_000, b"y")
    assert light is not None
    assert heavy is not None
    assert heavy - light > 250_000_000


def test_benchmarks_start_where_there_is_no_module_resource() -> None:
    """As on Windows, where nothing tells the memory of a process and everything else is measured."""
    code = (
        "import sys; sys.modules['resource'] = None; from zoo.bench import inference, memory, pages, pictures, training; "
        "sys.platform = 'win32'; print(memory._weighed(len, ('x',)))"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.stdout.strip() == "None", done.stderr


def test_the_fastest_of_several_repeats_counts() -> None:
    side = training.Side("a", lambda: torch.zeros(1), seconds=[3.0, 2.0, 4.0], compile_seconds=5.0)
    assert (side.best, side.spread, side.whole(10)) == (2.0, 1.0, 25.0)
