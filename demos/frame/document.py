"""What a page's HTML carries before Gradio's script runs: styles, our script, the navigation."""

from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.frame.language import T

STYLES = ("page.css", "menu.css", "touch.css")
SCRIPTS = (
    "page.js",
    "figures.js",
    "sliders.js",
    "readout.js",
    "access.js",
    "gradio.js",
    "menu.js",
    "share.js",
)  # the first holds what the others use


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def head() -> str:
    """Return what every page has in its head, as HTML."""
    return f"<style>{''.join(map(_asset, STYLES))}</style><script>{''.join(map(_asset, SCRIPTS))}</script>"


def plain(title: str, top: str, main: str, *, more: str = "", heading: str | None = None) -> str:
    """Return a page of our own, without Gradio, as HTML: in the pages' colours, dark where the reader's are.

    more: HTML for the end of its head; heading: in place of the title as its first line.
    """
    content = '<main id="content" tabindex="-1">' if heading is None else "<main>"
    first = f"<h1>{title}</h1>" if heading is None else heading
    dark = 'matchMedia("(prefers-color-scheme: dark)").matches && document.documentElement.classList.add("dark")'
    return (
        f'<!doctype html><html lang="{T("en", "zh-CN")}"><head><meta charset="utf-8"><title>{title} · First Nets</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head()}<script>{dark}</script>{more}</head>'
        f'<body class="plain">{top}{content}{first}{main}</main></body></html>'
    )


class Document:
    """ASGI middleware that puts styles and script into the head of a page, and `top` (HTML) first into its body."""

    def __init__(self, app: ASGIApp, top: str = ""):
        self.app = app
        # in the head, because Gradio would confine styles given as css= to the inside of the page's blocks
        self.head = f"{head()}</head>".encode()
        self.top = top.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_page(scope):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def whole(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                if Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
                    body = self._dressed(body)
                    MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, whole)

    def _dressed(self, body: bytes) -> bytes:
        body = body.replace(b"</head>", self.head, 1)
        at = body.index(b">", body.index(b"<body")) + 1
        return body[:at] + self.top + body[at:]


def _is_page(scope: Scope) -> bool:
    return scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/")
