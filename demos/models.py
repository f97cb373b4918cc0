"""Models: the whole zoo in a table, and everything about each network in it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gradio as gr

from demos.frame import layout, navigation, shelf, strict
from demos.frame.html import Html, html, join
from demos.frame.language import T
from demos.widgets import confusion, model_sheet, reading
from zoo import card, data, datasets, registry
from zoo.config import Config

CSS = (Path(model_sheet.__file__).parent / "models.css").read_text(encoding="utf-8") + confusion.CSS
_TABLE_JS = """
const rows = [...element.querySelectorAll("tr[data-model]")];
function mark() {
  rows.forEach((row) => row.toggleAttribute("aria-current", row.dataset.model === props.value));
}
const open = (model) => trigger("select", { model });
element.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-model]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  firstNets.step({ model: row.dataset.model });
  open(row.dataset.model);
  document.querySelector("#model-sheet").scrollIntoView({ behavior: firstNets.motion() });
});
addEventListener("popstate", () => open(new URL(location).searchParams.get("model")));
watch("value", mark);
mark();
"""
_LIVE = {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}


def table() -> Html:
    """Return every model as a row of an HTML table, by data set and in the order of the shelf."""
    heads = [
        T("Model", "模型"),
        T("Test accuracy", "测试准确率"),
        T("Parameters", "参数量"),
        T("Size", "大小"),
        T("Recipe", "配方"),
    ]
    kinds = ["", "number", "number", "number", ""]
    head = join(html('<th scope="col" class="{}">{}</th>', kind, text) for text, kind in zip(heads, kinds))
    return html('<table class="zoo"><thead><tr>{}</tr></thead>{}</table>', head, join(_groups()))


def _groups() -> Iterator[Html]:
    group = '<tbody><tr><th scope="rowgroup" colspan="5">{}</th></tr>{}</tbody>'
    for dataset in datasets.DATASETS.values():
        if rows := join(_row(name, model.config) for name, model in shelf.of_dataset(dataset.name).items()):
            yield html(group, dataset.title, rows)


def _row(name: str, config: Config) -> Html:
    size = (registry.find(name) / registry.WEIGHTS).stat().st_size
    return html(
        '<tr data-model="{name}"><th scope="row">{notes}<a href="?model={link}">{title}<code>{name}</code></a></th>'
        '<td class="number accuracy">{accuracy}</td><td class="number parameters">{parameters:,}</td>'
        '<td class="number size">{size:,.0f} kB</td><td class="recipe">{recipe}</td></tr>',
        name=name,
        link=quote(name),
        title=shelf.title(config),
        notes=html("<em>{}</em>", navigation.notes()) if config.repeats_notes else "",
        accuracy=card.spread(config),
        parameters=config.parameters,
        size=size / 1000,
        recipe=T(*card.recipe_line(config)),
    )


def describe(name: object) -> tuple[str, str, str, str]:
    """Return (the row to mark, the sheet, and both snippets) of a model; of the first one where there is none of that name."""
    models, _ = shelf.models()
    known = name if isinstance(name, str) and name in models else next(iter(models))
    return known, model_sheet.sheet(models[known]), *model_sheet.snippets(models[known].config)


def open_page(request: gr.Request) -> tuple[str, str, str, str]:
    """Describe the model that the page's address names."""
    return describe(request.query_params.get("model"))


def choose(event: gr.EventData) -> tuple[str, str, str, str]:
    """Describe the model whose row was clicked."""
    return describe(strict.said(event, "model"))


def find_mistakes(name: object) -> str:
    """Return the worst mistakes of a model, where its data set is present."""
    model = shelf.models()[0].get(str(name))
    if model is None or not data.is_present(model.config.dataset):
        return ""
    try:
        return model_sheet.mistakes(model.name)
    except data.DataError:
        return html('<p class="refusal">{}</p>', shelf.damaged(model.config.dataset))


def build() -> gr.Blocks:
    """Lay out the page."""
    lead = T(
        "Every network of the zoo: how well it does, what it learnt, where it errs, and its files to take away.",
        "模型库里的每一个网络：成绩如何、学到了什么、错在哪里，以及可以带走的文件。",
    )
    with layout.page(T("Models", "模型"), lead) as page:
        models, broken = shelf.models()
        for name, reason in broken.items():
            text = html('<p class="refusal" role="alert"><b>{}</b>: {}</p>', name, reason)
            gr.HTML(text, apply_default_css=False)
        if models:
            _lay_out(page.demo)
        else:
            text = T("There is no model here yet. Train them: ", "这里还没有模型。请先训练：")
            gr.HTML(html('<p class="about">{}{}</p>', text, Html(reading.TRAIN)), apply_default_css=False)
    return page.demo


def _lay_out(demo: gr.Blocks) -> None:
    listing = gr.HTML(html_template=table(), css_template=CSS, js_on_load=_TABLE_JS, apply_default_css=False)
    sheet = gr.HTML(
        css_template=CSS,
        js_on_load=confusion.JS,
        server_functions=[confusion.cell],
        apply_default_css=False,
        elem_id="model-sheet",
        elem_classes="picture",
    )
    with gr.Tab(T("Use it in Python", "在 Python 中使用")):
        with_zoo = gr.Code(language="python", interactive=False, show_label=False, lines=1)
    with gr.Tab(T("With torch and safetensors alone", "只用 torch 和 safetensors")):
        alone = gr.Code(language="python", interactive=False, show_label=False, lines=1)
    mistakes = gr.HTML(css_template=CSS, apply_default_css=False)
    outputs = [listing, sheet, with_zoo, alone]
    for event in (demo.load(open_page, None, outputs, **_LIVE), listing.select(choose, None, outputs, **_LIVE)):
        event.then(find_mistakes, listing, mistakes, **_LIVE)


demo = build()

if __name__ == "__main__":
    layout.main(demo)
