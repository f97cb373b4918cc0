"""An ONNX file gives the zoo's answers in other runtimes, and says by itself what a program needs to know."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from typer.testing import CliRunner

import zoo
from tests.conftest import lacking
from zoo.__main__ import app
from zoo.export import onnx

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
PIXELS = IMAGES[:, None].astype(np.float32) / 255

IN_NODE = """
const ort = require("onnxruntime-web");
const [path, pixels] = process.argv.slice(2);
(async () => {
  const session = await ort.InferenceSession.create(require("fs").readFileSync(path));
  const values = Float32Array.from(JSON.parse(pixels));
  const { logits } = await session.run({ pixels: new ort.Tensor("float32", values, [values.length / 784, 1, 28, 28]) });
  console.log(JSON.stringify(Array.from(logits.data)));
})();
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "lenet5.onnx"
    done = CliRunner().invoke(app, ["export", "lenet5-mnist", "--out", str(path)], catch_exceptions=False)
    assert done.exit_code == 0
    return path


def test_onnxruntime_needs_nothing_but_the_file(exported: Path) -> None:
    """Logits of any number of pictures, labels and calibrated confidences, from what the file itself says."""
    session = onnxruntime.InferenceSession(exported)
    facts = session.get_modelmeta().custom_metadata_map
    [logits] = session.run(["logits"], {"pixels": PIXELS})
    classifier = zoo.load(facts["name"])
    np.testing.assert_allclose(logits, classifier(IMAGES), atol=1e-4)
    exponentials = np.exp((logits - logits.max(1, keepdims=True)) / float(facts["temperature"]))
    confidences = exponentials / exponentials.sum(1, keepdims=True)
    np.testing.assert_allclose(confidences, classifier.probabilities(IMAGES), atol=1e-4)
    assert json.loads(facts["labels"]) == classifier.labels
    assert json.loads(facts["preprocessing"])["stages"] == ["drawing", "ink", "crop", "stroke", "centre"]
    assert facts["sha256"] == classifier.config.sha256["model.safetensors"]


def test_onnxruntime_in_node_gives_the_same_logits(exported: Path, tmp_path: Path) -> None:
    node, tsc = shutil.which("node"), shutil.which("tsc")
    modules = Path(tsc).absolute().parents[1] if tsc else tmp_path  # installed side by side
    if node is None or not (modules / "onnxruntime-web").is_dir():
        lacking("onnxruntime for Node: npm install typescript@5 onnxruntime-web")
    (tmp_path / "read.cjs").write_text(IN_NODE)
    command = [node, str(tmp_path / "read.cjs"), str(exported), json.dumps(PIXELS[:2].ravel().round(6).tolist())]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NODE_PATH": str(modules)})
    assert done.returncode == 0, done.stderr
    logits = np.reshape(json.loads(done.stdout), (-1, 10))
    np.testing.assert_allclose(logits, zoo.load("lenet5-mnist")(IMAGES[:2]), atol=1e-3)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(ValueError, match="export to ONNX needs the package 'onnxscript': pip install onnx onnxscript"):
        onnx(zoo.load("softmax-mnist"), tmp_path / "x.onnx")
