"""Serving the pages: theme and styles, both languages, limits, the command line."""

import os
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio looks for newer versions of itself

import gradio as gr
import typer
from starlette.middleware import Middleware

from demos.frame.language import Translate
from demos.frame.limits import MAX_FILE, BodyLimit, limit_pictures

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Return the pages' theme: Gradio's shapes, quiet colours, the reader's own fonts (none are fetched)."""
    return gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=[*FONTS, "sans-serif"], font_mono=MONO)


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def launch(demo: gr.Blocks, *, host: str | None = None, port: int | None = None, share: bool = False) -> None:
    """Serve `demo` until interrupted, with /healthz beside it.

    host and port default to GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, then to 127.0.0.1 and the first free from 7860.
    """
    limit_pictures()
    demo.queue(max_size=64, default_concurrency_limit=4)
    app, _, _ = demo.launch(
        server_name=host,
        server_port=port,
        share=share,
        theme=theme(),
        # in the head, because Gradio would confine styles given as css= to the inside of the page's blocks
        head=f"<style>{_asset('page.css')}</style><script>{_asset('page.js')}</script>",
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
