"""What the flag "unlike anything this model was trained on" can do: the kinds of picture that it was measured on."""

from zoo.config import Familiarity
from zoo.text import Text

KINDS = {
    "test": Text("test images (should not be)", "测试图片（不该标记）"),
    "drawn": Text("pictures of its kind drawn by code (should not be)", "程序画的同类图片（不该标记）"),
    "letters": Text("drawn letters and signs it was not taught on", "没有教过的手写字母和符号"),
    "other": Text("pictures of the other data set's kind", "另一个数据集那类的图片"),
    "noise": Text("noise and textures", "噪声和纹理"),
    "blank": Text("blank pictures", "空白图片"),
    "turned": Text("test images turned by a quarter", "旋转 90° 的测试图片"),
}
"""What a picture may be whose familiarity is measured, by its key in a config."""


def table(familiarity: Familiarity) -> str:
    """Return the Markdown table of how often pictures are flagged, with what the flag can't do; nothing of an old model."""
    shares = familiarity.flagged
    if not shares:
        return ""
    rows = "\n".join(f"| {text.en} | {100 * shares[kind]:.1f} % |" for kind, text in KINDS.items() if kind in shares)
    return f"""
| flagged as unlike what it was trained on | |
| --- | --- |
{rows}

The flag is a small network that learned from drawn letters, scribbles, noise and blanks. It is no proof: what looks like one
of the ten labels passes, whatever it is, and so may what nobody thought of.
"""
