"""The page /about: what this is, who it is for, what becomes of a drawing, and the notes that it corrects.

Like the course it is rendered once and needs no session.
"""

from collections.abc import Iterator

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from demos.frame import document, navigation
from demos.frame.heading import heading
from demos.frame.html import Html, both, html, join
from demos.frame.language import T, Translate
from demos.lessons.lesson import lessons
from demos.lessons.links import address
from zoo.version import __version__

_TITLE = T("About First Nets", "关于 First Nets")
_LEAD = T(
    "The networks that everyone trains first: softmax regression, multilayer perceptrons and LeNet-5, trained, explained "
    "and ready to use.",
    "每个人最先训练的网络：softmax 回归、多层感知机和 LeNet-5。训练好了，讲清楚了，随时可用。",
)
_WHO = T(
    "It is for people who learn or teach deep learning, many of them with <i>Dive into Deep Learning</i>, and for people who "
    "want small pretrained networks that they can trust. Draw and see what a network sees; go through the "
    '<a href="learn">lessons</a>; take any <a href="models">model</a> with you.',
    "适合学习或讲授深度学习的人（其中许多人在用《动手学深度学习》），也适合需要小巧可信的预训练网络的人。你可以画一个数字，"
    '看看网络看到了什么；可以跟着<a href="learn">课程</a>学；也可以把任何一个<a href="models">模型</a>带走。',
)
_PRIVACY = T(
    "Digits that you draw are read in your own browser: the server is sent them only where the browser can't compute the "
    "networks. A drawing also stands in the page's address, so that you can pass it on: behind the #, which browsers keep to "
    "themselves; only the code under Share is drawn by the server. Pictures that you upload are read on the server and deleted "
    "within two minutes. Your progress in the lessons, digits that you name and a network that you train on them are kept in "
    "your browser alone; the weights of that network's last layers go to the server where you ask for the test set. Nobody is "
    "counted or tracked, no page loads anything from another host, and there are no accounts.",
    "你画的数字在你自己的浏览器里识别：只有当浏览器无法计算这些网络时，才会发给服务器。画的内容也写在页面的网址里，方便你"
    "分享：它在 # 之后，浏览器不会把这部分发出去；只有“分享”里的二维码由服务器绘制。你上传的图片在服务器上识别，两分钟之内"
    "删除。课程进度、你标注的数字以及用它们训练的网络只保存在你的浏览器里；只有当你要求在测试集上检验时，才会把这个网络最后几层的"
    "权重发给服务器。没有统计，没有跟踪，页面不从其他网站加载任何东西，也不需要账号。",
)
_CLASS = T(
    "A class needs no accounts, and nothing but plain requests to this one address. Drawn digits are read on each pupil's own "
    "device; figures come from the server whenever a control is moved. What can be passed on and printed, and what to do without "
    'the internet, stands <a href="learn#teachers">below the lessons</a>.',
    "上课不需要账号，只需要能访问这一个网址。手写数字在每个学生自己的设备上识别；每次移动控件，图由服务器画出。哪些内容可以分享和"
    '打印，没有互联网时怎么办，见<a href="learn#teachers">课程列表下方</a>。',
)
_MEASURED = T(
    "An accuracy is the share of the 10,000 test images that a network reads rightly after its last epoch, as mean ± standard "
    "deviation over seeds. Recipes were chosen on 5,000 training images kept aside; the test set is read when a run is "
    "over. The weights are those of seed 0, never the best of several. Each model's card was written by the run that made it.",
    "准确率是网络在最后一轮之后读对 10,000 张测试图片的比例，写作几个随机种子的均值 ± 标准差。配方是在另留的 5,000 张训练图片上"
    "选定的，训练结束后才读测试集。提供的权重是随机种子 0 的那一次，不是几次中最好的。每个模型的说明卡由训练它的那一次运行写成。",
)
_LICENCE = T(
    "Code and weights: MIT. MNIST is CC BY-SA 3.0 (LeCun, Cortes, Burges), Fashion-MNIST is MIT (Zalando SE); neither is part of "
    "this project, and the example pictures were drawn by its own code.",
    "代码和权重：MIT 许可证。MNIST 采用 CC BY-SA 3.0（LeCun、Cortes、Burges），Fashion-MNIST 采用 MIT（Zalando SE）；两者都不包含"
    "在本项目中，示例图片由本项目自己的代码画成。",
)
_NOTES = T(
    "“Notes” on these pages means five sets of study notes on <i>Dive into Deep Learning</i>. The project puts them to work: "
    "each system they describe was built and trained as they give it (the models marked <em>notes</em>), each figure they print "
    "was computed again, and where they are wrong the pages say so. Below is what they hold, by the numbers under which "
    "<code>python -m zoo notes A7</code> prints their figures beside ours.",
    "本站所说的“笔记”是关于《动手学深度学习》的五组学习笔记。本项目把它们付诸实践：笔记中的每个系统都按原样实现并训练（即标有"
    "<em>笔记</em>的模型），印出的每个数字都重新算过，有错的地方页面会指出。下面是笔记的内容，编号可用于 "
    "<code>python -m zoo notes A7</code>，它把笔记中的数字与我们的并排列出。",
)
_MISTAKES = T(
    "Where the notes are wrong, each line says what is right.",
    "以下是笔记中的错误，每一行写的是正确的说法。",
)
_RUN = """pip install -r requirements.txt
python demos/app.py"""
_USE = """import zoo
zoo.load("lenet5-mnist").classify("digit.png")  # {"7": 0.98, ...}"""
_CITE = f"""@software{{first_nets,
  title   = {{First Nets: the networks that everyone trains first}},
  author  = {{{{The First Nets authors}}}},
  year    = {{2026}},
  version = {{{__version__}}}
}}"""


def page() -> str:
    """Return the page as HTML, in both languages."""
    parts = [
        _part("who", T("Who it is for", "为谁而做"), Html(_WHO)),
        _part("class", T("For teachers", "给教师"), Html(_CLASS)),
        _part("privacy", T("Privacy: what becomes of your drawings", "隐私：你画的图去了哪里"), Html(_PRIVACY)),
        _part("measured", T("How it was measured", "怎样测得"), Html(_MEASURED)),
        _notes(),
        _part("run", T("How to run it", "怎样运行"), code=[_RUN, _USE]),
        _part("cite", T("How to cite it", "怎样引用"), code=[_CITE]),
        _part("licence", T("Licence", "许可证"), Html(_LICENCE)),
    ]
    main = html('<div class="about-page">{}</div>', join(parts))
    return document.plain(_TITLE, navigation.bar(navigation.ABOUT.name), main, heading=heading(_TITLE, _LEAD))


def _part(key: str, title: str, *texts: Html, code: list[str] | None = None) -> Html:
    programs = join(html('<pre tabindex="0"><code>{}</code></pre>', program) for program in code or [])
    return html(
        '<section id="{}"><h2>{}</h2>{}{}</section>',
        key, title, join(html("<p>{}</p>", text) for text in texts), programs,
    )  # fmt: skip


def _notes() -> Html:
    from zoo.notes import SECTIONS  # with all that computes their figures, which takes a moment to import

    held = join(_entry(key, both(*section.title)) for key, section in SECTIONS.items() if key[0] != "F")
    wrong = join(_entry(key, both(*section.title)) for key, section in SECTIONS.items() if key[0] == "F")
    return html(
        '<section id="notes"><h2>{}</h2><p>{}</p><dl>{}</dl><h3 id="mistakes">{}</h3><p>{}</p><dl>{}</dl></section>',
        T("The notes", "笔记"), Html(_NOTES), held, T("Their mistakes", "笔记中的错误"), Html(_MISTAKES), wrong,
    )  # fmt: skip


def _entry(key: str, title: Html) -> Html:
    links = join(_lessons(key), T("; ", "；"))
    seen = html(" <span>{}{}</span>", T("See the lesson: ", "见课程："), links) if links else ""
    return html('<div id="{}"><dt>{}</dt><dd>{}{}</dd></div>', key, key, title, seen)


def _lessons(key: str) -> Iterator[Html]:
    """Yield a link to each step of a lesson that shows a mistake."""
    for name, lesson in lessons().items():
        for number, step in enumerate(lesson.steps, 1):
            if step.notes and key == f"F{step.notes.number}":
                yield html('<a href="{}">{}</a>', address(name, number), step.title)


def routes() -> list[Route]:
    """Return the page's route."""

    async def about(request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(page))

    return [Route(f"/{navigation.ABOUT.name}", about, middleware=[Middleware(Translate)])]
