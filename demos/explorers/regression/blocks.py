"""Blocks and saving, as code to read: a network of nn.Module blocks, its parameters, its state saved and loaded."""

from itertools import pairwise

from demos.frame.controls import slider
from demos.frame.figures import escape, number, table
from demos.frame.language import T
from demos.frame.layout import Page, View
from demos.frame.words import count, lines


def add(page: Page) -> None:
    """Lay out the tab."""
    with page.tab("blocks", T("Blocks", "块与保存")):
        page.explore(
            blocks,
            T(
                "A network of blocks, saved and loaded: open the program below.",
                "由块组成的网络，及其保存与加载：展开下面的程序。",
            ),
            depth=slider(T("Blocks", "块数"), 2, 1, 6, 1),
            width=slider(T("Units in a block", "每块单元数"), 16, 1, 64, 1),
        )


def blocks(depth: int, width: int) -> View:
    """A net 4-width-...-width-1 made of blocks: parameters (of each block), total, tensors (in its state)."""
    sizes = [4, *[width] * depth]
    each = [(a + 1) * b for a, b in pairwise(sizes)] + [sizes[-1] + 1]
    numbers = {"parameters": each, "total": sum(each), "tensors": 2 * len(each)}
    summary = T(
        f"{count(depth, 'block')} of Linear and ReLU and a last layer: {count(sum(each), 'parameter')} in "
        f"{number(2 * len(each))} tensors. A block is a class with parameters and a forward pass; the backward pass comes by "
        "itself, and blocks stand in blocks.",
        f"{depth} 个由 Linear 和 ReLU 组成的块，再加最后一层：{number(2 * len(each))} 个张量中共有 {sum(each):,} 个参数。"
        "块是一个带有参数和前向传播的类；反向传播自动得到，块中还可以有块。",
    )
    names = [f"net.blocks.{i}.linear" for i in range(depth)] + ["net.last"]
    shapes = [f"({b}, {a}) + ({b})" for a, b in zip(sizes, [*sizes[1:], 1])]
    listing = table(
        [T("in the state", "在 state_dict 中"), T("shapes", "形状"), T("parameters", "参数量")],
        [[f"<code>{name}</code>", shape, str(size)] for name, shape, size in zip(names, shapes, each)],
    )
    formula = lines(
        rf"\text{{{T('parameters', '参数量')}}} = (4 + 1) \cdot {width} + {depth - 1} \cdot ({width} + 1) \cdot {width}"
        rf" + ({width} + 1) = {sum(each):,}".replace(",", "{,}")
    ) + T(
        "Save the state, not the module: `state_dict` is names and tensors, which other versions of the code can load. To go on "
        "training, save the optimizer's state too: momentum and Adam's means are part of it.",
        "保存状态而不是模块：`state_dict` 只有名称和张量，其他版本的代码也能加载。要继续训练，还要保存优化器的状态："
        "动量和 Adam 的均值都在其中。",
    )
    steps = ["x (N, 4)", *["Linear → ReLU"] * depth, "Linear", "y (N, 1)"]
    flow = "<b>→</b>".join(f"<code>{escape(step)}</code>" for step in steps)
    return View(lambda: f'<p class="flow">{flow}</p>', summary, _program(depth, width), numbers, listing, formula)


def _program(depth: int, width: int) -> str:
    return f"""import io

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)

    def forward(self, x):  # the backward pass needs no code
        return torch.relu(self.linear(x))


class Net(nn.Module):
    def __init__(self, depth, width):
        super().__init__()
        sizes = [4, *[width] * depth]
        self.blocks = nn.Sequential(*(Block(a, b) for a, b in zip(sizes, sizes[1:])))
        self.last = nn.Linear(width, 1)

    def forward(self, x):
        return self.last(self.blocks(x))


net = Net({depth}, {width})
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
x = torch.randn(8, 4)
net(x).square().mean().backward()
optimizer.step()

file = io.BytesIO()  # or a path
torch.save({{"net": net.state_dict(), "optimizer": optimizer.state_dict()}}, file)
file.seek(0)
state = torch.load(file, weights_only=True)
again = Net({depth}, {width})
again.load_state_dict(state["net"])
torch.optim.SGD(again.parameters(), lr=0.1, momentum=0.9).load_state_dict(state["optimizer"])
assert torch.equal(net(x), again(x))

counts = [sum(p.numel() for p in layer.parameters()) for layer in [*net.blocks, net.last]]
print("parameters:", *counts)
print("total:", sum(counts))
print("tensors:", len(net.state_dict()))
"""
