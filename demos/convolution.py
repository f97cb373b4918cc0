"""Convolution: a window over numbers, kernels on pictures, pooling, what layers cost, LeNet-5 from within."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from typing import Any

import gradio as gr

from demos.explorers.convolution import kernels, layers, windows
from demos.frame import layout
from demos.frame.controls import Control, choice, seed, slider, table, toggle
from demos.frame.html import html
from demos.frame.language import T
from demos.widgets import pad


def _geometry(n: int, most: int) -> dict[str, Control]:
    return {
        "n": slider(T("Input size n", "输入大小 n"), n, 1, most, 1),
        "k": slider(T("Kernel size k", "卷积核大小 k"), 3, 1, 7 if most > 10 else 4, 1),
        "padding": slider(T("Padding p on each side", "每侧填充 p"), 0, 0, 3, 1),
        "stride": slider(T("Stride s", "步幅 s"), 1, 1, 4, 1),
        "dilation": slider(T("Dilation d", "空洞率 d"), 1, 1, 3, 1),
    }


def _numbers(page: layout.Page) -> None:
    with page.tab("window", T("Window", "窗口")):
        page.explore(
            windows.window,
            T(
                "Slide the window: what lies under it, times the kernel, summed up. Networks call this convolution; it is "
                "cross-correlation: the kernel is not flipped.",
                "移动窗口：窗口下的数乘以卷积核再求和。网络里称之为卷积，其实是互相关：卷积核不翻转。",
            ),
            **_geometry(6, 10),
            position=slider(T("Position", "位置"), 1, 1, 256, 1, fits=windows.positions),
            seed=seed(),
        )


def _pictures(page: layout.Page) -> None:
    with page.tab("kernels", T("Kernels", "卷积核")):
        page.explore(
            kernels.kernel_on_picture,
            T("Choose a kernel, or write your own: 1 to 7 rows.", "选择一个卷积核，或写一个自己的：1 到 7 行。"),
            picture=choice(T("Picture", "图片"), [(title, name) for name, title in kernels.PICTURES.items()], "shapes"),
            preset=choice(
                T("Kernel", "卷积核"),
                [(title, name) for name, title in kernels.TITLES.items()],
                "vertical edges",
                sets=lambda name: {"kernel": kernels.KERNELS[name]},
            ),
            kernel=table(
                T("Its numbers", "它的数值"), kernels.KERNELS["vertical edges"], rows=7, columns=7, limit=1000
            ),
            relu=toggle("ReLU", True),
            pooling=choice(
                T("Pooling 2 × 2", "2 × 2 池化"), [(title, name) for name, title in kernels.POOLINGS.items()], "max"
            ),
        )
        controls = page.explorers[-1].controls
        drawing, shown = _draw_your_own(T("Draw something", "画点什么"), "drawn")
        held = [controls[name] for name in ("kernel", "relu", "pooling")]

        def redraw(picture: object, *given: Any) -> str:
            try:
                return kernels.of_drawing(picture, *(each.read(value) for each, value in zip(held, given)))
            except ValueError as error:
                return html('<p class="refusal" role="alert">{}</p>', error)

        components = [drawing, *(each.component for each in held)]
        drawing.input(redraw, components, shown, **layout.LIVE)
        for each in held:
            each.component.change(redraw, components, shown, **layout.LIVE)


def _draw_your_own(hint: str, address: str) -> tuple[gr.HTML, gr.HTML]:
    with gr.Row(elem_classes="explorer"):
        with gr.Column(scale=2, min_width=270):
            drawing = pad.drawing_pad(hint, address)
        with gr.Column(scale=5, min_width=300):
            shown = gr.HTML(apply_default_css=False)
    return drawing, shown


def _costs(page: layout.Page) -> None:
    with page.tab("pooling", T("Pooling", "池化")):
        page.explore(
            windows.pooling,
            T("The largest or the mean number of each window.", "取每个窗口的最大值或平均值。"),
            kind=choice(T("Pooling", "池化"), [(T("max", "最大"), "max"), (T("average", "平均"), "average")], "max"),
            n=slider(T("Input size n", "输入大小 n"), 6, 2, 8, 1),
            size=slider(T("Window", "窗口大小"), 2, 1, 4, 1, fits=lambda n: {"maximum": min(n, 4)}),
            stride=slider(T("Stride", "步幅"), 2, 1, 4, 1),
            position=slider(T("Position", "位置"), 1, 1, 64, 1, fits=windows.pooled_positions),
            seed=seed(),
        )
    with page.tab("cost", T("Sizes and costs", "大小与代价")):
        page.explore(
            layers.layer_size,
            T(
                "Shapes and parameters of one layer, beside a 1 × 1 convolution, a bottleneck and a fully connected layer.",
                "一层的形状与参数量，并与 1 × 1 卷积、瓶颈结构和全连接层比较。",
            ),
            **_geometry(32, 64),
            channels_in=slider(T("Channels in", "输入通道"), 64, 1, 512, 1),
            channels_out=slider(T("Channels out", "输出通道"), 64, 1, 512, 1),
            narrow=slider(T("Channels inside the bottleneck", "瓶颈内的通道"), 16, 1, 512, 1),
        )
    with page.tab("lenet5", "LeNet-5"):
        page.explore(
            layers.lenet5,
            T(
                "A digit on its way through the network. Draw your own below.",
                "一个数字穿过网络的过程。也可以在下面自己写。",
            ),
            digit=slider(T("Example", "示例"), 3, 0, 9, 1),
        )
        drawing, shown = _draw_your_own(T("Draw a digit", "写一个数字"), "draw")
        drawing.input(layers.maps_of_drawing, drawing, shown, **layout.LIVE)


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "One small window, the same everywhere: few weights, and a pattern is found wherever it is.",
        "一个小窗口，处处相同：权重很少，而且无论图案在哪里都能找到。",
    )
    with layout.page(T("Convolution", "卷积"), lead) as page:
        _numbers(page)
        _pictures(page)
        _costs(page)
    return page


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
