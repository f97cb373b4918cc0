"""The notebooks are those of their scripts, small, and they run."""

import json
from pathlib import Path

import matplotlib
import pytest
from matplotlib import pyplot as plt

from demos.notebooks import make

FOLDER = Path(make.__file__).parent


@pytest.fixture(params=make.NAMES)
def notebook(request: pytest.FixtureRequest) -> dict:
    return json.loads((FOLDER / f"{request.param}.ipynb").read_text(encoding="utf-8")) | {"name": request.param}


def test_a_notebook_is_its_script_with_small_outputs(notebook: dict) -> None:
    made = make.notebook(notebook["name"])
    assert [cell["source"] for cell in notebook["cells"]] == [cell["source"] for cell in made["cells"]], "run make.py"
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert len(json.dumps(notebook)) < 150_000


@pytest.mark.slow
def test_a_notebook_runs(notebook: dict, datasets: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cell by cell, as a reader would; the one that trains does so on fewer images."""
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("FIRST_NETS_IMAGES", "3000")
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    matplotlib.use("agg")
    names: dict = {}
    with matplotlib.rc_context():
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec(compile(cell["source"], cell["id"], "exec"), names)
    plt.close("all")
    if notebook["name"] == "train":
        assert names["apart"] < 1e-4
    else:
        assert names["unread"] == {}
