"""Requests that no page sends: refused in words, where Gradio would answer with a 500 and write a traceback.

Every function behind a page, the private ones too, can be called by anybody with anything.
"""

import json
import logging
import re
from typing import Any

import gradio as gr
from gradio.route_utils import FnIndexInferError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.frame.language import T

MALFORMED = T("This request can't be read.", "无法识别此请求。")
_RUN = re.compile(r"/gradio_api/(run|api)/[^/]*/?$")
_STREAM = re.compile(r"/gradio_api/(queue/data|call/(v2/)?[^/]+/[^/]+)$")
_log = logging.getLogger(__name__)


def said(event: gr.EventData, name: str) -> object:
    """Return what an event says under `name`, None where it says nothing: a request brings any JSON or none as its data."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def refuse_malformed(blocks: gr.Blocks) -> None:
    """Make `blocks` refuse inputs that its components cannot hold, or too few of them."""
    preprocess, call = blocks.preprocess_data, blocks.call_function

    async def preprocess_data(*given: Any, **named: Any) -> Any:
        try:
            return await preprocess(*given, **named)
        except gr.Error as error:
            error.print_exception = False
            raise
        except Exception as error:
            raise gr.Error(MALFORMED, print_exception=False) from error

    async def call_function(*given: Any, **named: Any) -> Any:
        try:
            return await call(*given, **named)
        except gr.Error as error:  # Gradio's own of what an event brings, too
            error.print_exception = False
            raise

    blocks.preprocess_data = preprocess_data  # type: ignore[method-assign]
    blocks.call_function = call_function  # type: ignore[method-assign]


async def refuse(request: Request, error: Exception) -> Response:
    """Answer 400 where Gradio's own code fails on a request: it names no function, session or component that there is."""
    _log.info("refused %s: %r", request.url.path, error)
    return JSONResponse({"detail": MALFORMED}, 400)


HANDLERS = dict.fromkeys((FnIndexInferError, KeyError, ValueError, TypeError, AttributeError, IndexError), refuse)
"""By kind of error, for the application around a page."""


class Refused:
    """ASGI middleware that answers 400 where Gradio says 500 of a direct call whose function refused its values (gr.Error).

    It also ends quietly the stream of a session or an event that there is not: Gradio has begun its answer by then.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _RUN.search(scope["path"]):
            await self._run(scope, receive, send)
        elif scope["method"] == "GET" and _STREAM.search(scope["path"]):
            await self._stream(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] == 500:
                start = message
                return
            if start:
                await send({**start, "status": 400 if _is_refusal(message.get("body", b"")) else 500})
                start = {}
            await send(message)

        await self.app(scope, receive, answer)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except RuntimeError as error:
            if not isinstance(error.__cause__, HTTPException):
                raise
            await send({"type": "http.response.body", "body": b""})


def _is_refusal(body: bytes) -> bool:
    try:
        return bool(json.loads(body).get("error"))
    except (ValueError, AttributeError):
        return False
