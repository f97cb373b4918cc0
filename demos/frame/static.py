"""Files that a browser may keep for good, under the hash of their content: the pages' scripts, and models as in `weights/`."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from zoo import registry

WIDGETS = Path(__file__).resolve().parents[1] / "widgets"
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_NOW = {"Cache-Control": "no-cache"}


@cache
def scripts() -> dict[str, Path]:
    """Return the modules that pages import, by their address below the widgets: "pad/pad.js"."""
    return {path.relative_to(WIDGETS).as_posix(): path for path in sorted(WIDGETS.glob("*/*.js"))}


@cache
def _edition() -> str:
    """Return the hash of all scripts: they import one another, so that they are of one edition or of another."""
    return _hash(*(path.read_bytes() for path in scripts().values()))


def script(path: str) -> str:
    """Return the address of a script, as seen from any page."""
    return f"static/scripts/{_edition()}/{path}"


def imported(path: str, names: str, then: str) -> str:
    """Return JavaScript that imports `names` from a script and then runs the statements `then`."""
    return f'import(new URL("{script(path)}", document.baseURI)).then(({{ {names} }}) => {{ {then} }});'


def model(name: str) -> str:
    """Return the address of a model's folder, as seen from any page."""
    return f"static/weights/{name}/{_model_hash(name)}"


def _model_hash(name: str) -> str:
    return _hash((registry.find(name) / registry.CONFIG).read_bytes())  # which holds the checksums of the others


def _hash(*contents: bytes) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()[:16]


def _send(path: Path | None, current: bool) -> Response:
    if path is None or not path.is_file():
        return Response("no such file", 404, media_type="text/plain")
    return FileResponse(path, headers=_FOR_GOOD if current else _FOR_NOW)


def _script(request: Request) -> Response:
    """Answer with a script; one of an older edition, which a page opened before an update asks for, is today's."""
    return _send(scripts().get(request.path_params["path"]), request.path_params["edition"] == _edition())


def _model_file(request: Request) -> Response:
    name, file = request.path_params["name"], request.path_params["file"]
    if name not in registry.names() or file not in registry.FILES:
        return _send(None, False)
    return _send(registry.find(name) / file, request.path_params["edition"] == _model_hash(name))


def routes() -> list[Route]:
    """Return what serves the files, below the address of the site."""
    packed = [Middleware(GZipMiddleware)]
    return [
        Route("/static/scripts/{edition}/{path:path}", _script, middleware=packed),
        Route("/static/weights/{name}/{edition}/{file}", _model_file),
    ]
