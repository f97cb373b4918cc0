"""Imports point one way, and nothing heavy comes along unasked."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in ("zoo", "demos")
    for path in (ROOT / folder).rglob("*.py")
}
PAGES = sorted(path for path in (ROOT / "demos").glob("*.py") if '\nif __name__ == "__main__":' in path.read_text())
LEAVES = {
    "zoo.functional",
    "zoo.fast.memory",
    "zoo.augment.warp",
    "zoo.data",
    "zoo.schedule",
    "zoo.files",
    "zoo.version",
}
BELOW = {  # a module may import those named here, and what they may import
    "zoo.functional": [],
    "zoo.scratch": ["zoo.functional"],
    "zoo.models": ["zoo.functional"],
    "zoo.recipes": ["zoo.models", "zoo.scratch", "zoo.data"],
    "zoo.train": ["zoo.recipes", "zoo.init", "zoo.metrics", "zoo.augment.warp", "zoo.distributed", "zoo.schedule"],
    "zoo.registry": ["zoo.card", "zoo.plots", "zoo.models", "zoo.classifier", "zoo.files"],
    "zoo.hub.client": ["zoo.registry"],
}


def imported(path: Path, top_level: bool = False) -> set[str]:
    """Return the modules that a file imports, anywhere or at its top level only."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_level else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def uses(path: Path, package: str, top_level: bool = False) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in imported(path, top_level))


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("zoo")])
def test_zoo_imports_neither_demos_nor_gradio(module: str) -> None:
    assert not uses(MODULES[module], "demos")
    assert not uses(MODULES[module], "gradio")


@pytest.mark.parametrize("module", MODULES)
def test_only_hub_and_card_import_huggingface_hub_and_inside_functions(module: str) -> None:
    assert not uses(MODULES[module], "huggingface_hub", top_level=True)
    if module not in ("zoo.hub.client", "zoo.card"):
        assert not uses(MODULES[module], "huggingface_hub")


@pytest.mark.parametrize("module", MODULES)
def test_torchvision_is_imported_inside_functions_only(module: str) -> None:
    assert not uses(MODULES[module], "torchvision", top_level=True)


@pytest.mark.parametrize("module", sorted(LEAVES & MODULES.keys()))
def test_leaves_import_nothing_of_the_zoo(module: str) -> None:
    assert not uses(MODULES[module], "zoo")


def reachable(module: str) -> set[str]:
    """Return all modules of the zoo that a module imports when it is imported, directly or not."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for name in imported(MODULES[waiting.pop()], top_level=True) & MODULES.keys():
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_no_module_reaches_itself(module: str) -> None:
    assert module not in reachable(module)


@pytest.mark.parametrize("upper", BELOW)
def test_nothing_below_reaches_up(upper: str) -> None:
    for lower in BELOW[upper]:
        assert upper not in reachable(lower), f"{lower} reaches {upper}"


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("zoo.lab.")])
def test_the_lab_keeps_away_from_registry_and_hub(module: str) -> None:
    assert not reachable(module) & {"zoo.hub.client", "zoo.registry"}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'demos')!r}]; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_importing_zoo_is_light() -> None:
    assert not loaded_by("import zoo") & {"torchvision", "gradio", "huggingface_hub", "matplotlib", "pandas"}


def test_importing_the_app_never_imports_torchvision() -> None:
    pages = "import app; [app.build(page.name) for page in app.navigation.PAGES]"
    assert "torchvision" not in loaded_by(pages)


ALONE = """
import runpy, sys
path, ours = list(sys.path), ("demos", "zoo")
for page in sys.argv[1:]:
    print(page, file=sys.stderr)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.split(".")[0] in ours]:
        del sys.modules[name]
    runpy.run_path(page, run_name="page")
"""


def test_every_page_finds_the_project_by_itself() -> None:
    """One process for all pages, which forgets between two of them where the project is and what it imported of it."""
    command = [sys.executable, "-c", ALONE, *map(str, PAGES)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
