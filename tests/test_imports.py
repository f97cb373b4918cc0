"""Imports point one way, and nothing heavy comes along unasked."""

import ast
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in ("zoo", "demos")
    for path in (ROOT / folder).rglob("*.py")
}
PAGES = sorted(path for path in (ROOT / "demos").glob("*.py") if '\nif __name__ == "__main__":' in path.read_text())
ROOMS = {
    "text files schedule version data distributed functional models init familiarity": "",
    "folders": "files",
    "scratch": "functional",
    "architectures": "models scratch text",
    "pictures": "pictures",
    "augment": "augment",
    "synthetic": "synthetic",
    "datasets": "data pictures synthetic text",
    "recipes": "augment datasets",
    "metrics": "data",
    "fast": "fast models",
    "train": "architectures augment data distributed fast functional init metrics recipes schedule scratch",
    "config": "architectures datasets recipes",
    "classifier": "config familiarity fast metrics models pictures",
    "flags": "config text",
    "card": "config flags recipes schedule text",
    "plots": "config files",
    "registry": "architectures card classifier config familiarity files folders plots",
    "results": "architectures card config datasets files registry text",
    "export": "classifier config files version",
    "runs": "architectures augment classifier config data datasets distributed familiarity fast files metrics recipes registry "
    "runs synthetic train version",
    "hub": "card classifier config data files hub metrics registry version",
    "lab": "functional init lab models scratch",
    "notes": "config data files functional lab metrics models notes recipes registry scratch text train",
    "bench": "architectures bench data fast pictures recipes registry runs scratch synthetic train",
    "__init__": "classifier folders hub recipes registry version",
    "__main__": "commands version",
    "commands": "bench card commands config data distributed export fast folders hub metrics notes recipes registry results runs "
    "version",
}
"""What each module or room of zoo/ may import of it, anywhere in a file. A room that is missing here fails the test."""
MAY = {room: set(allowed.split()) for rooms, allowed in ROOMS.items() for room in rooms.split()}


@lru_cache
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
    if module != "zoo.card" and not module.startswith("zoo.hub."):
        assert not uses(MODULES[module], "huggingface_hub")


@pytest.mark.parametrize("module", MODULES)
def test_torchvision_is_imported_inside_functions_only(module: str) -> None:
    assert not uses(MODULES[module], "torchvision", top_level=True)


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("zoo.")])
def test_imports_point_one_way(module: str) -> None:
    rooms = {name.split(".")[1] for name in imported(MODULES[module]) if name.startswith("zoo.") and _is_ours(name)}
    assert rooms <= MAY[module.split(".")[1]]


def _is_ours(name: str) -> bool:
    """Say whether a dotted name is a module or a package of the project, not a name inside one."""
    return name in MODULES or f"{name}.__init__" in MODULES


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


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'demos')!r}]; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


HEAVY = {"torchvision", "gradio", "huggingface_hub", "matplotlib", "pandas"}


LIGHT = {"torch", "numpy", "PIL", "filelock", "pydantic", "safetensors"}


def test_loading_a_model_is_light_and_torch_hub_is_told_what_it_takes() -> None:
    loaded = loaded_by("import zoo; zoo.load('softmax-mnist')")
    assert not loaded & HEAVY
    assert loaded & (LIGHT | {"yaml", "rich", "typer"}) == LIGHT
    from hubconf import dependencies

    assert set(dependencies) == LIGHT


ALONE = """
import runpy, sys
path, ours = list(sys.path), ("demos", "zoo")
for page in sys.argv[1:]:
    print(page, file=sys.stderr)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.split(".")[0] in ours]:
        del sys.modules[name]
    runpy.run_path(page, run_name="page")
print(*sys.modules)
"""
"""One process for all pages, which forgets between two of them where the project is and what it imported of it."""


@pytest.fixture(scope="module")
def pages() -> subprocess.CompletedProcess[str]:
    """What running every page, the whole app among them, ends with: the modules that are loaded then."""
    command = [sys.executable, "-c", ALONE, *map(str, PAGES)]
    return subprocess.run(command, capture_output=True, text=True, cwd="/")


def test_every_page_finds_the_project_by_itself(pages: subprocess.CompletedProcess[str]) -> None:
    assert ROOT / "demos" / "app.py" in PAGES
    assert pages.returncode == 0, pages.stderr


def test_importing_the_app_never_imports_torchvision(pages: subprocess.CompletedProcess[str]) -> None:
    modules = set(pages.stdout.split())
    assert "gradio" in modules
    assert "torchvision" not in modules
