"""The frame that all pages share: layout, live figures, the page's state in its URL, snippets, endpoints, launching.

A page is a module that begins with the two lines that put the project root on `sys.path` and holds `demo`, built by a
function that does no heavy work:

    def draw(name: str, slope: float) -> ui.View:
        '''Say what the endpoint computes: this line documents it.'''
        ...
        return ui.View(picture, summary, snippet, numbers)

    def build() -> gr.Blocks:
        with ui.page(T("Activations", "激活函数"), T("What they do.", "它们做什么。")) as page:
            with page.tab("curves", T("Curves", "曲线")):
                page.explore(
                    draw,
                    name=ui.choice(T("Function", "函数"), ["relu", "tanh"], "relu"),
                    slope=ui.slider(T("Slope", "斜率"), 0.01, 0, 1, 0.01),
                )
        return page.demo

    demo = build()

    if __name__ == "__main__":
        ui.main(demo)

`page.explore` puts the controls beside the figure and does the rest: it draws when the page (or its tab) opens and
whenever a control moves, keeps the controls in the URL under their names (unique on a page), shows the snippet with a
copy button, and serves `numbers` to programs as the endpoint `/<name of draw>` with the controls as arguments. A page
that needs other components makes them inside `with ui.page(...)` as in any `gr.Blocks`;
`page.remember(name=component, ...)` then keeps them in the URL too. Whatever arrives, from a slider, a URL or a
program, has been through `checked`: `draw` sees only values that its controls allow. It may raise ValueError with a
text for the reader, which then stands in place of the figure.

Texts are `T(english, chinese)` (language.py); figures come from figures.py; what visitors may send stands in limits.py.
"""

import functools
import inspect
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio looks for newer versions of itself

import gradio as gr
import typer
from gradio.components import Component
from starlette.middleware import Middleware

from demos.figures import escape
from demos.language import T, Translate
from demos.limits import MAX_FILE, BodyLimit, limit_pictures

HERE = Path(__file__).parent
FONTS = [
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "sans-serif",
]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


class View(NamedTuple):
    """What an explorer shows for one setting of its controls."""

    picture: str
    """HTML: figures (figures.row, figures.svg) and tables."""
    summary: str
    """What the picture shows in a sentence or two, with its numbers: for screen readers, and for everyone."""
    snippet: str
    """A PyTorch program that prints `numbers`, in their order."""
    numbers: dict[str, Any]
    """The picture's numbers by name: what the endpoint returns (floats, or lists of them)."""


def slider(label: str, value: float, low: float, high: float, step: float, *, info: str | None = None) -> gr.Slider:
    """Return a slider; values typed beyond its limits are brought back to them."""
    component = gr.Slider(low, high, value, step=step, label=label, info=info, render=False)
    component.preprocess = functools.partial(checked, component)
    return component


def choice(label: str, options: Sequence[Any], value: Any, *, info: str | None = None) -> gr.Radio | gr.Dropdown:
    """Return a choice of one: buttons for up to six options, a list for more. Options: values or (text, value)."""
    kind = gr.Radio if len(options) <= 6 else gr.Dropdown
    return kind(list(options), value=value, label=label, info=info, render=False)


def choices(label: str, options: Sequence[Any], value: Sequence[Any], *, info: str | None = None) -> gr.CheckboxGroup:
    """Return a choice of any number. Options: values or (text, value)."""
    return gr.CheckboxGroup(list(options), value=list(value), label=label, info=info, render=False)


def toggle(label: str, value: bool = False, *, info: str | None = None) -> gr.Checkbox:
    """Return a switch."""
    return gr.Checkbox(value, label=label, info=info, render=False)


def checked(component: Component, value: Any) -> Any:
    """Return `value` as `component` allows it: numbers within its limits, choices among its options.

    `value` comes from a control, from a program, or as text from a URL; what makes no sense becomes the default.
    """
    if isinstance(component, gr.Slider):
        try:
            number = float(value)
        except (TypeError, ValueError):
            return component.value
        number = min(max(number, component.minimum), component.maximum) if math.isfinite(number) else component.value
        return round(number) if float(component.step).is_integer() and float(component.minimum).is_integer() else number
    if isinstance(component, gr.Checkbox):
        return value.lower() in ("1", "true") if isinstance(value, str) else bool(value)
    if isinstance(component, gr.CheckboxGroup):
        wanted = value.split(",") if isinstance(value, str) else value
        chosen = {str(item) for item in wanted} if isinstance(wanted, list | tuple) else set()
        return [option for _, option in component.choices if str(option) in chosen]
    if isinstance(component, gr.Radio | gr.Dropdown):
        return next((option for _, option in component.choices if str(option) == str(value)), component.value)
    return value


def _type(component: Component) -> type:
    """Return the type an endpoint declares for a control."""
    if isinstance(component, gr.Slider):
        return float
    if isinstance(component, gr.Checkbox):
        return bool
    return list if isinstance(component, gr.CheckboxGroup) else str


class _Explorer(NamedTuple):
    draw: Callable[..., View]
    controls: dict[str, Component]
    outputs: list[Component]
    tab: str

    def shown(self, *values: Any) -> tuple[str, str]:
        """Return (HTML of picture and summary, snippet) for the controls' values."""
        try:
            view = self.draw(*values)
        except ValueError as error:
            return f'<p class="refusal" role="alert">{escape(str(error))}</p>', ""
        return f'{view.picture}<p class="summary">{view.summary}</p>', view.snippet


class Page:
    """A page under construction; see the module's first lines for how it is used."""

    def __init__(self, demo: gr.Blocks):
        self.demo = demo
        self.explorers: list[_Explorer] = []
        self._kept: dict[str, Component] = {}
        self._tabs: gr.Tabs | None = None
        self._tab_ids: list[str] = []

    @contextmanager
    def tab(self, key: str, label: str) -> Iterator[None]:
        """Open a tab, `key` in the URL; what is explored inside is drawn when the tab is first looked at."""
        if self._tabs is None:
            self._tabs = gr.Tabs()
        with self._tabs, gr.Tab(label, id=key) as tab:
            before = len(self.explorers)
            self._tab_ids.append(key)
            yield
        for explorer in self.explorers[before:]:
            tab.select(explorer.shown, list(explorer.controls.values()), explorer.outputs, **_LIVE)
        tab.select(
            None, js=f"() => firstNets.keep({json.dumps({'tab': key})}, {json.dumps({'tab': self._tab_ids[0]})})"
        )

    def explore(self, draw: Callable[..., View], **controls: Component) -> None:
        """Lay out `controls` beside the live picture that `draw` makes of their values; names as in its signature."""
        names = list(inspect.signature(draw).parameters)
        if names != list(controls):
            raise TypeError(f"controls {list(controls)} of {draw.__name__} do not match its parameters {names}")
        with gr.Row(elem_classes="explorer"):
            with gr.Column(scale=1, min_width=260, elem_classes="controls"):
                for name, control in controls.items():
                    control.elem_id = f"control-{name}"
                    control.render()
            with gr.Column(scale=3, min_width=300):
                picture = gr.HTML(elem_classes="picture")
                with gr.Accordion(T("Copy as PyTorch", "复制为 PyTorch 代码"), open=False):
                    snippet = gr.Code(language="python", interactive=False, show_label=False, lines=1)
        tab = self._tab_ids[-1] if self._tab_ids else ""
        explorer = _Explorer(draw, controls, [picture, snippet], tab)
        self.explorers.append(explorer)
        self.remember(**controls)
        for control in controls.values():
            event = control.change if isinstance(control, gr.Dropdown) else control.input
            event(explorer.shown, list(controls.values()), explorer.outputs, **_LIVE)
        gr.api(_endpoint(draw, controls), api_name=draw.__name__, queue=False)

    def remember(self, **components: Component) -> None:
        """Keep these components' values in the URL, under these names, wherever they differ from the first ones."""
        if taken := set(components) & set(self._kept):
            raise ValueError(f"{sorted(taken)}: already the name of another control on this page")
        self._kept |= components
        for name, component in components.items():
            first = json.dumps({name: component.value})
            component.change(None, [component], js=f"value => firstNets.keep({{{json.dumps(name)}: value}}, {first})")

    def finish(self) -> None:
        """Restore the page from its URL when it opens, and draw what is in sight."""
        outputs: list[Component] = list(self._kept.values())
        for explorer in self.explorers:
            outputs += explorer.outputs
        if self._tabs is not None:
            outputs.append(self._tabs)
        if outputs:
            self.demo.load(self._opened, None, outputs, **_LIVE)

    def _opened(self, request: gr.Request) -> list[Any]:
        asked = dict(request.query_params)
        values = {
            name: checked(kept, asked[name]) if name in asked else kept.value for name, kept in self._kept.items()
        }
        tab = asked.get("tab") if asked.get("tab") in self._tab_ids else next(iter(self._tab_ids), "")
        shown: list[Any] = [values[name] if name in asked else gr.skip() for name in self._kept]
        for explorer in self.explorers:
            in_sight = explorer.tab in ("", tab)
            shown += (
                explorer.shown(*(values[name] for name in explorer.controls)) if in_sight else (gr.skip(), gr.skip())
            )
        if self._tabs is not None:
            shown.append(gr.Tabs(selected=tab))
        return shown


_LIVE: dict[str, Any] = {
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "queue": False,
    "api_visibility": "private",
}


def _endpoint(draw: Callable[..., View], controls: dict[str, Component]) -> Callable[..., dict]:
    """Return a typed function of the controls' values that gives the numbers `draw` shows."""

    def numbers(*values: Any, **named: Any) -> dict:
        given = dict(zip(controls, values, strict=False)) | named
        try:
            return draw(
                **{name: checked(controls[name], given.get(name, controls[name].value)) for name in controls}
            ).numbers
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from error

    numbers.__doc__ = draw.__doc__
    numbers.__annotations__ = {name: _type(control) for name, control in controls.items()} | {"return": dict}
    numbers.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=control.value, annotation=_type(control)
            )
            for name, control in controls.items()
        ],
        return_annotation=dict,
    )
    return numbers


@contextmanager
def page(title: str, lead: str) -> Iterator[Page]:
    """Open a page with its heading; `title` and `lead` (one or two sentences) in both languages."""
    with gr.Blocks(title=title, analytics_enabled=False) as demo:
        gr.HTML(heading(title, lead), apply_default_css=False)
        made = Page(demo)
        yield made
        made.finish()


def heading(title: str, lead: str) -> str:
    """Return the top of a page: what it is, what for, and the switch to the other language."""
    switch = T(
        '<a class="language" lang="zh" href="?lang=zh">中文</a>',
        '<a class="language" lang="en" href="?lang=en">English</a>',
    )
    return f'<header class="page-head"><h1>{title}</h1>{switch}<p>{lead}</p></header>'


def theme() -> gr.themes.Base:
    """Return the pages' theme: Gradio's default shapes, quiet colours, the reader's own fonts (none are fetched)."""
    return gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=MONO)


def launch(demo: gr.Blocks, *, host: str | None = None, port: int | None = None, share: bool = False) -> None:
    """Serve `demo` until interrupted: theme, styles, both languages, limits, and /healthz.

    host and port default to GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, then to 127.0.0.1 and the first free from 7860.
    """
    limit_pictures()
    demo.queue(max_size=64, default_concurrency_limit=4)
    app, _, _ = demo.launch(
        server_name=host,
        server_port=port,
        share=share,
        theme=theme(),
        css_paths=[HERE / "ui.css"],
        head=f"<script>{(HERE / 'ui.js').read_text()}</script>",
        max_file_size=MAX_FILE,
        app_kwargs={"middleware": [Middleware(Translate), Middleware(BodyLimit)]},
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=["api"],
        prevent_thread_lock=True,
    )
    app.get("/healthz")(lambda: {"status": "ok"})
    demo.block_thread()


def main(demo: gr.Blocks) -> None:
    """Run `demo` from the command line."""

    def serve(
        host: str | None = typer.Option(None, help="Address to listen on; 0.0.0.0 for every one."),
        port: int | None = typer.Option(None, help="Port; the first free one from 7860 if not given."),
        share: bool = typer.Option(False, help="Also make a public link through Gradio."),
    ) -> None:
        launch(demo, host=host, port=port, share=share)

    typer.run(serve)
