"""Make the notebooks from the scripts beside this file, run them, and keep what they show: python demos/notebooks/make.py

Wants `pip install nbclient ipykernel`. In a script, `# %%` begins a cell and `# %% [markdown]` one of text.
"""

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
NAMES = ("use", "train")


def cells(script: str) -> list[dict[str, Any]]:
    """Return the cells of a script, as a notebook holds them, without outputs."""
    made: list[dict[str, Any]] = []
    for i, (kind, content) in enumerate(re.findall(r"^# %%(.*)\n([\s\S]*?)(?=^# %%|\Z)", script, flags=re.MULTILINE)):
        if "[markdown]" in kind:
            text = re.sub(r"^# ?", "", content.strip(), flags=re.MULTILINE)
            made.append({"cell_type": "markdown", "id": f"cell-{i}", "metadata": {}, "source": text})
        else:
            code = {"cell_type": "code", "execution_count": None, "outputs": []}
            made.append({**code, "id": f"cell-{i}", "metadata": {}, "source": content.strip()})
    return made


def notebook(name: str) -> dict[str, Any]:
    """Return the notebook of a script, not yet run."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    script = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return {"cells": cells(script), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def main() -> None:
    """Run every notebook and write it with its outputs."""
    import nbformat
    from nbclient import NotebookClient

    for name in NAMES:
        made = nbformat.from_dict(notebook(name))
        NotebookClient(made, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()
        for cell in made.cells:
            cell.metadata.pop("execution", None)  # when it ran says nothing
        (FOLDER / f"{name}.ipynb").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
