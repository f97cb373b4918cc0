"""Distillation: a teacher answers on what its student sees, and a student can't start before it did."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from zoo import data, recipes, train
from zoo.recipes import RECIPES, Recipe, Teacher
from zoo.runs import checkpoint, distill, jobs

TEACHER = Teacher(
    replace(RECIPES["softmax-fashion-mnist"], variant="teacher", epochs=1, precision="bfloat16"), seeds=(7, 8), views=2
)
STUDENT = replace(RECIPES["mlp-256-fashion-mnist"], epochs=2, teacher="quick", averaging=0.0, batch_size=64)


@pytest.fixture
def folder(datasets: dict, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of models whose "quick" teacher can be trained at once, on a few images."""
    load = data.load
    monkeypatch.setattr(data, "load", lambda *a: tuple(t[:1_000] for t in load(*a)))
    monkeypatch.setitem(recipes.TEACHERS, "quick", TEACHER)
    return tmp_path


def job(recipe: Recipe, folder: Path, seed: int = 0) -> jobs.Job:
    return jobs.Job(recipe=recipe, seed=seed, folder=folder)


def taught(folder: Path) -> Path:
    """Train the teacher and let it answer for the student."""
    for first in jobs.teaching([job(STUDENT, folder)]):
        jobs.carry_out(first, lambda job, record: None)
    for each in jobs.unanswered([job(STUDENT, folder), job(STUDENT, folder, seed=1)]):
        distill.answer(each.recipe, each.folder)
    return folder


def test_what_must_come_first_is_listed_once(folder: Path) -> None:
    students = [job(STUDENT, folder, seed) for seed in (0, 1)]
    assert [first.seed for first in jobs.teaching(students)] == [7, 8]
    assert len(jobs.unanswered(students)) == 1
    taught(folder)
    assert jobs.teaching(students) == jobs.unanswered(students) == []


def test_soft_labels_are_the_teachers_answers_on_the_view_mixed_with_the_labels(folder: Path) -> None:
    soft_labels = distill.soft_labels(STUDENT, taught(folder))
    images, labels = train.training_set(STUDENT)
    paths = {seed: job(TEACHER.recipe, folder, seed).checkpoint for seed in TEACHER.seeds}
    networks = [checkpoint.restore(train.start(TEACHER.recipe, seed=seed), path) for seed, path in paths.items()]
    for turn in range(TEACHER.views):
        numbers = STUDENT.augmentation.sample(len(images), torch.Generator().manual_seed(turn))
        x = data.normalize(STUDENT.augmentation(images, numbers), **TEACHER.recipe.preprocessing)
        logits = sum(network.model(x) for network in networks) / 2
        mixed = 0.9 * torch.softmax(logits / 2.0, 1) + 0.1 * torch.nn.functional.one_hot(labels, 10)
        torch.testing.assert_close(soft_labels[turn].float(), mixed, rtol=0, atol=0.02)  # bfloat16 carries 3 digits


def test_a_student_sees_the_view_that_its_teacher_answered_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, mean_logits = [], distill._mean_logits
    monkeypatch.setattr(distill, "_mean_logits", lambda *a: asked.append(a[2]) or mean_logits(*a))
    run = job(STUDENT, taught(folder)).start()
    seen = []

    def watch(x: torch.Tensor) -> torch.Tensor:
        seen.append(x)
        return run.model(x)

    images, labels = train.training_set(STUDENT)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    record = train.train_epoch(run, images, train._targets(run, labels), labels, forward=watch)
    assert {"train_accuracy", "train_agreement"} <= record.keys()
    expected = data.normalize(asked[0][order[:64]], **STUDENT.preprocessing)
    torch.testing.assert_close(seen[0], expected)


def test_a_student_without_answers_is_told_what_makes_them(folder: Path) -> None:
    with pytest.raises(checkpoint.CheckpointError, match=r"answers-quick-\w+\.safetensors are missing; `zoo train`"):
        job(STUDENT, folder).start()


def test_an_unfinished_teacher_does_not_answer(folder: Path) -> None:
    with pytest.raises(checkpoint.CheckpointError, match=r"teacher-seed7\.safetensors is missing or unfinished"):
        distill.answer(STUDENT, folder)
