"""HTML as a type of its own: text becomes HTML in one place, which escapes it.

    row = html('<td class="{}">{}</td>', kind, config.date)
    table = html("<table>{}</table>", join(rows))

What `html` puts into a template, and what is added or joined to `Html`, is escaped unless it is Html already, so text that
was forgotten is shown as it is, and never runs. A template is a text of the program itself: never an f-string, and a test
of every module that shows a model's facts says so.
"""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from markupsafe import escape as _escape

from demos.frame.language import T

_TEMPLATES = str.maketrans({"$": "&#36;", "{": "&#123;", "}": "&#125;"})


class Html(Markup):
    """Text that is HTML, inside elements and inside attributes in double quotes."""

    @classmethod
    def escape(cls, text: Any) -> "Html":
        """Return anything as HTML; also inside gr.HTML's templates, which would execute ${...} and {{...}}."""
        if hasattr(text, "__html__"):
            return cls(text.__html__())
        return cls(str(_escape(text)).translate(_TEMPLATES))


escape = Html.escape


def html(template: str, /, *values: Any, **named: Any) -> Html:
    """Return a template, with what `str.format` would put into it escaped."""
    return Html(template).format(*values, **named)


def join(parts: Iterable[Any], between: str = "") -> Html:
    """Return parts one after the other, with HTML between them."""
    return Html(between).join(parts)


def both(en: Any, zh: Any) -> Html:
    """Return HTML in both languages."""
    return Html(T(escape(en), escape(zh)))
