"""Training in the page: runs that are bounded and keep apart, and a network that its visitor draws into."""

import asyncio
import csv
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
import torch
from explorers import printed
from pads import ONE, draw
from playwright.sync_api import Page, expect

from demos import training
from demos.explorers.training import progress, recipe
from demos.explorers.training.jobs import State, VisitorRun, VisitorRuns
from demos.explorers.training.turned import WATCHED
from demos.frame.language import translate
from zoo import data
from zoo.recipes import Recipe

pytestmark = pytest.mark.usefixtures("datasets")


def made(network: str = "softmax", **settings: Any) -> Recipe:
    return recipe.recipe(
        **{"network": network, "dataset": "mnist", "optimizer": "sgd", "lr": 0.1, "epochs": 2, "batch_size": 256}
        | settings
    )


LONG = made("lenet5", epochs=20)


def watched(job: VisitorRun, seconds: float = 120) -> VisitorRun:
    """Watch a run to its end."""
    end = time.monotonic() + seconds
    while not job.wait(0.05):
        job.look()
        assert time.monotonic() < end, "the run did not end"
    return job


@pytest.fixture
def jobs() -> Iterator[Callable[..., VisitorRuns]]:
    """Make runs of a server; what still trains at the test's end is stopped."""
    all_made = []

    def make(**limits: Any) -> VisitorRuns:
        all_made.append(VisitorRuns(**limits))
        return all_made[-1]

    yield make
    for each in all_made:
        for visitor in list(each._jobs):
            each.stop(visitor)
            assert each._jobs[visitor].wait(60)


def test_a_run_ends_with_a_network_that_reads_the_test_images(jobs: Callable[..., VisitorRuns]) -> None:
    job = watched(jobs().start("visitor", made(epochs=2)))
    assert job.state is State.FINISHED
    assert [epoch["epoch"] for epoch in job.history] == [1, 2]
    assert job.batch == 2 * job.batches == 2 * 215
    assert job.trained is not None
    assert 0.9 < job.trained.accuracy < 0.93


def test_two_visitors_at_once_get_the_networks_they_would_get_alone(
    jobs: Callable[..., VisitorRuns], few_images: Callable[[int], None]
) -> None:
    few_images(5_500)
    recipes = [made("mlp-256-256-dropout", epochs=1), made("softmax", epochs=6, dataset="fashion-mnist")]
    alone = [watched(jobs().start("visitor", each)) for each in recipes]
    server = jobs(at_once=2)
    together = [server.start(f"visitor {i}", each) for i, each in enumerate(recipes)]
    for one, other in zip(alone, [watched_together(job, together) for job in together]):
        assert one.trained is not None
        assert other.trained is not None
        for a, b in zip(one.trained.model.parameters(), other.trained.model.parameters()):
            assert torch.equal(a, b)
        assert [e["train_loss"] for e in one.history] == [e["train_loss"] for e in other.history]


def watched_together(job: VisitorRun, everyone: list[VisitorRun]) -> VisitorRun:
    while not job.wait(0.05):
        for each in everyone:
            each.look()
    return job


def test_a_run_ends_before_its_next_batch_when_it_is_stopped(jobs: Callable[..., VisitorRuns]) -> None:
    server = jobs()
    job = server.start("visitor", LONG)
    while job.batch < 3:
        job.look()
        assert not job.wait(0.05)
    server.stop("visitor")
    watched(job)
    assert job.state is State.STOPPED
    assert job.batch < job.batches, "it trained to the end of the epoch"
    assert job.trained is not None, "what it has learned so far is kept"


def test_a_run_that_nobody_watches_ends(jobs: Callable[..., VisitorRuns]) -> None:
    job = jobs(patience=0.5).start("visitor", LONG)
    assert job.wait(60)
    assert job.state is State.STOPPED


def test_a_run_ends_when_its_time_is_up(jobs: Callable[..., VisitorRuns]) -> None:
    job = watched(jobs(seconds=0.5).start("visitor", LONG))
    assert job.state is State.LATE


def test_a_run_that_diverges_says_so(jobs: Callable[..., VisitorRuns]) -> None:
    job = watched(jobs().start("visitor", made("mlp-256-128", lr=1e6)))
    assert job.state is State.DIVERGED
    assert "1e+06 is too high" in translate(progress.bar(job).encode(), "en").decode()


def test_few_train_at_once_and_one_a_visitor(jobs: Callable[..., VisitorRuns]) -> None:
    server = jobs(at_once=1, most=2)
    first = server.start("first", LONG)
    second = server.start("second", made(epochs=1))
    with pytest.raises(ValueError, match="Too many"):
        server.start("third", made())
    while first.batch < 1:
        first.look()
        second.look()
        assert not first.wait(0.05)
    assert (second.state, first.place, second.place) == (State.WAITING, 0, 1)
    assert "你排在第 1 位" in translate(progress.bar(second).encode(), "zh").decode()
    server.stop("first")
    assert watched(second).state is State.FINISHED


def test_a_second_run_of_a_visitor_takes_the_place_of_the_first(jobs: Callable[..., VisitorRuns]) -> None:
    server = jobs()
    first, second = server.start("visitor", LONG), server.start("visitor", made(epochs=1))
    assert watched(first).replaced
    assert first.trained is None
    assert watched(second).state is State.FINISHED


def test_a_run_rests_goes_a_batch_and_shows_what_it_is(jobs: Callable[..., VisitorRuns]) -> None:
    job = jobs().start("visitor", made(epochs=3))
    while not job.batch:
        assert not job.wait(0.01)
    job.pause()
    job.wait(0.1)
    at = job.batch
    job.photograph()
    job.wait(0.1)
    assert job.batch == at == len(job.losses), "what rests can be looked at"
    assert job.snapshot is not None
    before = [parameter.clone() for parameter in job.snapshot.model.parameters()]
    assert "暂停" in translate(progress.bar(job).encode(), "zh").decode()

    job.step()
    while job.batch == at:
        assert not job.wait(0.01)
    job.photograph()
    job.wait(0.1)
    assert job.batch == at + 1
    assert not all(torch.equal(a, b) for a, b in zip(before, job.snapshot.model.parameters()))
    job.resume()
    assert watched(job).state is State.FINISHED
    assert len(job.losses) == job.batch == 3 * job.batches
    assert "learning rate 0.1, batches of 256, 3 epochs, seed 0" in translate(progress.bar(job).encode(), "en").decode()


def test_what_an_epoch_turned_is_told(jobs: Callable[..., VisitorRuns]) -> None:
    job = watched(jobs().start("visitor", made(epochs=2)))
    images, labels = data.load("mnist", "test")
    reads = job.trained.model(data.normalize(images[:WATCHED], **job.recipe.preprocessing)).argmax(1)
    assert torch.equal(job.turned.reads, reads)
    assert all(reads[i] == labels[i] for i in job.turned.right)
    assert all(reads[i] != labels[i] for i in job.turned.wrong)
    assert progress.changed(job).count("<img") == min(len(job.turned.right), 12) + min(len(job.turned.wrong), 12)


def test_the_loss_of_every_batch_is_a_curve_of_few_points() -> None:
    places, means = progress.by_batch([float(i) for i in range(1000)])
    assert len(places) == len(means) <= progress.MOST_POINTS
    assert places[-1] == 1000
    assert means[0] == 1.0, "the mean of 0, 1 and 2"


def test_who_came_first_trains_first(jobs: Callable[..., VisitorRuns]) -> None:
    server = jobs(at_once=1)
    line = [server.start(name, LONG) for name in ("a", "b", "c", "d")]
    assert [job.place for job in line] == [0, 1, 2, 3]
    server.stop("b")  # who leaves the line lets the others move up
    assert line[1].wait(20)
    assert [job.place for job in line] == [0, 0, 1, 2]
    server.stop("a")
    assert line[0].wait(60)
    assert [job.place for job in line[2:]] == [0, 1]


def test_a_run_whose_updates_nobody_fetches_ends(
    jobs: Callable[..., VisitorRuns], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a program starts one and never opens its event stream."""
    server = jobs(patience=0.5)
    monkeypatch.setattr(training, "JOBS", server)
    unread: asyncio.Queue = asyncio.Queue()
    for _ in range(training.UNREAD):
        unread.put_nowait("an update")
    monkeypatch.setitem(training.demo._queue.pending_messages_per_session, "silent", unread)
    controls = recipe.controls()
    follow = training._trainer(controls)
    updates = list(follow(gr.Request(session_hash="silent"), *(control.default for control in controls.values())))
    assert updates
    assert server._jobs["silent"].state is State.STOPPED


def test_a_data_set_that_is_not_there_is_not_fetched(
    jobs: Callable[..., VisitorRuns], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOO_DATA", str(tmp_path))
    with pytest.raises(ValueError, match="is not on this machine"):
        jobs().start("visitor", made())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("network", "optimizer"), [("softmax", "sgd"), ("mlp-256-256-dropout", "momentum"), ("lenet5", "adamw")]
)
def test_the_program_prints_the_numbers_of_the_run(
    jobs: Callable[..., VisitorRuns], few_images: Callable[[int], None], network: str, optimizer: str
) -> None:
    few_images(5_500)
    settings = {"optimizer": optimizer, "lr": recipe.RATES[optimizer], "epochs": 1, "batch_size": 1024}
    job = watched(jobs().start("visitor", made(network, **settings), seed=3))
    program = recipe.program(network=network, dataset="mnist", seed=3, **settings)
    for place in ("[:{}]", "randperm({}", "/ {}"):  # where it says how many it trains on
        assert program.count(place.format("55_000")) in (1, 2), program
        program = program.replace(place.format("55_000"), place.format("5_500"))
    told = printed(program.replace('"data"', repr(os.environ.get("ZOO_DATA") or "data")))
    assert told["train_loss"] == pytest.approx([e["train_loss"] for e in job.history], rel=1e-3)
    assert told["validation_accuracy"] == pytest.approx([e["validation_accuracy"] for e in job.history], abs=2e-3)


def begin(page: Page) -> None:
    page.locator(".summary:visible").wait_for()
    page.locator("button.train").click()
    page.locator("#run-progress progress").wait_for()


def test_a_visitor_trains_a_network_and_draws_into_it(visit: Callable[..., Page]) -> None:
    page = visit("/training?epochs=10")
    expect(page.locator("#run-reading")).to_contain_text("Train a network, then draw")
    page.evaluate("""() => {
      window.said = [];
      new MutationObserver(() => said.push(voice.textContent)).observe(voice, { childList: true });
    }""")
    begin(page)
    expect(page.locator("#run-progress p")).to_contain_text("of the 10,000 test images", timeout=60_000)
    expect(page.locator(".words tbody tr")).to_have_count(10)
    said = page.evaluate("said")  # not every batch
    assert said[0].startswith("Training has begun")
    assert "of the 10,000 test images" in said[-1]
    assert len(said) <= 6
    assert page.locator(".picture svg[role=img]").count() == 2
    page.locator(".screen").scroll_into_view_if_needed()
    draw(page, ONE)
    expect(page.locator("#run-reading .best span")).to_have_text("1")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#run-reading")).to_contain_text("Draw a digit")


def test_two_visitors_train_at_once_and_see_their_own(visit: Callable[..., Page]) -> None:
    one, other = visit("/training?epochs=3"), visit("/training?epochs=5&dataset=fashion-mnist&lang=zh")
    begin(one)
    begin(other)
    expect(one.locator("#run-progress p")).to_contain_text("test images", timeout=60_000)
    expect(other.locator("#run-progress p")).to_contain_text("测试图片", timeout=60_000)
    expect(one.locator(".words tbody tr")).to_have_count(3)
    expect(other.locator(".words tbody tr")).to_have_count(5)
    expect(one.locator("#run-reading")).to_contain_text("Draw a digit")
    expect(other.locator("#run-reading")).to_contain_text("衣物")


def test_a_closed_page_ends_its_run(visit: Callable[..., Page]) -> None:
    """Two long runs take both places; a third visitor waits, and begins when their pages are closed."""
    pages = [visit("/training?network=lenet5&epochs=20") for _ in range(2)]
    for page in pages:
        begin(page)
        expect(page.locator("#run-progress p")).to_contain_text("Epoch 1", timeout=60_000)
    third = visit("/training?epochs=1")
    begin(third)
    expect(third.locator("#run-progress p")).to_contain_text("Your place in the line: 1")
    for page in pages:
        page.close()
    expect(third.locator("#run-progress p")).to_contain_text("test images", timeout=60_000)


def test_stop_keeps_what_was_learned(visit: Callable[..., Page]) -> None:
    page = visit("/training?network=mlp-256-128&epochs=20")
    expect(page.locator(".control-epochs input[type=number]")).to_have_value("20")  # the address has been read
    begin(page)
    expect(page.locator("#run-progress p")).to_contain_text("Epoch 2", timeout=60_000)
    page.locator("button.halt").click()
    expect(page.locator("#run-progress p")).to_contain_text("Stopped", timeout=20_000)
    expect(page.locator("#run-reading")).to_contain_text("Draw a digit")


def test_runs_are_kept_under_names_and_saved_as_csv(visit: Callable[..., Page]) -> None:
    page = visit("/training?epochs=2")
    page.evaluate("localStorage.removeItem('first-nets-runs')")  # those of other tests
    page.reload()
    begin(page)
    expect(page.locator(".runs li")).to_have_count(1, timeout=60_000)
    expect(page.locator(".runs li")).to_contain_text("Softmax regression, MNIST, SGD, learning rate 0.1")
    page.get_by_label("Name of the run").fill("my first")
    page.get_by_label("Name of the run").blur()
    page.reload()
    expect(page.get_by_label("Name of the run")).to_have_value("my first")
    expect(page.locator(".runs polyline")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all as CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
    assert [(row["name"], row["epoch"]) for row in rows] == [("my first", "1"), ("my first", "2")]
    assert all(0 < float(row["train_loss"]) < 1 for row in rows)
    page.get_by_role("button", name="Forget").click()
    expect(page.locator(".runs")).to_be_hidden()


def test_a_value_out_of_range_is_refused_beside_the_fields(visit: Callable[..., Page]) -> None:
    page = visit("/training")
    page.locator(".summary:visible").wait_for()
    page.locator(".control-lr input[type=number]").fill("50")
    expect(page.locator(".controls .refusal")).to_contain_text("Learning rate: expected a number from 0.0001 to 2")
    values = [control.default for control in recipe.controls().values()]
    assert "refusal" not in training._complaint(recipe.controls(), tuple(values))


def test_an_optimizer_brings_its_learning_rate(visit: Callable[..., Page]) -> None:
    page = visit("/training?epochs=11")
    expect(page.locator(".control-epochs input[type=number]")).to_have_value("11")  # the address has been read
    page.locator(".control-optimizer input[value=adamw]").check()
    expect(page.locator(".control-lr input[type=number]")).to_have_value("0.001")
    page.wait_for_function("location.search.includes('lr=0.001')")
    page.get_by_role("button", name="Copy as PyTorch").click()
    expect(page.locator(".snippet")).to_contain_text("torch.optim.AdamW(net.parameters(), lr=0.001")
