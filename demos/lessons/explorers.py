"""An explorer (layout.Explorer) as a lesson embeds it: without Gradio and a session, its controls as plain fields."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from demos.frame.controls import Control
from demos.frame.glossary import glossed
from demos.frame.html import Html, escape, html, join
from demos.frame.language import T
from demos.frame.programs import as_json
from demos.lessons.lesson import Setting

MORE = T("More settings", "更多设置")


def values(explorer: Any, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of an explorer's controls: the first ones, but where texts say otherwise. Raises ValueError."""
    if unknown := texts.keys() - explorer.controls.keys():
        names = ", ".join(explorer.controls)
        raise ValueError(T(f"no control {min(unknown)!r}; there are {names}", f"没有控件 {min(unknown)!r}；有 {names}"))
    return {
        name: control.read(texts[name]) if name in texts else control.default
        for name, control in explorer.controls.items()
    }


def state(explorer: Any, setting: Setting) -> dict[str, Any]:
    """Return what conditions are about: an explorer's numbers, and under "set" the values of its controls."""
    read = values(explorer, setting.query)
    return {**explorer.draw(**read).numbers, "set": read}


def show(explorer: Any, texts: Mapping[str, str], moved: str = "") -> dict[str, Any]:
    """Return all that the browser needs of a setting; moved: the control that was moved last, which may set others."""
    try:
        read = values(explorer, texts)
        control = explorer.controls.get(moved)
        sets = {}
        if control and control.sets:
            sets = {key: value for key, value in control.sets(read[moved]).items() if key in read}
        read |= sets
        view = explorer.draw(**read)
    except ValueError as error:
        return {"refusal": str(error)}
    return {
        "picture": view.picture(),
        "words": f'<div class="summary">{glossed(view.summary)}</div>{view.table}',
        "formula": view.formula,
        "numbers": as_json(view.numbers),
        "set": read,
        "moves": {name: _text(explorer.controls[name], value) for name, value in sets.items()},
        "hidden": [name for name, each in explorer.controls.items() if not _is_visible(each, read)],
    }


def _is_visible(control: Control, read: Mapping[str, Any]) -> bool:
    if not control.fits:
        return True
    return bool(
        control.fits(**{name: read[name] for name in inspect.signature(control.fits).parameters}).get("visible", True)
    )


def _text(control: Control, value: Any) -> str:
    """Return a value as an address holds it."""
    written = control.write(value)
    if isinstance(written, list):
        return ",".join(map(str, written))
    return str(int(written) if isinstance(written, bool) else written)


def fields(explorer: Any, setting: Setting, at_hand: tuple[str, ...], key: str) -> Html:
    """Return an explorer's controls as HTML, those `at_hand` first and the others folded away; key: unique on the page."""
    read = values(explorer, setting.query)
    parts = {name: _field(f"{key}-{name}", name, control, read[name]) for name, control in explorer.controls.items()}
    others = join(part for name, part in parts.items() if name not in at_hand)
    folded = html('<details class="more"><summary>{}</summary>{}</details>', MORE, others) if others else ""
    return html('<div class="controls">{}{}</div>', join(parts[name] for name in at_hand), folded)


def _field(key: str, name: str, control: Control, value: Any) -> Html:
    """Return one control; its data: the name, and the text of the first value, which an address leaves out."""
    component, text = control.component, _text(control, value)
    classes = " ".join(["field", f"control-{name}", *(component.elem_classes or [])])
    frame = html('data-name="{}" data-first="{}" class="{}"', name, _text(control, control.default), classes)
    label = escape(str(component.label or name))
    if isinstance(component, gr.Radio | gr.CheckboxGroup):
        kind = "radio" if isinstance(component, gr.Radio) else "checkbox"
        inside = join(_options(kind, key, component.choices, text.split(",") if kind == "checkbox" else [text]))
        return html("<fieldset {}><legend>{}</legend><div>{}</div></fieldset>", frame, label, inside)
    if isinstance(component, gr.Slider):
        ends = html('min="{}" max="{}" step="{}"', component.minimum, component.maximum, component.step)
        return html(
            '<div {f}><label for="{k}">{l}</label><input type="number" {e} value="{t}" aria-label="{l}" inputmode="decimal">'
            '<input type="range" id="{k}" {e} value="{t}" data-testid="range-input"></div>',
            f=frame, k=key, l=label, e=ends, t=text,
        )  # fmt: skip
    if isinstance(component, gr.Checkbox):
        checked = Html(" checked") if value else ""
        return html('<div {}><label><input type="checkbox" value="1"{}> {}</label></div>', frame, checked, label)
    if isinstance(component, gr.Dropdown):
        options = join(_list(component.choices, text))
        return html(
            '<div {}><label for="{k}">{}</label><select id="{k}">{}</select></div>', frame, label, options, k=key
        )
    box = html('<textarea id="{}" rows="{}" spellcheck="false">{}</textarea>', key, text.count("\n") + 1, text)
    return html('<div {}><label for="{}">{}</label>{}</div>', frame, key, label, box)


def _options(kind: str, key: str, options: list[Any], chosen: list[str]) -> Iterator[Html]:
    for title, value in options:
        mark = Html(" checked") if str(value) in chosen else ""
        yield html(
            '<label><input type="{}" name="{}" value="{}"{}> {}</label>', kind, key, value, mark, escape(str(title))
        )


def _list(options: list[Any], chosen: str) -> Iterator[Html]:
    for title, value in options:
        mark = Html(" selected") if str(value) == chosen else ""
        yield html('<option value="{}"{}>{}</option>', value, mark, title)
