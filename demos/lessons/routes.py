"""The addresses of the course: /learn, /learn/<lesson>?step=2, and /learn/explorer/<name>?... with what an explorer shows.

None of them costs a session: what a learner did is kept in the browser.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from demos.frame.language import Translate
from demos.lessons import pages
from demos.lessons.explorers import show
from demos.lessons.lesson import lessons

Known = Callable[[], Awaitable[Mapping[str, Any]]]
"""Waits until the pages are there, then returns what is known of their explorers, by name."""


def routes(explorers: Known, places: Known) -> list[Route]:
    """Return the routes at and below /learn. explorers: all of them; places: the page that each stands on."""

    async def listing(request: Request) -> Response:
        return HTMLResponse(pages.listing())

    async def lesson(request: Request) -> Response:
        name, step = request.path_params["name"], request.query_params.get("step", "1")
        if name not in lessons():
            return PlainTextResponse("There is no such lesson.", 404)
        known = await explorers()
        if any(each.explorer.name not in known for each in lessons()[name].steps):
            return PlainTextResponse("Lessons need all pages: python demos/app.py", 404)
        number = int(step) if step.isdecimal() else 1
        return HTMLResponse(pages.lesson_page(name, number, known, await places()))

    async def explorer(request: Request) -> Response:
        known, name = await explorers(), request.path_params["name"]
        if name not in known:
            return PlainTextResponse("There is no such explorer.", 404)
        texts = dict(request.query_params)
        moved = texts.pop("moved", "")
        texts.pop("lang", None)
        return JSONResponse(await run_in_threadpool(show, known[name], texts, moved))

    translated = [Middleware(Translate)]
    return [
        Route("/learn", listing, middleware=translated),
        Route("/learn/{name}", lesson, middleware=translated),
        Route("/learn/explorer/{name}", explorer, middleware=translated),
    ]
