"""The whole playground: `python demos/app.py`. Every page also runs alone, e.g. `python demos/digits.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import importlib
from functools import partial

import gradio as gr

from demos.frame import endpoint, navigation, server


def build(name: str) -> gr.Blocks:
    """Return the blocks of a page, a module of demos/."""
    return importlib.import_module(f"demos.{name}").demo


def front() -> gr.Blocks:
    """Return the front page, with all that programs call: `gradio_client` looks for it at the app's root address."""
    demo = build(navigation.PAGES[0].name)
    endpoint.add_missing(demo)
    return demo


demo = front()

try:
    import spaces  # on Spaces only: one on ZeroGPU refuses an app without a function that asks for a GPU
except ImportError:
    pass
else:

    @spaces.GPU
    def on_gpu() -> None:
        """Never called: the networks are small enough for a CPU."""


if __name__ == "__main__":
    if "spaces" in sys.modules:
        server.tell_spaces()
    server.main(demo, {page.name: partial(build, page.name) for page in navigation.PAGES[1:]})
