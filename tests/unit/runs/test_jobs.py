"""A run as a job: what is finished is told by its recipe and its seeds."""

import shutil
from dataclasses import replace
from pathlib import Path

from zoo import registry
from zoo.recipes import RECIPES
from zoo.runs.jobs import Job, is_trained


def test_a_model_is_trained_if_it_is_there_by_this_very_recipe_with_these_seeds(tmp_path: Path) -> None:
    recipe = RECIPES["mlp-256-mnist"]
    jobs = [Job(recipe, seed, tmp_path) for seed in range(5)]
    assert not is_trained(jobs)
    shutil.copytree(registry.find(recipe.name), tmp_path / recipe.name)
    assert is_trained(jobs)
    assert not is_trained(jobs[:1])
    assert not is_trained([replace(job, recipe=replace(recipe, lr=1e-3)) for job in jobs])
    (tmp_path / recipe.name / "config.json").write_text("{}")
    assert not is_trained(jobs)
