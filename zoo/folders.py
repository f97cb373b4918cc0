"""Where trained models lie, told without PyTorch: the shell asks for their names at every press of Tab."""

import os
from pathlib import Path

from zoo import files

CONFIG = "config.json"
"""The file by which a folder is a model."""


def root() -> Path:
    """Return the folder of the models: `ZOO_WEIGHTS`, else `weights` beside the package (inside it where it is installed)."""
    if named := os.environ.get("ZOO_WEIGHTS"):
        return Path(named)
    package = Path(__file__).resolve().parent
    inside = package / "weights"
    return inside if inside.is_dir() else package.parent / "weights"


def names(folder: Path | None = None) -> list[str]:
    """Return the sorted names of the models in a folder (`root()` by default): the subfolders that hold a config.json."""
    folder = folder or root()
    if not folder.is_dir():
        return []
    files.settle_all(folder)
    return sorted(path.parent.name for path in folder.glob(f"*/{CONFIG}") if not path.parent.name.startswith("."))
