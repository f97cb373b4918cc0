"""The frame of the static site: a page as files, under a strict Content-Security-Policy.

Under `default-src 'self'` no style may stand in an attribute and no picture in an address, as in Gradio pages: both become files.
"""

import base64
import hashlib
import json
import re
import shutil
from html import unescape
from pathlib import Path
from string import Template

from demos.frame import static
from demos.frame.language import T, translate

FOLDER = Path(__file__).parent
FRAME = Path(static.__file__).parent
OTHER = {"en": ("zh", "中文"), "zh": ("en", "English")}
_STYLE = re.compile(r' style="([^"]*)"')
_PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
_ADDRESS = re.compile(r'(href|src)="(static/|pictures/)')
ROOT = "root:"
"""Stands in the body of a page for the way from it to the root of the site, where no href or src shows an address."""


def page(name: str, language: str, *, title: str, lead: str, body: str, entries: dict[str, str]) -> dict[str, bytes]:
    """Return the files of one page in one language, by path.

    name: its path without ".html" in English. title, lead, body: HTML in both languages. entries: the navigation's, by name.
    """
    path = (f"{language}/" if language != "en" else "") + f"{name}.html"
    root = "../" * path.count("/")
    files: dict[str, bytes] = {}
    styles: dict[str, str] = {}
    other, other_name = OTHER[language]
    links = "".join(
        f'<a href="{_from(name, entry)}.html"{_current(entry, name)}>{text}</a>' for entry, text in entries.items()
    )
    html = Template((FOLDER / "site.html").read_text(encoding="utf-8")).substitute(
        language={"en": "en", "zh": "zh-CN"}[language],
        title=title,
        lead=lead,
        pages=T("Pages", "页面"),
        links=links,
        other=other,
        other_name=other_name,
        translated=f"{root}{'zh/' if other == 'zh' else ''}{name}.html",
        head="$head",
        root=root,
        script=static.script("site/site.js"),
        body=body,
    )
    html = translate(html.encode(), language).decode()
    html = _PICTURE.sub(lambda match: _as_file(match[1], files), html)
    html = _STYLE.sub(lambda match: _as_rule(unescape(match[1]), styles), html)
    html = _ADDRESS.sub(rf'\1="{root}\2', html).replace(ROOT, root)
    head = ""
    if styles:
        sheet = path.removesuffix(".html") + ".css"
        files[sheet] = "".join(f"{rule}\n" for rule in styles.values()).encode()
        head = f'<link rel="stylesheet" href="{Path(sheet).name}">'
    files[path] = html.replace("$head", head, 1).encode()
    return files


def _from(here: str, there: str) -> str:
    return "../" * here.count("/") + there


def _current(entry: str, name: str) -> str:
    return ' aria-current="page"' if name == entry else ""


def _as_file(content: str, files: dict[str, bytes]) -> str:
    picture = base64.b64decode(content)
    path = f"pictures/{_key(picture)}.png"
    files[path] = picture
    return path


def _as_rule(style: str, styles: dict[str, str]) -> str:
    """Return the attribute that stands for a style; the name three times weighs as much as an attribute does."""
    key = _key(style.encode())[:8]
    styles[key] = f'[data-s="{key}"][data-s][data-s] {{ {style} }}'
    return f' data-s="{key}"'


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def styles(*widgets: str) -> bytes:
    """Return site.css: the pages' own, and those of widgets, which Gradio confines to each widget and here stand in <main>."""
    own = (FOLDER / "site.css").read_text(encoding="utf-8")
    shared = "".join(path.read_text(encoding="utf-8") for path in sorted(FRAME.glob("*.css")))
    return (shared + own + "".join(f"main {{\n{css}\n}}\n" for css in widgets)).encode()


def service_worker(files: dict[str, bytes], first: list[str]) -> bytes:
    """Return sw.js for a site of these files. first: those below static/ that it fetches for the next visit."""
    pages = [path for path in files if path.count("/") < 2 and not path.startswith(("static/", "pictures/", "models/"))]
    edition = _key(b"".join(path.encode() + files[path] for path in sorted(files)))
    script = (FOLDER / "sw.js").read_text(encoding="utf-8")
    for name, value in {"edition": edition, "pages": json.dumps(pages), "files": json.dumps(first)}.items():
        script = script.replace(f"${name}", value, 1)
    return script.encode()


def is_free(folder: Path) -> bool:
    """Say whether a site may be written to a folder: it is not there, is empty, or holds an earlier site."""
    return not folder.exists() or (folder / "sw.js").is_file() or (folder.is_dir() and not any(folder.iterdir()))


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write a site into a folder, in place of what an earlier one left there."""
    for old in ("static", "pictures"):
        shutil.rmtree(folder / old, ignore_errors=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
