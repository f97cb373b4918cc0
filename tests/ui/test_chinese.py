"""Chinese texts of the pages: no English left in them but names and terms that stay, full-width stops, Gradio's words too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from demos.frame.glossary import glossed
from demos.frame.language import translate

DEMOS = Path(__file__).resolve().parents[2] / "demos"

KNOWN = re.compile(
    r"^(?:API|CPU|GPU|kB|MB|CSV|JSON|BMP|GIF|JPEG|PNG|TIFF|WebP|MIT|CC|BY-SA|SE"  # formats, units, licences
    r"|First|Nets|English|Python|PyTorch|torch[\w.]*|safetensors|sha256|zoo|LeNet(?:-5)?|MNIST|Fashion-MNIST"  # what is called so
    r"|Beale|Burges|Cortes|He|Huber|LeCun|Neocognitron|Fukushima|Nesterov|Rastrigin|Rosenbrock|Xavier|Zalando"
    r"|AdaGrad|Adam|AdamW|RMSProp|SGD|dampening|ReLU|PReLU|ELU|Leaky|sigmoid|tanh|[Ss]oftmax|log-softmax|[Ll]ogits?|[Dd]ropout"
    r"|autograd|MSE|NLL|KL|BCELoss|CrossEntropyLoss|L1|L2|nn\.\w+|Linear|inverted|type|layer|loss\.data|loss\.item|no_grad|eval|backward"
    r"|float32|float64|nan|lr|exp|log|cos|Var|in|out|dq|wx|Xw|exp|v_i|cx|isinstance|reduction|none|weight_decay|learing_rate"
    r"|ignore_index|state_dict|notes|en|zh-CN"
    r"|Esc|Page|Up|Down|Enter|Shift)$"  # keys
)


def texts() -> Iterator[tuple[str, str]]:
    """Yield (where, text) for the Chinese of every T(english, chinese), {} for what is put in, without markup."""
    for path in sorted(DEMOS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "T" and len(node.args) == 2:
                yield f"{path.relative_to(DEMOS)}:{node.lineno}", _text(node.args[1])


def _text(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
    text = re.sub(r"\{\w+\}", "{}", text).replace("python demos/app.py", "")  # what a script puts in
    return re.sub(r"<code>.*?</code>|<pre.*?</pre>|<[^>]*>|\$[^$]*\$|`[^`]*`", " ", text, flags=re.DOTALL)


def slips(text: str) -> list[str]:
    """Return words that are no names, and half-width stops beside Chinese; brackets of a formula apart."""
    words = [word for word in re.findall(r"[A-Za-z][\w.-]*\w", text, re.ASCII) if not KNOWN.match(word)]
    return words + re.findall(r"[一-鿿][,;:!?]|[,;:!?][一-鿿]|[一-鿿]\.(?!\d)|(?<!P)\([一-鿿]", text)


def test_no_english_is_left_in_chinese_texts() -> None:
    wrong = {where: found for where, text in texts() if (found := slips(text))}
    assert not wrong


def test_what_is_wrong_would_be_found() -> None:
    assert slips("一个 neat 数字") == ["neat"]
    assert slips("损失, 学习率(高)") == ["失,", "(高"]
    assert slips("ReLU 的导数为 0.5，在 x = 0 处（PyTorch）") == []


def test_a_term_opens_once_a_page() -> None:
    text = glossed("The notes' gradient, and the gradient again.", "What logits and a gradient are.")
    english = translate(text.encode(), "en").decode()
    assert english.count("<details") == 1  # the gradient was explained above
