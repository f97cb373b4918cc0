"""What stands at an address where there is nothing: a page with the way back, not JSON."""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demos.frame import document, navigation
from demos.frame.language import T, reader_language, translate


def page() -> str:
    """Return the page as HTML, in both languages."""
    title = T("There is no such page", "没有这个页面")
    way = T(
        "The address may be mistyped or out of date. All pages are above.", "网址可能有误或已经失效。所有页面都在上面。"
    )
    front = f'<a href="./">{T("To the front page", "回到首页")}</a>'
    return document.plain(title, navigation.bar(""), f"<p>{way}</p><p>{front}</p>")


class Lost:
    """ASGI middleware that answers a browser's request for a page that does not exist with `page`, as 404."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in (headers := Headers(scope=scope)).get("accept", ""):
            await self.app(scope, receive, send)
            return
        lost = False

        async def answer(message: Message) -> None:
            nonlocal lost
            lost = lost or message.get("status") == 404
            if not lost:
                await send(message)

        await self.app(scope, receive, answer)
        if lost:
            query = scope.get("query_string", b"").decode("latin-1")
            language = reader_language(query, headers.get("referer", ""), headers.get("accept-language", ""))
            body = translate(page().encode(), language)
            # links of the bar lead from the root, wherever this address is
            up = "../" * (scope["path"].strip("/").count("/") + scope["path"].endswith("/")) or "./"
            body = body.replace(b"<head>", f'<head><base href="{up}">'.encode(), 1)
            await HTMLResponse(body, 404, {"vary": "Accept-Language"})(scope, receive, send)
