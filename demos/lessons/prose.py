"""A lesson's texts as HTML: formulas for KaTeX, and the field's words explained where they first stand."""

import re

from demos.frame.glossary import glossed
from demos.frame.html import Html, both, escape, html, join
from demos.frame.language import T
from demos.lessons.lesson import Latex, Words

_MARKS = re.compile(r"(\$[^$]+\$|`[^`]+`)")


def prose(words: Words) -> Html:
    """Return a text as HTML, with its formulas for KaTeX."""
    return both(_marked(words.en), _marked(words.zh))


def explained(words: Words, after: str = "") -> Html:
    """Return a text as HTML whose terms open in place, but for those in what stands before it (`after`)."""
    return Html(glossed(str(prose(words)), after))


def formulas(*lines: Latex) -> Html:
    """Return LaTeX as HTML, a formula below the other."""
    return join(
        html('<div class="math block">{}</div>', line if isinstance(line, str) else _both(line)) for line in lines
    )


def _both(line: Words) -> str:
    return T(line.en, line.zh)


def _marked(text: str) -> Html:
    return join(_mark(part) for part in _MARKS.split(text))


def _mark(part: str) -> Html:
    if part.startswith("$") and len(part) > 1:
        return html('<span class="math">{}</span>', part[1:-1])
    return html("<code>{}</code>", part[1:-1]) if part.startswith("`") and len(part) > 1 else escape(part)
