"""Several pages as one ASGI application: each a small Gradio app of its own, so that a visitor costs what one page costs.

The first page stands at the root, with what programs call; every other under its name, with and without a slash at the
end. The first is there at once; the others are made one after the other while it already answers, and whoever asks for
one earlier waits for it.
"""

import asyncio
import importlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.routes import App
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from demos.frame import about, functions, navigation, programs, share, static, strict, uploads
from demos.frame.document import Document
from demos.frame.fairness import FairShare, Forwarded, share_queue
from demos.frame.guard import Guard, SafeHeaders
from demos.frame.language import T, Translate
from demos.frame.limits import MAX_FILE, BodyLimit
from demos.frame.lost import Lost
from demos.frame.sessions import Sessions, bound_queue
from demos.frame.strict import Refused
from demos.frame.uploads import Uploads
from demos.lessons import routes as lessons
from demos.widgets import tuning

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Return the pages' theme: Gradio's shapes, quiet colours, the reader's own fonts (none are fetched)."""
    return gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=[*FONTS, "sans-serif"], font_mono=MONO)


class Page:
    """One page, from when it is announced on."""

    def __init__(self, name: str, make: Callable[[], gr.Blocks], *, top: str = ""):
        """name: its address, "" for the root. make: returns its blocks. top: HTML above it."""
        self.name, self._make, self._top = name, make, top
        self.ready = asyncio.Event()
        self.blocks: gr.Blocks | None = None
        self.app: FastAPI | None = None

    @property
    def gradio(self) -> App:
        """Gradio's application, once the page is ready."""
        return _gradio(self.app)

    async def open(self, stack: AsyncExitStack) -> None:
        """Make the page and start it."""
        try:
            app = await asyncio.to_thread(self._mount)
            await stack.enter_async_context(app.router.lifespan_context(app))
            self.app = app
        except Exception:  # one broken page leaves the others standing
            logging.getLogger(__name__).exception("the page /%s can't be made", self.name)
        finally:
            self.ready.set()

    def _mount(self) -> FastAPI:
        blocks = self._make()
        strict.refuse_malformed(blocks)
        blocks.queue(default_concurrency_limit=4)
        share_queue(blocks)
        bound_queue(blocks)
        prefix = os.environ.get("GRADIO_ROOT_PATH", "").rstrip("/") + f"/{self.name}".rstrip("/")
        app = FastAPI(openapi_url=None)
        gr.mount_gradio_app(
            app,
            blocks,
            "/",
            root_path=prefix,
            theme=theme(),
            max_file_size=MAX_FILE,
            show_error=False,
            app_kwargs={
                "middleware": [Middleware(Translate), Middleware(Document, top=self._top)],
                "exception_handlers": strict.HANDLERS,
            },
            ssr_mode=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],  # Gradio's own page of the API asks for two addresses that are not there: /api stands for it
        )
        # Gradio lets a call name any file of this machine as its upload until this is set, as only its own launch does.
        blocks.has_launched = True
        self.blocks = blocks
        _gradio(app).state_holder = Sessions(blocks)
        return app


def _gradio(app: FastAPI) -> App:
    return next(route.app for route in app.routes if isinstance(route, Mount))


class Pages:
    """The pages behind one address."""

    def __init__(self, pages: Mapping[str, Callable[[], gr.Blocks]]):
        """pages: by name, what makes each; the first is the front page. One page alone stands without navigation."""
        self.by_name: dict[str, Page] = {}
        for name, make in pages.items():
            top = navigation.bar(name) if len(pages) > 1 else ""
            at = name if self.by_name else ""
            self.by_name[at] = Page(at, make, top=top)

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """Open the front page, then serve while the others open."""
        async with AsyncExitStack() as stack:
            front, *others = self.by_name.values()
            await front.open(stack)
            opening = asyncio.create_task(self._open(others, stack))
            yield
            opening.cancel()

    async def _open(self, pages: list[Page], stack: AsyncExitStack) -> None:
        for page in pages:
            await page.open(stack)
        # Gradio imports it with the first call of a function: a quarter of a second for everybody who calls then.
        await asyncio.to_thread(importlib.import_module, "matplotlib.pyplot")

    def release(self) -> None:
        """End the streams that stay open as long as a page does, so that the server can stop."""
        for page in self.by_name.values():
            if page.app:
                page.gradio.stop_event.set()

    async def explorers(self) -> dict[str, Any]:
        """Return the explorers of all pages by the name of their function."""
        for page in self.by_name.values():
            await page.ready.wait()
        return {
            explorer.draw.__name__: explorer
            for page in self.by_name.values()
            for explorer in getattr(page.blocks, "explorers", [])
        }

    async def places(self) -> dict[str, str]:
        """Return the page of each explorer, both by name; the front page is ""."""
        await self.explorers()
        pages = self.by_name.items()
        return {each.draw.__name__: at for at, page in pages for each in getattr(page.blocks, "explorers", [])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, *below = scope["path"].split("/")[1:] or [""]
        page = self.by_name.get(name) or self.by_name[""]
        if page.name and below == [""]:
            query = scope.get("query_string", b"").decode("latin-1")
            await RedirectResponse(f"../{name}?{query}".rstrip("?"), 308)(scope, receive, send)
            return
        await page.ready.wait()
        if page.app is None:
            text = T("This page is broken; the server's log says why.", "这个页面出了故障，原因见服务器日志。")
            await Translate(PlainTextResponse(text, 500))(scope, receive, send)
            return
        # A page sees its own address as the root, with a slash: Gradio knows where it is from `root_path` at its making.
        path = (scope["path"].removeprefix(f"/{page.name}") if page.name else scope["path"]) or "/"
        if page.blocks and functions.is_call(scope, path):
            await functions.answer(page.blocks, scope, receive, send)
        else:
            await page.app({**scope, "path": path, "raw_path": path.encode()}, receive, send)


def application(
    pages: Mapping[str, Callable[[], gr.Blocks]], hosts: Collection[str] = (), proxies: str = ""
) -> tuple[Starlette, Pages]:
    """Return what a server serves, /healthz, the routes for programs and static files included, and the pages inside.

    hosts: the names under which it may be called (guard.Guard); empty for any. proxies: the addresses of those that say
    for whom they ask (fairness.Forwarded).
    """
    served = Pages(pages)
    routes = [
        Route("/healthz", lambda request: JSONResponse({"status": "ok"})),
        *programs.routes(served.explorers),
        *lessons.routes(served.explorers, served.places),
        *about.routes(),
        *share.routes(),
        *static.routes(),
        *tuning.routes(),
        Mount("/", served),
    ]
    guards = [
        Middleware(Forwarded, proxies=proxies),
        Middleware(FairShare),
        Middleware(SafeHeaders),
        Middleware(Lost),
        Middleware(Guard, pages=[name for name in served.by_name if name], hosts=hosts),
        Middleware(Uploads, root=uploads.folder()),
        Middleware(BodyLimit),
        Middleware(Refused),
    ]
    return Starlette(routes=routes, middleware=guards, lifespan=served.lifespan), served
