"""The networks in JavaScript against the same networks in PyTorch, in Node: pictures, logits, labels, what is familiar."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import golden
import numpy as np
import pytest
import torch
from safetensors.torch import save

import zoo
from demos.widgets import network
from demos.widgets.reasons import means
from tests.conftest import ROOT, lacking
from zoo import registry

WIDGETS = ROOT / "demos" / "widgets"


@pytest.fixture(scope="module")
def compared(node: Callable[..., str], cases: Path) -> dict[str, Any]:
    """How far JavaScript and Python differ over the golden cases (golden.js)."""
    return json.loads(node(Path(golden.__file__).with_suffix(".js"), cases))


def test_drawings_are_prepared_as_in_python(compared: dict[str, Any]) -> None:
    pictures = compared["pictures"]
    assert pictures["canvases"] > 2 * golden.COUNT
    assert pictures["unequal"] == [], "read by one side only"
    assert pictures["far"] <= 0.001 * pictures["pixels"], "more than 2 grey levels away"


def test_every_model_answers_as_in_pytorch(compared: dict[str, Any]) -> None:
    models = compared["models"]
    assert set(models) == set(zoo.list_models())
    assert max(facts["logits"] for facts in models.values()) < 1e-4
    assert max(facts["probabilities"] for facts in models.values()) < 1e-4
    differences = {name: facts["differences"] for name, facts in models.items()}
    read = sum(facts["read"] for facts in models.values())
    assert sum(map(len, differences.values())) <= 0.002 * read, differences


def test_a_network_of_other_layers_needs_no_new_javascript(compared: dict[str, Any]) -> None:
    assert compared["foreign"] < 1e-4


def test_changes_and_evidence_are_those_of_the_lab(compared: dict[str, Any]) -> None:
    for facts in compared["microscope"]:
        assert facts["levels"] <= 1
        assert facts["evidence"] < 1e-4


def test_numbers_taken_apart_come_to_what_the_networks_hold(node: Callable[..., str], cases: Path) -> None:
    """What the picture of a network says of a number: windows x weights + bias, who reads it, and what pixels it depends on."""
    taken = json.loads(node(Path(golden.__file__).with_name("sums.js"), cases))
    assert set(taken) == {*zoo.list_models(), "foreign"}
    for name, facts in taken.items():
        assert facts["numbers"] >= 60
        assert facts["largest"] < 1e-5, name
        assert facts["wrong"] == [], name


def test_a_drawing_comes_back_from_its_address_where_it_was(node: Callable[..., str], tmp_path: Path) -> None:
    strokes = [[[20, 250, 18], [140, 30, 18], [260, 250, 18]], [[80, 160, 18], [200, 170, 18]]]  # x, y, width
    script = tmp_path / "address.mjs"
    address = (WIDGETS / "pad" / "address.js").as_uri()
    script.write_text(
        f'import {{ decode, encode }} from "{address}"; const given = JSON.parse(process.argv[2]);'
        "console.log(JSON.stringify(decode(encode(given, 280), 280)));"
    )
    back = json.loads(node(script, json.dumps(strokes)))
    assert [len(stroke) for stroke in back] == [3, 2]
    for stroke, expected in zip(back, strokes):
        for point, place in zip(stroke, expected):
            assert point == pytest.approx(place, abs=0.3)


REASONS = """
import { nearest, undivided } from "%s";
const { images, means, rows } = JSON.parse(process.argv[2]);
const near = images.map((image) => nearest(image, { means, within: [] }));
console.log(JSON.stringify({ near, shares: rows.map(([shares, temperature]) => undivided(shares, temperature)) }));
"""


def test_reasons_are_what_the_library_would_say(node: Callable[..., str], tmp_path: Path) -> None:
    """The nearest average picture, and the answer without the temperature, for random pictures and logits, extremes too."""
    script = tmp_path / "reasons.mjs"
    script.write_text(REASONS % (WIDGETS / "reasons" / "reasons.js").as_uri())
    chance = torch.Generator().manual_seed(0)
    images = (256 * torch.rand(12, 28, 28, generator=chance) ** 3).clamp(0, 255).byte()
    images[0], images[1] = 0, 255
    text = json.loads(means.FILE.read_text())["mnist"]["means"]
    averages = torch.tensor(list(base64.b64decode(text))).view(10, -1).float()
    logits = 12 * torch.randn(12, 10, generator=chance)
    temperatures = torch.tensor([0.3, 0.6, 1.0, 1.5, 3.0, 6.0]).repeat(2)
    rows = [(torch.softmax(each / t, 0).tolist(), t.item()) for each, t in zip(logits.double(), temperatures)]
    given = {"images": images.flatten(1).tolist(), "means": averages.tolist(), "rows": rows}
    found = json.loads(node(script, json.dumps(given)))
    for image, near in zip(means.thumbnails(images), found["near"]):
        distances = torch.stack([means.distance(image[None], average)[0] for average in averages])
        assert near["label"] == distances.argmin()
        assert near["distance"] == pytest.approx(distances.min().item(), rel=1e-4)
    np.testing.assert_allclose(found["shares"], torch.softmax(logits.double(), 1), atol=1e-6)


LOAD = """
import { readFile } from "node:fs/promises";
import { load } from "%s";
globalThis.fetch = async (path) => new Response(await readFile(String(path)).catch(() => null), { status: 200 });
const source = JSON.parse(process.argv[2]);
await load(source).then(() => console.log("loaded"), (error) => console.log(error.message));
"""


@pytest.fixture
def loading(node: Callable[..., str], tmp_path: Path) -> Callable[[Path], str]:
    """Load a model's folder as the browser does -> "loaded", or why it was refused."""
    script = tmp_path / "load.mjs"
    script.write_text(LOAD % (WIDGETS / "network" / "classifier.js").as_uri())

    source = network.source(zoo.load("softmax-mnist"), "")

    def load(folder: Path) -> str:
        return node(script, json.dumps(source | {"folder": str(folder)})).strip()

    return load


def test_a_damaged_file_is_refused(loading: Callable[[Path], str], weights: Path) -> None:
    folder = weights / "softmax-mnist"
    assert loading(folder) == "loaded"

    path = folder / registry.WEIGHTS
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert "model.safetensors of softmax-mnist is damaged: its sha256 is" in loading(folder)

    (folder / registry.CONFIG).write_text("{")
    assert loading(folder) == "config.json of softmax-mnist is damaged: it is no JSON"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda content: b"", "it has no header"),
        (lambda content: b"\xff" * 8 + content[8:], "it has no header"),
        (lambda content: content[:8] + b"!" + content[9:], "its header can't be read"),
        (lambda content: content[:-4], "is cut off"),
        (lambda content: content.replace(b'"F32"', b'"I32"', 1), "is of type I32"),
        (lambda content: content.replace(b"[10,784]", b"[784,10]"), "is of shape 784,10, expected 10,784"),
        (lambda content: save({}), "tensor linear.weight is of shape undefined, expected 10,784"),
    ],
)
def test_weights_without_a_checksum_are_looked_at_closely(
    loading: Callable[[Path], str], weights: Path, damage: Callable[[bytes], bytes], reason: str
) -> None:
    folder = weights / "softmax-mnist"
    config = json.loads((folder / registry.CONFIG).read_text())
    config["sha256"] = {}
    (folder / registry.CONFIG).write_text(json.dumps(config))
    path = folder / registry.WEIGHTS
    path.write_bytes(damage(path.read_bytes()))

    assert reason in loading(folder)


def test_the_types_are_right() -> None:
    """`tsc --checkJs` over the modules, by the types in their comments."""
    tsc = shutil.which("tsc")
    if tsc is None:
        lacking("TypeScript: npm install --global typescript")
    done = subprocess.run(
        [tsc, "--project", str(WIDGETS / "jsconfig.json")], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout
