"""The zoo as a library in somebody's program: quick to import, typed, explained by `help`."""

import pydoc
import subprocess
import sys
from pathlib import Path

import pytest

import zoo

ROOT = Path(__file__).resolve().parent.parent

PROGRAM = """
import io
from pathlib import Path
import zoo

names: list[str] = zoo.list_models()
classifier: zoo.Classifier = zoo.load(Path("weights") / names[0]).to("cpu")
best: str = next(iter(classifier.classify("digit.png")))
classifier.classify(io.BytesIO())
labels, unread = classifier.classify_many([Path("a.png"), "b.png"])
for i, reason in unread.items():
    print(i + 1, reason.upper(), labels[i])
print(zoo.RECIPES["lenet5-mnist"].epochs + 1, classifier.config.metrics.test_accuracy + 1.0)
"""


def test_importing_takes_a_moment_and_no_pytorch() -> None:
    code = "import sys, zoo; zoo.list_models(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    heavy = {"torch", "numpy", "PIL", "pydantic", "matplotlib", "huggingface_hub", "typer", "rich"}
    assert not heavy & set(loaded.stdout.split())


@pytest.mark.slow
def test_a_program_passes_mypy_strict_and_a_slip_in_it_is_found(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "slip.py").write_text('import zoo\nzoo.lod("lenet5-mnist")\nzoo.load(5).classify(7)\n')
    (tmp_path / "mypy.ini").write_text(
        f"[mypy]\nstrict = true\nfollow_imports = silent\nmypy_path = {ROOT}\n"
        "[mypy-torch.*,pydantic.*]\nfollow_imports = skip\n"  # which take most of the time
    )
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'program'}"  # what it learned of the zoo, for the next run
    command = [sys.executable, "-m", "mypy", cache, "program.py", "slip.py"]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    lines = checked.stdout.splitlines()
    assert [line.partition(" error: ")[0] for line in lines[:-1]] == ["slip.py:2:", "slip.py:3:", "slip.py:3:"], lines
    assert (ROOT / "zoo" / "py.typed").exists(), "or mypy would ignore the annotations of an installed zoo"


def test_help_is_a_tour() -> None:
    text = pydoc.render_doc(zoo, renderer=pydoc.plaintext)
    for name in ("zoo.load(", ".classify(", ".classify_many(", ".is_familiar(", ".to(", "zoo.RECIPES", "list_models("):
        assert name in text
    for each in (zoo.load, zoo.list_models, zoo.Classifier, zoo.Classifier.classify_many, zoo.Classifier.to):
        assert each.__doc__
