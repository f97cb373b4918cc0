"""The explorers' numbers for programs: `GET /api/<name>?...`, one typed route an explorer, none of which costs a session.

A parameter is written as in the page's own address: `/api/softmax?logits=3,1,-3&temperature=2`; what is left out has its
first value. /api lists the routes for people, /api/openapi.json for programs (OpenAPI 3.1).
"""

import inspect
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from demos.frame import document, navigation
from demos.frame.controls import Control
from demos.frame.html import escape
from demos.frame.language import T, Translate
from zoo.version import __version__

Explorers = Callable[[], Awaitable[Mapping[str, Any]]]
"""Waits until the pages are there and returns their explorers (layout.Explorer) by name."""

_TYPES: dict[type, dict[str, Any]] = {
    float: {"type": "number"},
    int: {"type": "integer"},
    str: {"type": "string"},
    bool: {"type": "integer", "enum": [0, 1]},
    list: {"type": "string"},
}


def routes(explorers: Explorers) -> list[Route]:
    """Return the routes at and below /api."""

    async def overview(request: Request) -> Response:
        return HTMLResponse(listing(await explorers()))

    async def document(request: Request) -> Response:
        return JSONResponse(schema(await explorers()))

    async def answer(request: Request) -> Response:
        known, name = await explorers(), request.path_params["name"]
        if name not in known:
            names = ", ".join(sorted(known))
            return _refusal(404, T(f"There is no {name!r}. There are {names}.", f"没有 {name!r}。可选：{names}。"))
        try:
            return JSONResponse(await run_in_threadpool(numbers, known[name], dict(request.query_params)))
        except ValueError as error:
            return _refusal(422, str(error))

    translated = [Middleware(Translate)]
    return [
        Route("/api", overview, middleware=translated),
        Route("/api/openapi.json", document, middleware=translated),
        Route("/api/{name}", answer, middleware=translated),
    ]


def _refusal(status: int, text: str) -> JSONResponse:
    return JSONResponse({"detail": text}, status)


def numbers(explorer: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the numbers that an explorer shows for texts by control. Raises ValueError, in both languages."""
    if unknown := given.keys() - explorer.controls.keys() - {"lang"}:
        names = ", ".join(explorer.controls)
        raise ValueError(
            T(f"unknown parameter {min(unknown)!r}; there are {names}", f"没有参数 {min(unknown)!r}；可选：{names}")
        )
    read = {}
    for name, control in explorer.controls.items():
        try:
            read[name] = control.read(given[name]) if name in given else control.default
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return as_json(explorer.draw(**read).numbers)


def as_json(value: Any) -> Any:
    """Return numbers as JSON can hold them: what is not finite as text, "inf" or "nan"."""
    if isinstance(value, dict):
        return {name: as_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value if isinstance(value, int) or math.isfinite(value) else str(value)


def schema(explorers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the routes as an OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "First Nets", "version": __version__},
        "paths": {f"/api/{name}": {"get": _operation(name, each)} for name, each in explorers.items()},
    }


def _operation(name: str, explorer: Any) -> dict[str, Any]:
    number = {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "array"}]}
    answer = {"type": "object", "additionalProperties": number}
    return {
        "operationId": name,
        "summary": _summary(explorer),
        "parameters": [_parameter(*each) for each in explorer.controls.items()],
        "responses": {
            "200": {"description": "The numbers", "content": {"application/json": {"schema": answer}}},
            "422": {"description": "A value that is not allowed; `detail` says which are"},
        },
    }


def _summary(explorer: Any) -> str:
    return (inspect.getdoc(explorer.draw) or "").partition("\n")[0]


def _parameter(name: str, control: Control) -> dict[str, Any]:
    component, kind = control.component, dict(_TYPES[control.kind])
    if isinstance(component, gr.Slider):
        kind |= {"minimum": component.minimum, "maximum": component.maximum}
    elif isinstance(component, gr.CheckboxGroup):
        kind = {"type": "array", "items": {"type": "string", "enum": _options(component)}}
    elif isinstance(component, gr.Radio | gr.Dropdown):
        kind |= {"enum": _options(component)}
    first = control.default if kind["type"] == "array" else _text(control)
    kind["default"] = control.default if control.kind in (int, float) else first
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(component.label or name),
        "explode": False,
        "schema": kind,
    }


def _options(component: Any) -> list[Any]:
    return [value for _, value in component.choices]


def _text(control: Control) -> str:
    """Return a control's first value as an address holds it."""
    value = control.write(control.default)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(int(value) if isinstance(value, bool) else value).replace(", ", ",").replace("\n", ";")


_READING = """from gradio_client import Client, handle_file

client = Client("http://127.0.0.1:7860")  # this site's address
client.predict(handle_file("digit.png"), api_name="/classify_digit")  # or /classify_fashion; model="softmax-mnist", ...
# {"label": "7", "confidences": [{"label": "7", "confidence": 0.99}, ...]}
"""


def listing(explorers: Mapping[str, Any]) -> str:
    """Return a page for people: every route with its parameters, and a link that calls it."""
    rows = "".join(_row(name, explorer) for name, explorer in sorted(explorers.items()))
    title = T("Numbers for programs", "供程序使用的数值")
    about = T(
        "Each route answers with JSON. A parameter that is left out has the value shown.",
        "每个地址都以 JSON 回答。省略的参数取这里给出的值。",
    )
    main = (
        f'<h2>{T("Reading pictures", "识别图片")}</h2><pre tabindex="0"><code>{escape(_READING)}</code></pre>'
        f'<h2>{T("The explorers", "各页的数值")}</h2><p>{about} <a href="api/openapi.json">OpenAPI</a></p><dl>{rows}</dl>'
    )
    return document.plain(title, navigation.bar("api"), main)


def _row(name: str, explorer: Any) -> str:
    query = "&".join(f"{each}={quote(_text(control), safe=',;.-')}" for each, control in explorer.controls.items())
    route = f"api/{name}?{query}"
    return (
        f'<dt><a href="{escape(route)}"><code>GET /{escape(route)}</code></a></dt><dd>{escape(_summary(explorer))}</dd>'
    )
