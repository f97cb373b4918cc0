"""A small hub for tests: the read and write halves of the Hugging Face Hub's protocol over a folder, on loopback.

The unmodified `huggingface_hub` client and the `hf` command work against it. Left out: git itself, Xet storage
(it speaks LFS, or takes every file as a regular one), pull requests, discussions, gating.

    python tests/hub/server/hub_server.py FOLDER --port 8700     # then: HF_ENDPOINT=http://127.0.0.1:8700
"""

from __future__ import annotations

import argparse
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hub_reading as reading
import hub_writing as writing
import uvicorn
from hub_access import RefusedError, missing, refused
from hub_faults import Fault, Faults
from hub_store import MissingError, Store
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

REPOSITORY = "/api/{type}/{owner}/{name}"
ROUTES = [
    ("GET", "/api/whoami-v2", reading.whoami),
    ("POST", "/api/repos/create", writing.create),
    ("DELETE", "/api/repos/delete", writing.delete),
    ("POST", "/api/validate-yaml", writing.validate_yaml),
    ("GET", "/api/{type}", reading.listing),
    ("GET", REPOSITORY, reading.repository_info),
    ("GET", f"{REPOSITORY}/revision/{{revision:path}}", reading.repository_info),
    ("GET", f"{REPOSITORY}/tree/{{revision}}", reading.tree),
    ("GET", f"{REPOSITORY}/tree/{{revision}}/{{path:path}}", reading.tree),
    ("POST", f"{REPOSITORY}/paths-info/{{revision}}", reading.paths_info),
    ("GET", f"{REPOSITORY}/refs", reading.refs),
    ("GET", f"{REPOSITORY}/commits/{{revision}}", reading.commits),
    ("GET", f"{REPOSITORY}/runtime", reading.runtime),
    ("POST", f"{REPOSITORY}/hardware", writing.hardware),
    ("POST", f"{REPOSITORY}/preupload/{{revision}}", writing.preupload),
    ("POST", f"{REPOSITORY}/commit/{{revision}}", writing.commit),
    ("POST", f"{REPOSITORY}/tag/{{revision}}", writing.tag),
    ("DELETE", f"{REPOSITORY}/tag/{{revision}}", writing.delete_tag),
    ("POST", f"{REPOSITORY}/branch/{{revision}}", writing.branch),
    ("POST", "/{owner}/{name}.git/info/lfs/objects/batch", writing.lfs_batch),
    ("POST", "/{type}/{owner}/{name}.git/info/lfs/objects/batch", writing.lfs_batch),
    ("PUT", "/lfs/{sha256}", writing.lfs_put),
    ("GET", "/cdn/{sha256}", reading.cdn),
    ("GET", "/{owner}/{name}/resolve/{revision}/{path:path}", reading.resolve),
    ("GET", "/{type}/{owner}/{name}/resolve/{revision}/{path:path}", reading.resolve),
]


def hub_app(folder: Path, *, lfs: bool = False, pro: bool = True, page_size: int = 1000) -> Faults:
    """Return the ASGI application over a folder, with its switchable faults.

    lfs: ask for weights and pictures by LFS, as the hub does; otherwise every file is sent in the commit itself.
    pro: whether the users pay, without which a Gradio Space on cpu-basic is refused.
    """
    routes = [Route("/api/agent-harnesses", harnesses)]
    routes += [Route(path, endpoint, methods=[method]) for method, path, endpoint in ROUTES]
    app = Starlette(routes=routes, exception_handlers={RefusedError: refused, MissingError: missing})
    app.state.store, app.state.lfs, app.state.pro, app.state.page_size = Store(folder), lfs, pro, page_size
    app.state.signatures = {}
    return Faults(app)


async def harnesses(request: Request) -> Response:
    """Answer the client's question about coding agents with: there are none."""
    return JSONResponse({"standardEnvVars": [], "harnesses": {}})


class Listener:
    """A server in a thread of this process; `app` is what answers, and may be exchanged at any time."""

    def __init__(self) -> None:
        self.app: Faults | None = None
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each answer takes 40 ms
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


class Hub:
    """A hub over a folder, at the address of a listener: its repositories, its faults."""

    def __init__(self, listener: Listener, folder: Path, **settings: Any):
        self.url = listener.url
        self.faults = listener.app = hub_app(folder, **settings)
        self.store = Store(folder)


@contextmanager
def listening() -> Iterator[Listener]:
    """Serve until the block ends."""
    listener = Listener()
    server = uvicorn.Server(settings(listener))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.socket.close()


def settings(app: Callable, **more: Any) -> uvicorn.Config:
    """Return uvicorn's settings: the plain HTTP implementation, whose connections a fault can break."""
    return uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_level="error", proxy_headers=False, **more)


def main() -> None:
    """Serve a folder in a process of its own, which a fault may kill."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--lfs", action="store_true")
    parser.add_argument(
        "--faults", default="[]", help="JSON: a list of faults, each with the fields of hub_faults.Fault"
    )
    options = parser.parse_args()
    serve(options.folder, options.port, json.loads(options.faults), lfs=options.lfs)


def serve(folder: Path, port: int, faults: Iterable[dict[str, Any]], **options: Any) -> None:
    """Serve a folder until this process ends. faults: each the fields of a Fault"""
    app = hub_app(folder, **options)
    app.active = [Fault(**fault) for fault in faults]
    uvicorn.Server(settings(app, port=port)).run()


if __name__ == "__main__":
    main()
