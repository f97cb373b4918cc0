"""Serving the pages from the command line: one process, one port, until it is asked to stop."""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio looks for newer versions of itself

import secrets
import socket
import warnings
from collections.abc import Callable, Collection, Mapping
from types import FrameType

import gradio as gr
import torch
import typer
import uvicorn
from gradio.networking import setup_tunnel

from demos.frame import guard, navigation, uploads
from demos.frame.limits import limit_pictures
from demos.frame.pages import Pages, application

uploads.name_folder()

PORTS = range(7860, 7960)
DRAIN = 8
"""Seconds that requests under way have when the server is asked to stop."""


class _Server(uvicorn.Server):
    """A server that, asked to stop, takes nothing new, ends what would never end and lets the rest be answered."""

    def __init__(self, config: uvicorn.Config, pages: Pages):
        super().__init__(config)
        self._pages = pages

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._pages.release()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        uploads.remove_folder()  # here: the signal ends this process as soon as the server has stopped


def _listen(host: str, port: int | None) -> socket.socket:
    """Return a socket on `port`, or on the first free one of PORTS."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in [port] if port is not None else PORTS:
        # With the protocol named, or asyncio would not send small answers at once: 40 ms each on a kept connection.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
        except OSError as error:
            listener.close()
            reason = error.strerror
        else:
            return listener
    raise ValueError(
        f"can't listen at {host}, port {port if port is not None else f'{PORTS[0]} to {PORTS[-1]}'}: {reason}; "
        "--port takes another"
    )


def launch(
    pages: Mapping[str, Callable[[], gr.Blocks]],
    *,
    host: str | None = None,
    port: int | None = None,
    share: bool = False,
    allow_hosts: Collection[str] = (),
    proxies: str = "",
) -> None:
    """Serve the pages (pages.Pages) until SIGTERM or Ctrl-C, with /healthz beside them.

    host and port default to GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, then to 127.0.0.1 and the first free from 7860.
    allow_hosts: names under which it may be called besides those of this machine, where it listens on this machine alone.
    proxies: addresses or networks, with commas between them, whose X-Forwarded headers are believed; "*" for all.
    """
    limit_pictures()
    torch.set_num_threads(1)  # one visitor's figure on two cores waits for whatever has the other: 34 ms became 90
    # FastAPI silences this itself, but not where two threads make pages or answer at the same time.
    warnings.filterwarnings("ignore", "The 'alias' attribute", UserWarning)
    uploads.keep_swept(uploads.make_folder())
    host = host or os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1"
    asked = os.environ.get("GRADIO_SERVER_PORT")
    listener = _listen(host, port if port is not None else int(asked) if asked else None)
    number = listener.getsockname()[1]
    print(f"* Running on http://{host}:{number}", flush=True)
    if share:
        print(f"* Shared at {setup_tunnel(host, number, secrets.token_urlsafe(32), None, None)}", flush=True)
    alone = host in guard.LOOPBACK and not share
    app, served = application(pages, {*guard.LOOPBACK, *map(str.lower, allow_hosts)} if alone else (), proxies)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=DRAIN, proxy_headers=False)
    _Server(config, served).run(sockets=[listener])


def main(demo: gr.Blocks, others: Mapping[str, Callable[[], gr.Blocks]] | None = None) -> None:
    """Run `demo` from the command line, and below it the pages that `others` makes, by name."""

    def serve(
        host: str | None = typer.Option(None, help="Address to listen on; 0.0.0.0 for every one."),
        port: int | None = typer.Option(None, help="Port; the first free one from 7860 if not given."),
        share: bool = typer.Option(False, help="Also make a public link through Gradio."),
        allow_host: list[str] = typer.Option(  # noqa: B008
            [], envvar="ZOO_ALLOW_HOST", help="A name that a proxy in front of it passes on; may be given again."
        ),
        proxy: str = typer.Option(
            "*" if os.environ.get("SPACE_ID") else "",
            envvar="FORWARDED_ALLOW_IPS",
            help="Proxies that say for whom they ask: addresses or networks, with commas between them.",
        ),
    ) -> None:
        pages = {navigation.PAGES[0].name: lambda: demo, **(others or {})}
        try:
            launch(pages, host=host, port=port, share=share, allow_hosts=allow_host, proxies=proxy)
        except ValueError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from None

    typer.run(serve)


def tell_spaces() -> None:
    """Let a Space on ZeroGPU know that the app starts: it takes the first `launch` of any blocks for that."""
    with gr.Blocks(analytics_enabled=False) as nothing:
        pass
    nothing.launch(server_name="127.0.0.1", server_port=_free(), prevent_thread_lock=True, quiet=True, ssr_mode=False)
    nothing.close(verbose=False)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
