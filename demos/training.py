"""Train it yourself: pick a network and a data set, watch it learn, then draw into your own network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import os
from collections.abc import Iterator
from typing import Any

import gradio as gr

from demos.explorers.training import progress, recipe
from demos.explorers.training.jobs import AT_ONCE, Trained, VisitorRuns
from demos.frame import layout
from demos.frame.controls import Control
from demos.frame.figures import escape
from demos.frame.language import T
from demos.widgets import own

GLANCE = 0.3
"""Seconds between two looks at a run."""

UNREAD = 6
"""Updates that a page leaves unread before it counts as gone: its event stream was never opened, or is dead."""

THREADS = max(1, (os.cpu_count() or 1) // (2 * AT_ONCE))
"""Of PyTorch, so that the runs share the cores with the pages: too many make small batches many times slower."""

JOBS = VisitorRuns(threads=THREADS)
_LIVE: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


def _read(controls: dict[str, Control], given: tuple[Any, ...]) -> dict[str, Any]:
    return {name: control.read(value) for (name, control), value in zip(controls.items(), given, strict=True)}


def unread(request: gr.Request) -> int:
    """Return how many updates wait for a page to fetch them."""
    messages = demo._queue.pending_messages_per_session.get(request.session_hash)
    return messages.qsize() if messages else 0


def _trainer(controls: dict[str, Control]) -> Any:
    """Return what the button starts: a generator of updates for (progress, picture, words, network)."""

    def follow(request: gr.Request, *given: Any) -> Iterator[list[Any]]:
        """Train, and show how it goes until it ends or the page is closed."""
        try:
            settings = _read(controls, given)
            seed = settings.pop("seed")
            job = JOBS.start(str(request.session_hash), recipe.recipe(**settings), seed)
        except ValueError as error:
            yield [f'<p class="refusal" role="alert">{escape(str(error))}</p>', *[gr.skip()] * 3]
            return
        drawn = -1
        try:
            while True:
                over = job.wait(GLANCE)
                if unread(request) < UNREAD:
                    job.look()
                history = list(job.history)
                picture, words = gr.skip(), gr.skip()
                if len(history) != drawn:
                    drawn = len(history)
                    picture, words = progress.curves(history, job.recipe.epochs), progress.words(history)
                yield [progress.bar(job), picture, words, job.trained if over else gr.skip()]
                if over:
                    return
        finally:
            job.stop()

    return follow


def _give(trained: Trained | None) -> Any:
    """Give the pad the network that was trained."""
    return gr.skip() if trained is None else gr.HTML(network=own.describe(trained))


def _answer(data_url: object, trained: Trained | None) -> gr.HTML:
    return gr.HTML(answer=own.read(data_url, trained))


def _end(request: gr.Request) -> None:
    JOBS.stop(str(request.session_hash))


def build() -> layout.Page:
    """Lay out the page."""
    lead = T(
        "Train a network here, from nothing, and draw into it when it is done. Nobody else sees yours.",
        "在这里从零训练一个网络，训练完就可以往里面写字。别人看不到你的网络。",
    )
    with layout.page(T("Train it yourself", "自己训练"), lead) as page:
        controls = recipe.controls()
        network = gr.State(None, time_to_live=3600)
        with gr.Row(elem_classes="explorer"):
            with gr.Column(scale=2, min_width=270, elem_classes="controls"):
                for name, control in controls.items():
                    control.component.elem_classes = [f"control-{name}"]
                    control.component.render()
                with gr.Row():
                    train = gr.Button(T("Train", "训练"), variant="primary", elem_classes="train", min_width=110)
                    stop = gr.Button(T("Stop", "停止"), elem_classes="halt", min_width=110)
            with gr.Column(scale=5, min_width=300, elem_classes="shown"):
                first = controls["epochs"].default
                picture = gr.HTML(progress.curves([], first), elem_classes="picture", apply_default_css=False)
                state = gr.HTML(elem_id="run-progress", css_template=progress.CSS, apply_default_css=False)
                reader = own.reader()
                words = gr.HTML(progress.words([]), elem_classes="words", apply_default_css=False)
                with gr.Accordion(T("Copy as PyTorch", "复制为 PyTorch 代码"), open=False, elem_classes="snippet"):
                    snippet = gr.Code(language="python", interactive=False, show_label=False, lines=1)
        page.remember(**controls)
        components = [control.component for control in controls.values()]
        running = train.click(
            _trainer(controls),
            components,
            [state, picture, words, network],
            show_progress="hidden",
            trigger_mode="once",
            concurrency_limit=None,
            api_visibility="private",
        )
        running.then(_give, network, reader, **_LIVE)
        reader.input(_answer, [reader, network], reader, trigger_mode="always_last", **_LIVE)
        stop.click(_end, None, None, **_LIVE)
        page.demo.unload(_end)
        _tell_program(page, controls, snippet)
    return page


def _tell_program(page: layout.Page, controls: dict[str, Control], snippet: gr.Code) -> None:
    """Keep the program beside the controls, and the rate beside the optimizer."""
    components = [control.component for control in controls.values()]

    def write(*given: Any) -> Any:
        try:
            return recipe.program(**_read(controls, given))
        except ValueError:
            return gr.skip()

    for component in components:
        component.change(write, components, snippet, trigger_mode="always_last", **_LIVE)
    optimizer, lr = controls["optimizer"].component, controls["lr"].component
    optimizer.input(lambda name: recipe.RATES.get(str(name), gr.skip()), optimizer, lr, **_LIVE)
    page.demo.load(write, components, snippet, **_LIVE)


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
