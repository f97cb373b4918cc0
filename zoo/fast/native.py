"""LeNet-5 with its convolutions compiled for the processor at hand: what `--compile` trains with on a CPU.

`zoo/fast/stages.c` takes an image through both stages of convolution and pooling while it is in the nearest cache; the
layers after them are those of `zoo.fast.networks`. The C compiler needs about a second, once a process.
"""

import ctypes
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from zoo import models
from zoo.fast import functions, networks

SOURCE = Path(__file__).with_name("stages.c")

STAGES = [
    "Upsample(size=(32, 32), mode='bilinear')",
    "Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))",
    "ReLU()",
    "AvgPool2d(kernel_size=2, stride=2, padding=0)",
    "Conv2d(6, 16, kernel_size=(5, 5), stride=(1, 1))",
    "ReLU()",
    "AvgPool2d(kernel_size=2, stride=2, padding=0)",
    "Flatten(start_dim=1, end_dim=-1)",
]
"""The layers that `stages.c` computes, as PyTorch prints them."""


class CompilerError(RuntimeError):
    """The C compiler is missing or refuses; the message says how it was called and the way out."""


def serves(model: nn.Module) -> bool:
    """Tell whether a network begins with the layers that `stages.c` is written for."""
    if not networks.serves(model, torch.device("cpu")):
        return False
    assert isinstance(model, models.Network)
    layers = networks.layers_of(model)[: len(STAGES)]
    return [repr(layer).replace("inplace=True", "") for layer in layers] == STAGES and layers[0].align_corners is False


def forward(model: models.Network) -> Callable[[Tensor], Tensor]:
    """Return what computes a network's logits, in training too; compile it if that is yet to be done. Raises CompilerError."""
    library()
    layers = networks.layers_of(model)
    convolutions = [layer for layer in layers[: len(STAGES)] if isinstance(layer, nn.Conv2d)]
    rest = networks.chain(layers[len(STAGES) :], of_images=False)

    def logits(x: Tensor) -> Tensor:
        return rest(_Stages.apply(x, *(p for layer in convolutions for p in layer.parameters())))

    return logits


@cache
def library() -> ctypes.CDLL:
    """Return the functions of `stages.c`, compiled the first time. Raises CompilerError.

    The processor's own instructions and OpenMP are used where that works. OpenMP's library is not named to the linker: PyTorch
    has loaded one, and its threads, which go on waiting for a moment after each piece of work, are the ones to employ. Where that
    one is of another make than the compiler's (Clang on Linux, macOS), a single thread does the work.
    """
    for options in (["-march=native", "-fopenmp"], ["-fopenmp"], ["-march=native"]):
        with suppress(CompilerError):
            return build(options)
    return build([])


def compiler() -> list[str]:
    """Return the command that compiles C: that of the environment variable CC, else `cc`."""
    return shlex.split(os.environ.get("CC", "")) or ["cc"]


def build(options: list[str]) -> ctypes.CDLL:
    """Compile `stages.c` with these options in a temporary folder and load it. Raises CompilerError."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        compiled, linked = str(Path(folder, "stages.o")), str(Path(folder, "stages.so"))
        command = [*compiler(), "-O3", "-ffp-contract=fast", "-fPIC", *options, "-c", str(SOURCE), "-o", compiled]
        _call(command)
        _call([*compiler(), "-shared", compiled, "-o", linked])
        try:
            stages = ctypes.CDLL(linked)
        except OSError as error:
            raise CompilerError(_failed(command, f"its result can't be loaded: {error}")) from error
    stages.forward.argtypes = stages.backward.argtypes = (*[ctypes.c_int] * 2, *[ctypes.c_void_p] * 8)
    stages.forward.restype = stages.backward.restype = None
    return stages


def _call(command: list[str]) -> None:
    """Run the compiler. Raises CompilerError."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise CompilerError(_failed(command, str(error))) from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise CompilerError(_failed(command, said[-1]))


def _failed(command: list[str], reason: str) -> str:
    return (
        f"`{shlex.join(command)}` failed ({reason}); LeNet-5 with --compile on a CPU takes a C compiler and a temporary folder "
        "(TMPDIR) to load its work from: install GCC or Clang, name one in the environment variable CC, or leave --compile out"
    )


class _Stages(torch.autograd.Function):
    """Both stages of LeNet-5: images (N, 1, 28, 28), which have no gradient, and four parameters -> (N, 400)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, *parameters: Tensor) -> Tensor:
        if x.shape[1:] != (1, 28, 28) or any(t.dtype != torch.float32 or t.is_cuda for t in (x, *parameters)):
            raise ValueError(
                f"expected float32 images (N, 1, 28, 28) and parameters on the CPU, not {x.dtype} {tuple(x.shape)}"
            )
        compiled, x, parameters = library(), x.contiguous(), tuple(p.contiguous() for p in parameters)
        memory = x.new_empty(len(x), compiled.kept_bytes() // 4)
        out = x.new_empty(len(x), 400)
        addresses = [t.data_ptr() for t in (x, *parameters, functions.resizing(28, 32), memory, out)]
        compiled.forward(torch.get_num_threads(), len(x), *addresses)
        ctx.save_for_backward(memory, *parameters)
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        memory, *parameters = ctx.saved_tensors
        compiled, grad, threads = library(), grad.contiguous(), torch.get_num_threads()
        workspace = grad.new_empty(threads, compiled.gradients_bytes() // 4)
        gradients = [torch.empty_like(p) for p in parameters]
        addresses = [t.data_ptr() for t in (grad, parameters[2], memory, workspace, *gradients)]
        compiled.backward(threads, len(grad), *addresses)
        return None, *gradients
