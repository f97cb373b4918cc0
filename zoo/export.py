"""Export to ONNX, for runtimes other than PyTorch."""

import json
import logging
import tempfile
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from zoo import files
from zoo.classifier import Classifier
from zoo.config import WEIGHTS
from zoo.version import __version__


class FromPixels(nn.Module):
    """A network with its normalisation inside, so that a caller passes pixels in [0, 1]."""

    def __init__(self, model: nn.Module, mean: float, std: float) -> None:
        super().__init__()
        self.model, self.mean, self.std = model, mean, std

    def forward(self, pixels: Tensor) -> Tensor:
        return self.model((pixels - self.mean) / self.std)


def onnx(classifier: Classifier, path: Path) -> None:
    """Write an ONNX file: input "pixels" float (N, 1, 28, 28) in [0, 1], light on dark; output "logits" (N, 10).

    What a program needs beside it stands in its metadata (`metadata`); normalisation is inside the graph.
    Raises ValueError where the packages onnx and onnxscript are missing.
    """
    try:
        import onnx
        import onnxscript  # noqa: F401 (torch's exporter needs it)
    except ImportError as error:
        raise ValueError(f"export to ONNX needs the package {error.name!r}: pip install onnx onnxscript") from error

    pixels = classifier.config.preprocessing
    model = FromPixels(classifier.model, pixels.mean, pixels.std).eval()
    batch = torch.export.Dim("batch", min=1, max=65_536)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (torch.zeros(2, 1, 28, 28),),
            dynamo=True,
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_shapes={"pixels": {0: batch}},
            verbose=False,
        )
        assert program is not None
        program.save(Path(folder) / "model.onnx")
        loaded = onnx.load(Path(folder) / "model.onnx")
    loaded.producer_name, loaded.producer_version = "first-nets", __version__
    onnx.helper.set_model_props(loaded, metadata(classifier))
    onnx.checker.check_model(loaded)
    files.write(path, loaded.SerializeToString())


def metadata(classifier: Classifier) -> dict[str, str]:
    """Return what an ONNX file says of a model: names and numbers as text, labels and preprocessing as JSON."""
    config = classifier.config
    preprocessing = {
        "input": "float32 (N, 1, 28, 28) in [0, 1], light on dark, as the data set stores pictures",
        "stages": list(config.data.stages),  # what `classify` does to a picture before
        "normalised_inside": {"mean": config.preprocessing.mean, "std": config.preprocessing.std},
    }
    return {
        "name": classifier.name,
        "dataset": config.dataset,
        "labels": json.dumps(classifier.labels),
        "preprocessing": json.dumps(preprocessing),
        "temperature": repr(config.confidence.temperature),
        "confidence": "softmax(logits / temperature)",
        "test_accuracy": repr(config.metrics.test_accuracy),
        "sha256": config.sha256[WEIGHTS],
        "licence": "MIT",
    }
