"""The frame that all pages share: layout, live figures, the page's state in its URL, snippets, endpoints.

A page is a module that begins with the two lines that put the project root on `sys.path` and holds `demo`, built by a
function that does no heavy work:

    def draw(name: str, slope: float) -> layout.View:
        '''Say what the endpoint computes: this line documents it.'''
        ...
        return layout.View(lambda: picture, summary, snippet, numbers)

    def build() -> layout.Page:
        with layout.page(T("Activations", "激活函数"), T("What they do.", "它们做什么。")) as page:
            with page.tab("curves", T("Curves", "曲线")):
                page.explore(
                    draw,
                    T("Move the slope.", "移动斜率。"),
                    name=controls.choice(T("Function", "函数"), ["relu", "tanh"], "relu"),
                    slope=controls.slider(T("Slope", "斜率"), 0.01, 0, 1, 0.01),
                )
        return page

    page = build()
    demo = page.demo

    if __name__ == "__main__":
        layout.main(demo)

`page.explore` puts the controls beside the figure and does the rest: it draws when the page opens and whenever a control
moves, keeps the controls in the URL under their names (unique in a tab), shows the snippet with a copy button, and
serves `numbers` to programs at `/api/<name of draw>` with the controls as parameters (programs.py). `draw` sees only values
that its controls (controls.py) allow; it may raise ValueError with a text for the reader, which then stands in place of
the figure. It runs in several threads at once. A page that needs other components makes them inside
`with layout.page(...)` as in any `gr.Blocks`; `page.remember(name=control)` then keeps them in the URL too.

Texts are `T(english, chinese)` (language.py), figures come from figures.py, the server from server.py and pages.py.
"""

import importlib
import inspect
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, NamedTuple

import gradio as gr
from gradio.components import Component

from demos.frame import navigation
from demos.frame.controls import Control
from demos.frame.figures import escape
from demos.frame.glossary import glossed
from demos.frame.heading import heading
from demos.frame.language import T
from demos.frame.server import main
from demos.lessons.links import back_links

__all__ = ["Explorer", "Page", "View", "heading", "main", "page"]

LIVE: dict[str, Any] = {
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "queue": False,
    "preprocess": False,  # controls read what comes in themselves; Gradio would put up an alert at a number being typed
    "api_visibility": "private",
}
"""How an event answers while something is being moved: the newest setting wins, and nothing waits in the queue."""

MATH: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "$", "right": "$", "display": False},
]


class View(NamedTuple):
    """What an explorer shows for one setting of its controls."""

    picture: Callable[[], str]
    """Draws HTML: figures (figures.row, figures.svg) and their legend. Programs and tests that want words don't call it."""
    summary: str
    """What the picture shows in a sentence or two, with its numbers, as HTML: for screen readers, and for everyone."""
    snippet: str
    """A PyTorch program that prints `numbers`: a line "name: 1.5 2.5" each."""
    numbers: dict[str, Any]
    """The picture's numbers by name, each a float or a list of them: what the endpoint returns."""
    table: str = ""
    """HTML below the summary (figures.table)."""
    formula: str = ""
    """The formula with the present numbers put in, as Markdown with LaTeX (words.lines)."""


class Explorer(NamedTuple):
    """A picture and its controls, as they stand on a page."""

    draw: Callable[..., View]
    controls: dict[str, Control]
    outputs: list[Component]
    tab: str
    above: str = ""
    """The texts over it on the page, whose terms are explained there."""

    @property
    def components(self) -> list[Component]:
        return [control.component for control in self.controls.values()]

    def show(self, *given: Any) -> tuple[str, str, str, str]:
        """Return (HTML of the picture, HTML of the words, the formula, snippet) for what the controls hold."""
        try:
            view = self.draw(**dict(zip(self.controls, map(_typed, self.controls.values(), given))))
        except ValueError as error:
            return f'<p class="refusal" role="alert">{escape(str(error))}</p>', "", "", ""
        summary = f'<div class="summary">{glossed(view.summary, self.above)}</div>'
        return view.picture(), f"{summary}{view.table}", view.formula, view.snippet

    def preset(self, name: str) -> Callable[..., list[Any]]:
        """Return what happens when control `name`, which sets others, is moved: they move, and the picture follows."""

        def moved(*given: Any) -> list[Any]:
            control, now = self.controls[name], dict(zip(self.controls, given))
            if control.sets:
                with suppress(ValueError):  # which the picture tells, in `show`
                    new = control.sets(_typed(control, now[name]))
                    now |= {key: self.controls[key].write(value) for key, value in new.items() if key in now}
            return [*now.values(), *self.show(*now.values())]

        return moved


def _typed(control: Control, value: Any) -> Any:
    """Return what a control's component holds as a value for its explorer."""
    return (control.typed or control.read)(value)


class Page:
    """A page under construction; see the module's first lines for how it is used."""

    def __init__(self, demo: gr.Blocks, lead: str):
        self.demo, self._lead = demo, lead
        self.explorers: list[Explorer] = []
        self._kept: dict[tuple[str, str], Control] = {}  # by tab and name
        self._frame: gr.Tabs | None = None
        self._bar: gr.HTML | None = None
        self._tabs: dict[str, gr.Tab] = {}
        self._groups: dict[str, str] = {}  # by tab
        self._tab = ""
        self._waiting: list[gr.Button] = []

    @contextmanager
    def tab(self, key: str, label: str, group: str = "") -> Iterator[None]:
        """Open a tab, `key` in the URL; `group` is the heading over it and its neighbours of the same group."""
        if self._frame is None:
            self._bar = gr.HTML(apply_default_css=False)
            # our bar of links stands in place of Gradio's, which hides what finds no room
            self._frame = gr.Tabs(elem_classes="sections", overflow_behavior="wrap")
        self._groups[key] = group
        with self._frame, gr.Tab(label, id=key) as self._tabs[key]:
            self._tab = key
            yield
            self._tab = ""

    def explore(self, draw: Callable[..., View], about: str = "", /, **controls: Control) -> None:
        """Lay out `controls` beside the live picture that `draw` makes of their values; names as in its signature.

        about: HTML above the controls, what to look at.
        """
        _check_parameters(draw, list(controls))
        with gr.Row(elem_classes="explorer"):
            with gr.Column(scale=2, min_width=270, elem_classes="controls"):
                first = (glossed(about, self._lead) if about else "") + str(back_links(draw.__name__))
                if first:
                    gr.HTML(f'<div class="about">{first}</div>', apply_default_css=False)
                for fold, group in itertools.groupby(controls.items(), lambda item: item[1].fold):
                    with gr.Accordion(fold, open=False) if fold else nullcontext():
                        for name, control in group:
                            control.component.elem_classes = [
                                *(control.component.elem_classes or []),
                                f"control-{name}",
                            ]
                            control.component.render()
            with gr.Column(scale=5, min_width=300, elem_classes="shown"):
                picture = gr.HTML(elem_classes="picture", apply_default_css=False)
                words = gr.HTML(elem_classes="words", apply_default_css=False)
                formula = gr.Markdown(elem_classes="formula", latex_delimiters=MATH)
                with gr.Accordion(T("Copy as PyTorch", "复制为 PyTorch 代码"), open=False, elem_classes="snippet"):
                    snippet = gr.Code(language="python", interactive=False, show_label=False, lines=1)
        explorer = Explorer(draw, controls, [picture, words, formula, snippet], self._tab, self._lead + about)
        self.explorers.append(explorer)
        self.remember(**controls)
        for name, control in controls.items():
            fn, outputs = explorer.show, explorer.outputs
            if control.sets:
                fn, outputs = explorer.preset(name), [*explorer.components, *explorer.outputs]
            # a Textbox has no `input` event for what is pasted or deleted
            moved = control.component.change if isinstance(control.component, gr.Textbox) else control.component.input
            moved(fn, explorer.components, outputs, **LIVE)
            if control.fits:
                self._follow(control, controls)

    def _follow(self, control: Control, controls: dict[str, Control]) -> None:
        """Let a control follow the others that its `fits` names, from the first values on."""
        assert control.fits
        others = {name: controls[name] for name in inspect.signature(control.fits).parameters}
        for attribute, first in control.fits(**{name: each.default for name, each in others.items()}).items():
            setattr(control.component, attribute, first)

        def followed(value: Any, *given: Any) -> dict[str, Any]:
            assert control.fits
            try:
                changes = control.fits(**dict(zip(others, map(_typed, others.values(), given))))
                if "maximum" in changes:
                    if changes["maximum"] < _typed(control, value):
                        changes["value"] = changes["maximum"]
                    # Gradio refuses a slider whose ends are one, as where a single window fits.
                    changes["maximum"] = max(changes["maximum"], control.component.minimum + control.component.step)
            except ValueError:  # which the picture tells
                return gr.skip()
            return gr.update(**changes)

        inputs = [control.component, *(each.component for each in others.values())]
        for other in others.values():
            other.component.change(followed, inputs, control.component, **LIVE)

    def add(self, module: str) -> None:
        """Lay out what a module of demos/explorers adds to a page by its function `add`: "losses.margins"."""
        importlib.import_module(f"demos.explorers.{module}").add(self)

    def remember(self, **controls: Control) -> None:
        """Keep these controls in the URL while their tab is open, by name, where they differ from their first values."""
        for name, control in controls.items():
            if (self._tab, name) in self._kept:
                raise ValueError(f"{name!r} is already the name of another control of this tab")
            self._kept[self._tab, name] = control
            told = json.dumps([self._tab, name, control.write(control.default)])
            js = f"value => firstNets.keep(...{told}, value)"
            control.component.change(None, [control.component], js=js)

    def hold(self, button: gr.Button) -> None:
        """Let a button be pressed only once the controls hold what the page's URL asks for, not their first values."""
        button.interactive = False
        self._waiting.append(button)

    def finish(self) -> None:
        """Restore the page from its URL when it opens and draw what is in sight, then what is in the other tabs."""
        if self._bar is not None:
            links = [(self._groups[key], f"?tab={key}", str(tab.label), False) for key, tab in self._tabs.items()]
            self._bar.value = navigation.menu("sections", T("On this page", "本页内容"), links)
        if self.explorers:
            programs = T("These numbers for programs", "供程序使用的这些数值")
            gr.HTML(f'<p class="about programs"><a href="api">{programs}</a></p>', apply_default_css=False)
        names = sorted({name for _, name in self._kept})
        for key, tab in self._tabs.items():
            told = json.dumps([key, list(self._tabs), names])
            tab.select(None, js=f"() => firstNets.open(...{told})")
        kept = [control.component for control in self._kept.values()]
        pictures = [output for explorer in self.explorers for output in explorer.outputs]
        frame = [self._frame] if self._frame else []
        if kept or pictures:
            opened = self.demo.load(self._opened, None, [*kept, *self._waiting, *frame, *pictures], **LIVE)
            opened.success(None, js="firstNets.restore", api_visibility="private")
        if frame:
            self.demo.load(self._rest, None, pictures, **LIVE)

    def _asked(self, request: gr.Request) -> tuple[str, dict[str, str]]:
        """Return what the page's URL asks for: the tab, and texts for controls by name."""
        asked = dict(request.query_params)
        tab = asked.get("tab", "")
        return tab if tab in self._tabs else next(iter(self._tabs), ""), asked

    def _opened(self, request: gr.Request) -> Any:
        tab, asked = self._asked(request)
        values = {
            (where, name): _restored(control, asked.get(name) if where in ("", tab) else None)
            for (where, name), control in self._kept.items()
        }
        shown = [*values.values(), *(gr.Button(interactive=True) for _ in self._waiting)]
        if self._frame is not None:
            shown.append(gr.Tabs(selected=tab))
        for explorer in self.explorers:
            held = (values[explorer.tab, name] for name in explorer.controls)
            shown += explorer.show(*held) if explorer.tab in ("", tab) else [gr.skip()] * len(explorer.outputs)
        return shown if len(shown) > 1 else shown[0]

    def _rest(self, request: gr.Request) -> list[Any]:
        tab, _ = self._asked(request)
        shown: list[Any] = []
        for explorer in self.explorers:
            first = (_restored(control, None) for control in explorer.controls.values())
            shown += explorer.show(*first) if explorer.tab not in ("", tab) else [gr.skip()] * len(explorer.outputs)
        return shown


def _check_parameters(draw: Callable[..., View], controls: list[str]) -> None:
    """Raise TypeError unless the controls are the parameters of `draw`, in their order, the last of which may be **others."""
    parameters = inspect.signature(draw).parameters.values()
    names = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
    if controls != names and (len(names) == len(parameters) or controls[: len(names)] != names):
        raise TypeError(f"controls {controls} of {draw.__name__} do not match its parameters {names}")


def _restored(control: Control, text: str | None) -> Any:
    """Return what a control's component shows after a URL gave it `text`; what makes no sense counts as not given."""
    try:
        return control.write(control.default if text is None else control.read(text))
    except ValueError:
        return control.write(control.default)


@contextmanager
def page(title: str, lead: str) -> Iterator[Page]:
    """Open a page with its heading; `title` and `lead` (one or two sentences) in both languages."""
    with gr.Blocks(title=f"{title} · First Nets", analytics_enabled=False) as demo:
        gr.HTML(heading(title, glossed(lead)), apply_default_css=False)
        made = Page(demo, lead)
        yield made
        made.finish()
        demo.explorers = made.explorers  # for programs.py, which serves their numbers
