"""What the functions of a page's components answer (`gr.HTML(server_functions=[...])`), without Gradio's own route.

That one leads through two routers and an encoder that looks at every number of an answer, and makes a session: half of what an
answer to a pad takes of the event loop. These functions take what the page sends and need no session.
"""

from typing import Any

import anyio.to_thread
import gradio as gr
from gradio.routes import ORJSONResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from demos.frame import strict
from demos.frame.language import T, Translate

ROUTE = "/gradio_api/component_server"


def is_call(scope: Scope, path: str) -> bool:
    """Say whether a request to `path` of a page calls a component's function."""
    return scope["type"] == "http" and scope["method"] == "POST" and path.rstrip("/") == ROUTE


async def answer(blocks: gr.Blocks, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer {"component_id", "fn_name", "data"} with what the function returns of the data."""
    request = Request(scope, receive)
    try:
        response = await _answer(blocks, await request.json())
    except tuple(strict.HANDLERS) as error:
        response = await strict.refuse(request, error)
    await Translate(response)(scope, receive, send)


async def _answer(blocks: gr.Blocks, sent: dict[str, Any]) -> Response:
    function = getattr(blocks.blocks[sent["component_id"]], sent["fn_name"], None)
    if not getattr(function, "_is_server_fn", False):
        return JSONResponse({"detail": T("There is no such function.", "没有这个函数。")}, 404)
    result = await anyio.to_thread.run_sync(function, sent["data"], limiter=blocks.limiter)
    return ORJSONResponse(result)
