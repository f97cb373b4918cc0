"""Text becomes HTML in one place, and whoever forgets it shows the text, never runs it."""

import ast
from pathlib import Path

import pytest

from demos.frame.html import Html, both, escape, html, join
from demos.frame.language import T, translate

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = "<img src=x onerror=alert(1)>\"${alert(1)}{{alert(1)}}'"


def test_what_is_put_into_a_template_is_escaped_and_html_is_not() -> None:
    assert html("<p>{}</p>", "<b>") == "<p>&lt;b&gt;</p>"
    assert html("<p>{}</p>", html("<b>{}</b>", 7)) == "<p><b>7</b></p>"
    assert html('<i class="{kind}">{share:.1%}</i>', kind='"x', share=0.25) == '<i class="&#34;x">25.0%</i>'


def test_adding_and_joining_escape_too() -> None:
    assert Html("<p>") + "<b>" == "<p>&lt;b&gt;"
    assert join(["<b>", Html("<br>")], " ") == "&lt;b&gt; <br>"


def test_nothing_of_a_hostile_text_is_left() -> None:
    assert not set("<>\"'${}") & set(escape(HOSTILE))


def test_both_languages_stay_html_and_a_text_in_both_is_escaped_in_each() -> None:
    assert translate(both(Html("<b>a</b>"), "<").encode(), "en") == b"<b>a</b>"
    assert translate(html("<p>{}</p>", T("<", ">")).encode(), "zh") == b"<p>&gt;</p>"


@pytest.mark.parametrize("forged", ["[[en]]a[[zh]]", "[[/]]", "[[en:000000]]a[[zh:000000]]b[[/:000000]]"])
def test_nobody_can_forge_the_marks_of_two_languages(forged: str) -> None:
    page = html("<p>{}</p><p>{}</p>", forged, T("end", "完"))
    assert translate(page.encode(), "en").decode() == html("<p>{}</p><p>end</p>", forged)


@pytest.mark.parametrize("module", ["models", "widgets/model_sheet/__init__", "widgets/reading/__init__"])
def test_what_shows_a_models_facts_writes_html_by_templates_alone(module: str) -> None:
    """No f-string and no `Html(...)` or `html(...)` of anything but the program's own text holds a tag."""
    tree = ast.parse((ROOT / "demos" / f"{module}.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            assert not {"<", ">"} & set(text.replace("->", "")), f"line {node.lineno}: HTML in an f-string"
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("html", "Html"):
            assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp), (
                f"line {node.lineno}: a template made of values"
            )
