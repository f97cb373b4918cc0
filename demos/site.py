"""The playground as a static site: `python demos/site.py FOLDER` writes it, and any web server serves it."""

import re
import sys
from pathlib import Path
from typing import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import typer

from demos import models
from demos.frame import shelf, static
from demos.frame.figures import escape
from demos.frame.language import LANGUAGES, T
from demos.widgets import model_sheet, reader, site, tuning
from zoo import registry

ENTRIES = {"index": T("Digits", "数字"), "models": T("Models", "模型")}
_LEADS = {
    "index": T(
        "Write a digit: every network of the zoo reads it while you draw, in your own browser. All were trained here, on MNIST.",
        "写一个数字：你一边写，所有网络一边在你自己的浏览器里识别。它们都是在 MNIST 上训练出来的。",
    ),
    "models": T(
        "Every network of the zoo: how well it does, what it learnt, where it errs, and its files to take away.",
        "模型库里的每一个网络：成绩如何、学到了什么、错在哪里，以及可以带走的文件。",
    ),
}


def contents() -> dict[str, bytes]:
    """Return the site's files by path: pages in both languages, scripts, and the models as they are in the registry."""
    known, _ = shelf.models()
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        files |= _page("index", language, ENTRIES["index"], _reader())
        files |= _page("models", language, ENTRIES["models"], models.table())
        for name, model in known.items():
            files |= _page(
                f"models/{name}", language, f"{shelf.title(model.config)} · {model.config.data.title}", _sheet(name)
            )
    files |= {path: (site.FOLDER / path).read_bytes() for path in ("theme.js", "icon.svg")}
    files["site.css"] = site.styles(reader.CSS, models.CSS)
    files |= {static.script(path): source.read_bytes() for path, source in static.scripts().items()}
    files[tuning.SAMPLES] = tuning.samples()
    for name in known:
        files |= {f"{static.model(name)}/{path.name}": path.read_bytes() for path in _files(name)}
    files["sw.js"] = site.service_worker(files, _read_with(files))
    return files


def _reader() -> str:
    return reader.html(lambda name: site.ROOT + static.model(name), site.ROOT)


def _page(name: str, language: str, title: str, body: str) -> dict[str, bytes]:
    lead = _LEADS.get(name, "")
    to_models = "" if name.startswith("models/") else "models/"
    body = re.sub(r'href="(?:models)?\?model=([^"]+)"', rf'href="{to_models}\1.html"', str(body))
    body = re.sub(r'<a href="about#[^"]*">(.*?)</a>', r"\1", body, flags=re.DOTALL)  # a page that needs the app
    return site.page(name, language, title=title, lead=lead, body=body, entries=ENTRIES)


def _sheet(name: str) -> str:
    """Return all that is known of a model, and Python that uses it."""
    model = shelf.models()[0][name]
    heads = (
        T("Use it in Python", "在 Python 中使用"),
        T("With torch and safetensors alone", "只用 torch 和 safetensors"),
    )
    programs = zip(heads, model_sheet.snippets(model.config))
    code = "".join(f"<h2>{head}</h2><pre><code>{escape(program)}</code></pre>" for head, program in programs)
    return f'<div class="picture">{model_sheet.sheet(model)}</div><section class="programs">{code}</section>'


def _files(name: str) -> list[Path]:
    return [path for file in registry.FILES if (path := registry.find(name) / file).is_file()]


def _read_with(files: dict[str, bytes]) -> list[str]:
    """Return what the pad reads with: the scripts, and the weights and facts of the models of digits."""
    needed = tuple(f"{static.model(name)}/" for name in shelf.of_dataset(reader.DATASET))
    facts = (registry.CONFIG, registry.WEIGHTS, registry.FAMILIARITY)
    weights = [path for path in files if path.startswith(needed) and path.endswith(facts)]
    return [*weights, *(path for path in files if path.startswith("static/scripts/"))]


def main(
    folder: Annotated[
        Path, typer.Argument(help="Where to write the site; a new or an empty folder, or an older site.")
    ],
) -> None:
    """Write the playground as a static site: the pad and the models, without a server of its own."""
    if not site.is_free(folder):
        raise typer.BadParameter(f"{folder} holds something else; give a new folder")
    files = contents()
    site.write(folder, files)
    print(
        f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB. See it: python -m http.server -d {folder}"
    )


if __name__ == "__main__":
    typer.run(main)
