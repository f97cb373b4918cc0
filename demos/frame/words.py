"""Small pieces of sentences in both languages: counts, lists, signs, and numbers as LaTeX writes them."""

import re
from collections.abc import Mapping, Sequence

from demos.frame.language import T


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 step", "3 steps" or "3,000 steps" for an English sentence; many: where an s doesn't do."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return "a, b and c" in English, "a、b 和 c" in Chinese; names may be T."""
    if len(names) < 2:
        return "".join(names)
    return T(f"{', '.join(names[:-1])} and {names[-1]}", f"{'、'.join(names[:-1])} 和 {names[-1]}")


def aside(text: str, more: str) -> str:
    """Return "0.5 (tanh)" in English, "0.5（tanh）" in Chinese."""
    return T(f"{text} ({more})", f"{text}（{more}）")


def titled(title: str, text: str) -> str:
    """Return "title: text" in English, "title：text" in Chinese."""
    return T(f"{title}: {text}", f"{title}：{text}")


def tex(value: float, digits: int = 4) -> str:
    """Return a number as LaTeX."""
    if value != value:
        return r"\text{nan}"
    if value in (float("inf"), float("-inf")):
        return r"\infty" if value > 0 else r"-\infty"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    mantissa = mantissa.lstrip("-") if float(mantissa) == 0 else mantissa
    return mantissa + (rf" \cdot 10^{{{int(exponent)}}}" if exponent else "")


def term(value: float, digits: int = 4) -> str:
    """Return a number as LaTeX that may follow any sign: a negative one in parentheses."""
    text = tex(value, digits)
    return f"({text})" if text.startswith("-") else text


def put(formula: str, values: Mapping[str, float], digits: int = 4) -> str:
    r"""Return a LaTeX formula with numbers in place of its symbols, e.g. {"x": 1.0, r"\alpha": 0.25}."""
    for symbol, value in values.items():
        pattern = rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z_])"
        # the braces keep "e^x" from raising to the first digit alone
        formula = re.sub(pattern, lambda _, value=value: f"{{{term(value, digits)}}}", formula)
    return formula


def lines(*rows: str) -> str:
    r"""Return formulas, one below the other, as Markdown with LaTeX."""
    return "$$\n\\begin{aligned}\n" + " \\\\[4pt]\n".join(f"& {row}" for row in rows) + "\n\\end{aligned}\n$$\n"
