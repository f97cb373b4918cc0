"""Passing a page on: the dialog with its address, and the address as a QR code."""

import io

import segno
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from demos.frame.language import T

LONGEST = 1800  # characters; a denser code is hard to read from a screen


def dialog() -> str:
    """Return the button and the dialog that it opens (share.js), as HTML."""
    title, copy = T("Share this page as it stands", "分享当前页面"), T("Copy", "复制")
    address, code = T("Address", "网址"), T("The address as a QR code", "网址的二维码")
    alone = T("Only this computer can open this address.", "这个网址只有这台电脑能打开。")
    return (
        f'<button type="button" class="share" aria-haspopup="dialog">{T("Share", "分享")}</button>'
        f'<dialog aria-label="{title}"><h2>{title}</h2><img alt="{code}" width="320" height="320">'
        f'<p class="alone" hidden>{alone}</p><input readonly aria-label="{address}">'
        f'<p><button type="button" class="copy" data-done="{T("Copied", "已复制")}">{copy}</button>'
        f'<button type="button" class="close">{T("Close", "关闭")}</button></p><p role="status"></p></dialog>'
    )


def code(text: str) -> bytes:
    """Return `text` as a QR code, an SVG picture: black on white with a quiet zone, in dark mode too."""
    drawn = io.BytesIO()
    segno.make(text, error="l", micro=False).save(drawn, kind="svg", scale=4, border=3, light="#fff", omitsize=True)
    return drawn.getvalue()


def routes() -> list[Route]:
    """Return the route /qr.svg?text=..."""

    async def answer(request: Request) -> Response:
        text = request.query_params.get("text", "")
        if not 0 < len(text) <= LONGEST:
            return PlainTextResponse(f"expected ?text= with 1 to {LONGEST} characters", 422)
        return Response(code(text), media_type="image/svg+xml", headers={"cache-control": "max-age=3600"})

    return [Route("/qr.svg", answer)]
