"""Train it yourself: pick a network and a data set, watch it learn, then draw into your own network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import os
import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from demos.explorers.training import progress, recipe
from demos.explorers.training.jobs import AT_ONCE, Trained, VisitorRun, VisitorRuns
from demos.frame import layout
from demos.frame.controls import Control
from demos.frame.figures import escape
from demos.frame.language import T
from demos.widgets import own, runs

GLANCE = 0.3
"""Seconds between two looks at a run."""

PHOTOGRAPH = 2.0
"""Seconds between two networks that the pad reads with while they train."""

UNREAD = 6
"""Updates that a page leaves unread before it counts as gone: its event stream was never opened, or is dead."""

THREADS = max(1, (os.cpu_count() or 1) // (2 * AT_ONCE))
"""Of PyTorch, so that the runs share the cores with the pages: too many make small batches many times slower."""

JOBS = VisitorRuns(threads=THREADS)
_LIVE: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


def _read(controls: dict[str, Control], given: tuple[Any, ...]) -> dict[str, Any]:
    """Return the values of the controls. Raises ValueError, which names the field."""
    values = {}
    for (name, control), value in zip(controls.items(), given, strict=True):
        try:
            values[name] = control.read(value)
        except ValueError as error:
            raise ValueError(T(f"{control.component.label}: {error}", f"{control.component.label}：{error}")) from None
    return values


def _complaint(controls: dict[str, Control], given: tuple[Any, ...]) -> str:
    """Return what to say of values that are not allowed, as HTML; "" where all are."""
    try:
        _read(controls, given)
    except ValueError as error:
        return _refused(str(error))
    return ""


def _refused(text: str) -> str:
    return f'<p class="refusal" role="alert">{escape(text)}</p>'


def unread(request: gr.Request) -> int:
    """Return how many updates wait for a page to fetch them."""
    messages = demo._queue.pending_messages_per_session.get(request.session_hash)
    return messages.qsize() if messages else 0


def _trainer(controls: dict[str, Control]) -> Any:
    """Return what the button starts: a generator of updates for (refusal, progress, picture, words, network, pad, runs)."""

    def follow(request: gr.Request, *given: Any) -> Iterator[list[Any]]:
        """Train, and show how it goes until it ends, another run takes its place or the page is closed."""
        try:
            settings = _read(controls, given)
            seed = settings.pop("seed")
            job = JOBS.start(str(request.session_hash), recipe.recipe(**settings), seed)
        except ValueError as error:
            yield [_refused(str(error)), *[gr.skip()] * 6]
            return
        look = Look(job)
        try:
            while True:
                over = job.wait(GLANCE)
                if unread(request) < UNREAD:
                    job.look()
                if job.replaced:
                    return
                yield ["", *look.update(), job.trained if over else gr.skip(), *look.network(), look.record(over)]
                if over:
                    return
        finally:
            job.stop()

    return follow


class Look:
    """What a page has seen of a run, so that it gets only what is new."""

    def __init__(self, job: VisitorRun):
        self.job, self._batch, self._epochs, self._at = job, -1, -1, time.monotonic()
        self._snapshot: Trained | None = None

    def update(self) -> list[Any]:
        """Return (progress, picture, words)."""
        job, picture, words = self.job, gr.skip(), gr.skip()
        history, batch = list(job.history), job.batch
        if batch != self._batch:
            picture = progress.curves(history, job.recipe.epochs, list(job.losses), job.batches)
        if len(history) != self._epochs:
            words = progress.words(history)
        self._batch, self._epochs = batch, len(history)
        return [progress.bar(job) + progress.changed(job), picture, words]

    def network(self) -> list[Any]:
        """Return the pad's network: the trained one, or now and then how it is."""
        newest = self.job.trained or self.job.snapshot
        if newest is None or newest is self._snapshot:
            newest = None
        if time.monotonic() - self._at > PHOTOGRAPH:
            self._at = time.monotonic()
            self.job.photograph()
        if newest is None:
            return [gr.skip()]
        self._snapshot = newest
        return [gr.HTML(network=own.describe(newest))]

    def record(self, over: bool) -> Any:
        """Return the run for those that are kept, once it has ended with a network."""
        job = self.job
        if not over or job.trained is None or not job.history:
            return gr.skip()
        return gr.HTML(run=runs.describe(progress.settings(job), job.history, job.trained.accuracy))


def _answer(data_url: object, trained: Trained | None) -> gr.HTML:
    return gr.HTML(answer=own.read(data_url, trained))


def _end(request: gr.Request) -> None:
    JOBS.stop(str(request.session_hash))


def _pause(request: gr.Request) -> None:
    """Let the visitor's run rest, or run on."""
    if job := JOBS.of(str(request.session_hash)):
        job.resume() if job.rests else job.pause()


def _step(request: gr.Request) -> None:
    if job := JOBS.of(str(request.session_hash)):
        job.step()
        job.photograph()


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
                    control.component.elem_classes = [*(control.component.elem_classes or []), f"control-{name}"]
                    control.component.render()
                refusal = gr.HTML(apply_default_css=False)
                with gr.Row():
                    train = gr.Button(T("Train", "训练"), variant="primary", elem_classes="train", min_width=110)
                    stop = gr.Button(T("Stop", "停止"), elem_classes="halt", min_width=110)
                with gr.Row():
                    pause = gr.Button(T("Pause, go on", "暂停 / 继续"), elem_classes="pause", min_width=110)
                    step = gr.Button(T("One batch", "走一批"), elem_classes="step-on", min_width=110)
            with gr.Column(scale=5, min_width=300, elem_classes="shown"):
                first = controls["epochs"].default
                picture = gr.HTML(progress.curves([], first, []), elem_classes="picture", apply_default_css=False)
                state = gr.HTML(elem_id="run-progress", css_template=progress.CSS, apply_default_css=False)
                reader = own.reader()
                words = gr.HTML(progress.words([]), elem_classes="words", apply_default_css=False)
                kept = runs.kept()
                with gr.Accordion(T("Copy as PyTorch", "复制为 PyTorch 代码"), open=False, elem_classes="snippet"):
                    snippet = gr.Code(language="python", interactive=False, show_label=False, lines=1)
        page.remember(**controls)
        page.hold(train)
        components = [control.component for control in controls.values()]
        train.click(
            _trainer(controls),
            components,
            [refusal, state, picture, words, network, reader, kept],
            show_progress="hidden",
            trigger_mode="multiple",  # a second click begins anew with what is set now
            concurrency_limit=None,
            preprocess=False,  # `_read` refuses what is not allowed, beside the fields; Gradio would fail
            api_visibility="private",
        )
        reader.input(_answer, [reader, network], reader, trigger_mode="always_last", **_LIVE)
        for component in components:
            component.input(lambda *given: _complaint(controls, given), components, refusal, preprocess=False, **_LIVE)
        for button, act in ((stop, _end), (pause, _pause), (step, _step)):
            button.click(act, None, None, **_LIVE)
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
        component.change(write, components, snippet, trigger_mode="always_last", preprocess=False, **_LIVE)
    optimizer, lr = controls["optimizer"].component, controls["lr"].component
    optimizer.input(lambda name: recipe.RATES.get(str(name), gr.skip()), optimizer, lr, **_LIVE)
    page.demo.load(write, components, snippet, preprocess=False, **_LIVE)


page = build()
demo = page.demo

if __name__ == "__main__":
    layout.main(demo)
