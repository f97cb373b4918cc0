"""The networks and their optimizers from scratch: raw tensors, no `torch.nn`, no `torch.optim`.

Each class has a twin of the same name in `zoo.models` or `torch.optim`, with the same parameter names, so that weights
move freely between the two and one training loop serves both.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from zoo import functional as F


class Model:
    """What training needs of a model: named tensors that require gradients, and a forward pass."""

    def __init__(self, shapes: dict[str, tuple[int, ...]]) -> None:
        self.tensors = {name: torch.zeros(shape, requires_grad=True) for name, shape in shapes.items()}
        self.training = True
        self.generator: torch.Generator | None = None  # of dropout's masks
        self.active = True  # False: dropout lets everything through in training too

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)

    def __getitem__(self, name: str) -> Tensor:
        return self.tensors[name]

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, 10). x (N, 1, 28, 28) float."""
        raise AssertionError(f"{type(self).__name__} has no forward pass")

    def linear(self, layer: str, x: Tensor) -> Tensor:
        """Return x Wᵀ + b with the parameters of `layer`."""
        return F.linear(x, self[f"{layer}.weight"], self[f"{layer}.bias"])

    def conv2d(self, layer: str, x: Tensor) -> Tensor:
        """Return the cross-correlation of x with the kernels of `layer`, plus its bias."""
        return F.conv2d(x, self[f"{layer}.weight"], self[f"{layer}.bias"])

    def parameters(self) -> list[Tensor]:
        return list(self.tensors.values())

    def named_parameters(self) -> Iterable[tuple[str, Tensor]]:
        return self.tensors.items()

    def train(self, mode: bool = True) -> "Model":
        self.training = mode
        return self

    def set_dropout(self, generator: torch.Generator, active: bool) -> None:
        """Let dropout draw its masks from this generator in training, or let everything through."""
        self.generator, self.active = generator, active

    def eval(self) -> "Model":
        return self.train(False)

    def to(self, device: torch.device | str) -> "Model":
        self.tensors = {name: t.detach().to(device).requires_grad_() for name, t in self.tensors.items()}
        return self

    def state_dict(self) -> dict[str, Tensor]:
        return {name: t.detach() for name, t in self.tensors.items()}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Copy `state` into the parameters. Raises ValueError where names or shapes differ."""
        if state.keys() != self.tensors.keys():
            raise ValueError(f"expected tensors {sorted(self.tensors)}, got {sorted(state)}")
        for name, tensor in self.tensors.items():
            if tensor.shape != state[name].shape:
                raise ValueError(f"{name}: expected shape {tuple(tensor.shape)}, got {tuple(state[name].shape)}")
            tensor.copy_(state[name])


class SoftmaxRegression(Model):
    """One affine layer, 784-10; the softmax is in the loss."""

    def __init__(self) -> None:
        super().__init__({"linear.weight": (10, 784), "linear.bias": (10,)})

    def forward(self, x: Tensor) -> Tensor:
        return self.linear("linear", x.flatten(1))


class MLP(Model):
    """A multilayer perceptron 784-...-10 with ReLU and, where asked, dropout after each activation."""

    def __init__(self, num_hiddens: Sequence[int], dropout: Sequence[float] = ()) -> None:
        sizes = [784, *num_hiddens, 10]
        shapes: dict[str, tuple[int, ...]] = {}
        for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            shapes |= {f"layers.{i}.weight": (fan_out, fan_in), f"layers.{i}.bias": (fan_out,)}
        super().__init__(shapes)
        self.dropout = tuple(dropout) or (0.0,) * len(num_hiddens)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        for i, p in enumerate(self.dropout):
            x = F.relu(self.linear(f"layers.{i}", x))
            x = F.dropout(x, p, generator=self.generator, training=self.training and self.active)
        return self.linear(f"layers.{len(self.dropout)}", x)


class LeNet5(Model):
    """LeNet-5 with ReLU and average pooling (after LeCun et al. 1998); 28 x 28 images are resized to 32 x 32 inside."""

    def __init__(self) -> None:
        super().__init__(
            {
                "conv1.weight": (6, 1, 5, 5),
                "conv1.bias": (6,),
                "conv2.weight": (16, 6, 5, 5),
                "conv2.bias": (16,),
                "fc1.weight": (120, 400),
                "fc1.bias": (120,),
                "fc2.weight": (84, 120),
                "fc2.bias": (84,),
                "fc3.weight": (10, 84),
                "fc3.bias": (10,),
            }
        )

    def forward(self, x: Tensor) -> Tensor:
        resize = F.resize_matrix(28, 32).to(x)
        x = resize @ x @ resize.T  # (N, 1, 32, 32)
        x = F.avg_pool2d(F.relu(self.conv2d("conv1", x)), 2)  # (N, 6, 14, 14)
        x = F.avg_pool2d(F.relu(self.conv2d("conv2", x)), 2)  # (N, 16, 5, 5)
        x = F.relu(self.linear("fc1", x.flatten(1)))
        x = F.relu(self.linear("fc2", x))
        return self.linear("fc3", x)


class Optimizer:
    """What training needs of an optimizer: gradients to zero, a step, a learning rate, and a state that can be saved."""

    def __init__(self, params: Iterable[Tensor], lr: float, weight_decay: float) -> None:
        self.params = list(params)
        self.param_groups = [{"lr": lr, "weight_decay": weight_decay}]
        self.state: dict[int, dict[str, Tensor]] = {}

    @property
    def lr(self) -> float:
        return self.param_groups[0]["lr"]

    @property
    def weight_decay(self) -> float:
        return self.param_groups[0]["weight_decay"]

    def zero_grad(self) -> None:
        for param in self.params:
            param.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Update every parameter that has a gradient, in place."""
        for i, param in enumerate(self.params):
            if param.grad is not None:
                self.update(param, param.grad, self.state.setdefault(i, {}))

    def update(self, param: Tensor, grad: Tensor, state: dict[str, Tensor]) -> None:
        """Update one parameter in place. param and grad of one shape; state is this parameter's own."""
        raise AssertionError(f"{type(self).__name__} has no update rule")

    def state_dict(self) -> dict:
        return {"state": self.state, "param_groups": self.param_groups}

    def load_state_dict(self, state: dict) -> None:
        self.state, self.param_groups = state["state"], state["param_groups"]


class SGD(Optimizer):
    """Stochastic gradient descent: v ← momentum v + (g + weight_decay w), w ← w - lr v, as `torch.optim.SGD`."""

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.0, weight_decay: float = 0.0) -> None:
        super().__init__(params, lr, weight_decay)
        self.momentum = momentum

    def update(self, param: Tensor, grad: Tensor, state: dict[str, Tensor]) -> None:
        grad = grad + self.weight_decay * param
        if self.momentum:
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = torch.zeros_like(param)
            grad = state["momentum_buffer"].mul_(self.momentum).add_(grad)
        param -= self.lr * grad


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019), as `torch.optim.AdamW`."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        weight_decay: float = 0.01,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.betas, self.eps = betas, eps

    def update(self, param: Tensor, grad: Tensor, state: dict[str, Tensor]) -> None:
        if not state:
            state |= {
                "step": torch.tensor(0.0),
                "exp_avg": torch.zeros_like(param),
                "exp_avg_sq": torch.zeros_like(param),
            }
        beta1, beta2 = self.betas
        state["step"] += 1
        t = state["step"].item()
        mean = state["exp_avg"].mul_(beta1).add_((1 - beta1) * grad)
        square = state["exp_avg_sq"].mul_(beta2).add_((1 - beta2) * grad**2)
        param -= self.lr * self.weight_decay * param
        param -= self.lr * mean / (1 - beta1**t) / ((square / (1 - beta2**t)).sqrt() + self.eps)


class Muon(AdamW):
    """Steps of equal length in every direction of a hidden layer's weights (Jordan et al. 2024); AdamW for all else.

    The weights of a hidden layer are a matrix, kernels one of (channels out, channels in · height · width). The momentum U S Vᵀ
    of its gradients is replaced by U Vᵀ, scaled to what an AdamW step measures, so that one rate suits both (Liu et al. 2025,
    arXiv:2502.16982). Biases and the last layer, whose outputs are the classes, are AdamW's. `torch.optim.Muon` takes matrices
    only.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, weight_decay: float = 0.01, momentum: float = 0.95) -> None:
        super().__init__(params, lr, weight_decay)
        self.momentum = momentum
        self.hidden = {id(param) for param in [param for param in self.params if param.dim() > 1][:-1]}

    def update(self, param: Tensor, grad: Tensor, state: dict[str, Tensor]) -> None:
        if id(param) not in self.hidden:
            super().update(param, grad, state)
            return
        if not state:
            state["momentum_buffer"] = torch.zeros_like(param)
        mean = state["momentum_buffer"].lerp_(grad, 1 - self.momentum)
        direction = orthogonalized(torch.lerp(grad, mean, self.momentum).flatten(1))  # Nesterov's momentum
        param -= self.lr * self.weight_decay * param
        param -= self.lr * 0.2 * max(direction.shape) ** 0.5 * direction.view_as(param)


def orthogonalized(matrix: Tensor, steps: int = 5) -> Tensor:
    """Return about U Vᵀ of a matrix U S Vᵀ (m, n): singular values near 1, 0.7 to 1.2, in place of all that are not tiny.

    Newton and Schulz's iteration X ← a X + (b X Xᵀ + c (X Xᵀ)²) X, with the coefficients of Jordan et al. 2024
    (https://kellerjordan.github.io/posts/muon), which lift small singular values fastest. A matrix of zeros stays one.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if x.shape == matrix.shape else x.T
