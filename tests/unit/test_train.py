"""Training: the same seed gives the same tensors, a resumed run ends as an uninterrupted one, a bad run says where."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from zoo import data, schedule, train
from zoo.recipes import RECIPES, Recipe, table
from zoo.runs import checkpoint, jobs

QUICK = replace(
    RECIPES["mlp-256-256-dropout-mnist"], epochs=3, batch_size=512, augment="digits", teacher="", averaging=0.99
)


@pytest.fixture(autouse=True)
def quick(few_images: Callable[[int], None]) -> None:
    """Train on 4,000 images, so that a run takes a second."""
    few_images(4_000)


def same(one: train.Run, other: train.Run) -> bool:
    pairs = zip(one.final.state_dict().values(), other.final.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def losses(run: train.Run) -> list[float]:
    return [epoch["train_loss"] for epoch in run.history]


def test_the_same_seed_gives_the_same_tensors_and_another_does_not(few_images: Callable[[int], None]) -> None:
    few_images(1_500)
    first, second, other = (train.fit(train.start(QUICK, seed=seed)) for seed in (3, 3, 4))
    assert same(first, second)
    assert losses(first) == losses(second)
    assert not same(first, other)


def test_pytorchs_global_generator_is_left_alone() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    train.fit(train.start(replace(QUICK, epochs=1)))
    assert torch.equal(torch.get_rng_state(), before)


class StopError(Exception):
    pass


@pytest.mark.parametrize(
    "recipe",
    [
        QUICK,
        replace(QUICK, optimizer="sgd", lr=0.05, momentum=0.9, averaging=0.0, schedule="cosine"),
        replace(QUICK, optimizer="muon"),
    ],
    ids=["AdamW, averaged", "SGD with momentum", "Muon"],
)
@pytest.mark.parametrize("from_scratch", [False, True], ids=["concise", "scratch"])
def test_a_resumed_run_ends_with_the_same_tensors(
    recipe: Recipe, from_scratch: bool, tmp_path: Path, few_images: Callable[[int], None]
) -> None:
    few_images(1_500)  # three batches, the last a short one
    whole = train.fit(train.start(recipe, from_scratch=from_scratch))
    job = jobs.Job(recipe=recipe, seed=0, folder=tmp_path, threads=torch.get_num_threads(), from_scratch=from_scratch)

    def stop_after_the_second(job: jobs.Job, record: train.Epoch) -> None:
        if record["epoch"] == 2:
            raise StopError

    with pytest.raises(StopError):
        jobs.carry_out(job, stop_after_the_second)
    assert checkpoint.epochs_done(job.checkpoint) == 2
    resumed = jobs.carry_out(replace(job, resume=True), lambda job, record: None)
    assert losses(resumed) == losses(whole)
    assert same(resumed, whole)


def test_a_checkpoint_is_neither_lost_nor_mixed_up(tmp_path: Path) -> None:
    job = jobs.Job(recipe=replace(QUICK, epochs=1), seed=0, folder=tmp_path, threads=2)
    jobs.carry_out(job, lambda job, record: None)
    with pytest.raises(
        checkpoint.CheckpointError,
        match=r"has a checkpoint of epoch 1 .*--resume goes on from it, --restart discards it",
    ):
        jobs.carry_out(job, lambda job, record: None)
    longer = replace(job, recipe=replace(QUICK, epochs=2), resume=True)
    with pytest.raises(checkpoint.CheckpointError, match=r"belongs to another run \(it differs in epochs\)"):
        jobs.carry_out(longer, lambda job, record: None)
    content = job.checkpoint.read_bytes()
    job.checkpoint.write_bytes(content[:-10])
    with pytest.raises(checkpoint.CheckpointError, match=r"is no checkpoint of ours"):
        jobs.carry_out(replace(job, resume=True), lambda job, record: None)
    jobs.carry_out(replace(job, restart=True), lambda job, record: None)
    assert checkpoint.epochs_done(job.checkpoint) == 1


def test_a_checkpoint_that_cannot_be_written_leaves_the_former(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = train.fit(train.start(replace(QUICK, epochs=1)))
    path = tmp_path / "run.safetensors"
    checkpoint.save(run, path)
    content = path.read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(run, path)
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_loss_that_is_not_finite_stops_with_where_and_a_hint() -> None:
    run = train.start(replace(QUICK, optimizer="sgd", lr=1e6, schedule="constant", averaging=0.0))
    with pytest.raises(
        train.NonFiniteLossError, match=r"seed 0: the loss is (nan|inf) in epoch 1, batch \d+ of 8; .*lower `lr`"
    ):
        train.fit(run)


def test_the_last_short_batch_counts_by_its_images() -> None:
    recipe = replace(QUICK, batch_size=3_000)
    recipe = replace(recipe, architecture="softmax", lr=0.0, augment="", averaging=0.0, label_smoothing=0.0)
    run = train.start(recipe)
    images, labels = data.load("mnist", "train")
    record = train.train_epoch(run, images, labels, forward=run.model)
    logits = run.model(data.normalize(images, **recipe.preprocessing))
    assert record["train_loss"] == pytest.approx(torch.nn.functional.cross_entropy(logits, labels).item(), abs=1e-5)
    assert record["train_accuracy"] == pytest.approx((logits.argmax(1) == labels).double().mean().item())


@pytest.mark.parametrize("from_scratch", [False, True])
def test_dropout_is_off_after_its_share_of_the_epochs(from_scratch: bool) -> None:
    recipe = replace(QUICK, epochs=2, dropout_share=0.5, augment="", averaging=0.0)
    run = train.start(recipe, from_scratch=from_scratch)
    images = data.load("mnist", "train")[0][:512]
    repeats: list[bool] = []

    def watch(x: torch.Tensor) -> torch.Tensor:
        repeats.append(torch.equal(run.model(x), run.model(x)))
        return run.model(x)

    for _ in range(recipe.epochs):
        run.history.append(train.train_epoch(run, images, torch.zeros(512, dtype=torch.long), forward=watch))
    assert repeats == [False, True]


@pytest.mark.parametrize("name", schedule.SCHEDULES)
def test_schedules_stay_between_zero_and_the_highest_rate(name: str) -> None:
    rates = [schedule.lr_at(name, 0.1, step, 1000) for step in range(1000)]
    assert all(0 <= rate <= 0.1 for rate in rates)
    assert max(rates) == pytest.approx(0.1, rel=0.01)
    assert rates[-1] == pytest.approx(0.1 if name == "constant" else 0.0, abs=1e-4)


@pytest.mark.parametrize("name", ["cosine", "one-cycle"])
def test_a_step_is_taken_at_the_rate_of_its_middle(name: str) -> None:
    """So that the fall is the same seen from either end, and the first step is a step, though the schedule begins at 0."""
    falling = range(round(1000 * schedule.WARM_UP) if name == "one-cycle" else 0, 1000)
    rates = [schedule.lr_at(name, 0.1, step, 1000) for step in falling]
    assert [a + b for a, b in zip(rates, reversed(rates))] == pytest.approx([0.1] * len(rates))
    assert 0 < schedule.lr_at(name, 0.1, 0, 1000) <= 0.1


def test_the_schedule_goes_on_from_one_epoch_to_the_next() -> None:
    recipe = replace(QUICK, architecture="softmax", variant="quick", schedule="cosine", augment="")
    run = train.fit(train.start(recipe))
    steps = len(run.history) * 8  # of 512 of 4,000 images
    expected = [schedule.lr_at("cosine", recipe.lr, 8 * epoch - 1, steps) for epoch in (1, 2, 3)]
    assert [record["lr"] for record in run.history] == pytest.approx(expected)


@pytest.mark.parametrize(("step", "decay"), [(0, 0.1), (90, 0.91), (10**6, 0.99)])
def test_averaged_weights_forget_the_beginning_and_then_decay_as_the_recipe_says(step: int, decay: float) -> None:
    run = train.start(QUICK)
    assert run.final is run.average
    for model, value in ((run.model, 1.0), (run.average, 0.0)):
        for parameter in model.parameters():
            torch.nn.init.constant_(parameter, value)
    train._update_average(run, step)
    for parameter in run.average.parameters():
        torch.testing.assert_close(parameter, torch.full_like(parameter, 1 - decay))


def test_a_recipe_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two recipes are named 'mlp-256-256-dropout-mnist'; give one a variant"):
        table([QUICK, replace(QUICK, epochs=5)])


def test_the_notes_recipes_are_as_the_notes_give_them() -> None:
    notes = {r.origin: r for r in RECIPES.values() if r.origin != "ours"}
    assert {(o, r.name, r.optimizer, r.lr, r.epochs, r.batch_size, r.init) for o, r in notes.items()} == {
        ("A5", "softmax-fashion-mnist-notes", "sgd", 0.1, 30, 256, "normal-0.01"),
        ("A6", "mlp-256-fashion-mnist-notes", "sgd", 0.1, 10, 256, "normal-0.1"),
        ("A7", "mlp-256-128-fashion-mnist-notes", "sgd", 0.1, 30, 256, "normal-0.01"),
        ("A8", "mlp-256-128-fashion-mnist-notes-adamw", "adamw", 0.001, 30, 256, "pytorch"),
        ("A9", "mlp-256-256-dropout-fashion-mnist-notes", "sgd", 0.5, 10, 256, "pytorch"),
        ("A10", "lenet5-mnist-notes", "adamw", 0.001, 20, 256, "pytorch"),
    }
    for recipe in notes.values():
        assert (recipe.schedule, recipe.normalize, recipe.train_on, recipe.augment) == ("constant", False, "all", "")
        assert (recipe.momentum, recipe.label_smoothing, recipe.averaging) == (0, 0, 0)
