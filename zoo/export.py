"""Export to ONNX, for runtimes other than PyTorch."""

import logging
import tempfile
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from zoo import files
from zoo.classifier import Classifier


class FromPixels(nn.Module):
    """A network with its normalisation inside, so that a caller passes pixels in [0, 1]."""

    def __init__(self, model: nn.Module, mean: float, std: float) -> None:
        super().__init__()
        self.model, self.mean, self.std = model, mean, std

    def forward(self, pixels: Tensor) -> Tensor:
        return self.model((pixels - self.mean) / self.std)


def onnx(classifier: Classifier, path: Path) -> None:
    """Write an ONNX file: input "pixels" float (N, 1, 28, 28) in [0, 1], light on dark; output "logits" (N, 10).

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
    onnx.helper.set_model_props(loaded, {"name": classifier.name, "labels": ",".join(classifier.labels)})
    onnx.checker.check_model(loaded)
    files.write(path, loaded.SerializeToString())
