"""What a training run shows while it goes on."""

from PIL import Image
from torch import Tensor

from demos.explorers.training.jobs import State, VisitorRun
from demos.explorers.training.recipe import OPTIMIZERS
from demos.explorers.training.turned import WATCHED
from demos.frame import figures, shelf
from demos.frame.figures import COLOURS, escape
from demos.frame.language import T
from demos.widgets import thumbnails
from zoo import data
from zoo.architectures import ARCHITECTURES
from zoo.train import Epoch

CSS = """
.html-container:has(&) { padding: 0; }
progress {
  appearance: none; width: 100%; max-width: 560px; height: 8px; border: 0; border-radius: 4px; overflow: hidden;
  background: var(--grid);
}
progress::-webkit-progress-bar { background: var(--grid); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
:is(p, .made) { margin: 4px 0 0; color: var(--muted); line-height: 1.55; }
.turned { display: flex; flex-wrap: wrap; gap: 8px 28px; margin-top: 10px; }
.turned > div { flex: 1 1 260px; }
.turned > small { flex-basis: 100%; color: var(--muted); font-size: 0.9rem; }
.turned h4 { margin: 0 0 4px; color: var(--ink); font-size: 0.95rem; font-weight: 600; }
.turned img { display: inline-block; margin: 0 3px 3px 0; border-radius: 4px; image-rendering: pixelated; }
"""

_ENDS = {
    State.FINISHED: T("Finished", "训练完成"),
    State.STOPPED: T("Stopped", "已停止"),
    State.LATE: T("Stopped: a run may take three minutes", "已停止：一次训练最多三分钟"),
}
_QUARTERS = (
    T("Training has begun.", "训练已开始。"),
    T("A quarter of the training is done.", "训练已完成四分之一。"),
    T("Half of the training is done.", "训练已完成一半。"),
    T("Three quarters of the training are done.", "训练已完成四分之三。"),
)
"""What is said aloud of a run that goes on (access.js): not every batch of it."""
MOST_POINTS, MOST_PICTURES = 400, 12
ASIDE = T(
    "The images kept aside are the last 5,000 of the training file, so they come from where the others come from. MNIST's test "
    "digits were written by other people: accuracy there is often lower. With so few images chance alone moves both by some "
    "tenths of a percent.",
    "留出的图片是训练文件的最后 5000 张，与其余训练图片同一来源。MNIST 的测试数字由另一批人书写，准确率往往更低。"
    "图片不多，仅凭偶然两者也会相差零点几个百分点。",
)
"""Why the accuracy on images kept aside is not the one on test images."""
_LOSS_TOPS, _ACCURACY_BOTTOMS = (0.2, 0.5, 1.0, 2.5), (0.95, 0.9, 0.8, 0.5, 0.0)


def bar(job: VisitorRun) -> str:
    """Return the progress of a run as HTML."""
    total = job.batches * job.recipe.epochs
    said = ""
    if job.state is State.WAITING:
        told = T(
            f"Others are training. Your place in the line: {job.place}.", f"其他人正在训练，你排在第 {job.place} 位。"
        )
    elif job.rests:
        told = T(
            f"It rests after batch {job.batch} of {total}. Three minutes are for the whole run, rests included.",
            f"已暂停在第 {job.batch} 批（共 {total} 批）。一次训练最多三分钟，暂停也计入。",
        )
    elif job.state is State.TRAINING:
        epoch, batch = divmod(min(job.batch, total - 1), job.batches)
        told = T(
            f"Epoch {epoch + 1} of {job.recipe.epochs}, batch {batch + 1} of {job.batches}, {job.seconds:.0f} s",
            f"第 {epoch + 1} 轮，共 {job.recipe.epochs} 轮；第 {batch + 1} 批，共 {job.batches} 批；{job.seconds:.0f} 秒",
        )
        said = _QUARTERS[4 * min(job.batch, total - 1) // total]
    elif job.state is State.DIVERGED:
        told = T(
            f"The loss became infinite: the learning rate {job.recipe.lr:g} is too high.",
            f"损失变为无穷大：学习率 {job.recipe.lr:g} 太高。",
        )
    elif job.state is State.DAMAGED:
        told = shelf.damaged(job.recipe.dataset)
    elif job.trained is None:
        told = _ENDS.get(job.state, T("It failed.", "训练失败。"))
    else:
        told = T(
            f"{_ENDS[job.state]} after {job.seconds:.1f} s: {job.trained.accuracy:.2%} of the 10,000 test images are read "
            "rightly.",
            f"{_ENDS[job.state]}，用时 {job.seconds:.1f} 秒：10000 张测试图片中读对了 {job.trained.accuracy:.2%}。",
        )
    made = f'<div class="made">{settings(job)}</div>'
    return (
        f'<progress max="{total}" value="{job.batch}"></progress><p data-said="{escape(said or told)}">{told}</p>{made}'
    )


def settings(job: VisitorRun) -> str:
    """Return what a run was made with, in a line."""
    recipe = job.recipe
    rule = OPTIMIZERS["adamw" if recipe.optimizer == "adamw" else "momentum" if recipe.momentum else "sgd"]
    title = f"{T(*ARCHITECTURES[recipe.architecture].title)}, {recipe.data.title}, {rule}"
    return T(
        f"{title}, learning rate {recipe.lr:g}, batches of {recipe.batch_size}, {recipe.epochs} epochs, seed {job.seed}",
        f"{title}，学习率 {recipe.lr:g}，批量 {recipe.batch_size}，{recipe.epochs} 轮，种子 {job.seed}",
    )


def by_batch(losses: list[float]) -> tuple[list[int], list[float]]:
    """Return (numbers of batches, losses) for a curve of at most MOST_POINTS points, each the mean of its neighbours."""
    width = -(-len(losses) // MOST_POINTS) or 1
    groups = [losses[i : i + width] for i in range(0, len(losses), width)]
    return [min((i + 1) * width, len(losses)) for i in range(len(groups))], [sum(each) / len(each) for each in groups]


def changed(job: VisitorRun) -> str:
    """Return, as HTML, test images that the newest epoch turned from wrong to right, and the other way."""
    if not job.turned or not job.history:
        return ""
    images, labels = data.load(job.recipe.dataset, "test")
    heads = {
        "right": T(f"Turned right in epoch {len(job.history)}", f"第 {len(job.history)} 轮由错变对"),
        "wrong": T("Turned wrong", "由对变错"),
    }
    rows = []
    for name, head in heads.items():
        places = getattr(job.turned, name)
        pictures = "".join(
            _picture(images[i], int(labels[i]), int(job.turned.reads[i]), job) for i in places[:MOST_PICTURES]
        )
        rows.append(f"<div><h4>{head}: {len(places)}</h4>{pictures}</div>")
    about = T(f"Of the first {WATCHED} test images.", f"取前 {WATCHED} 张测试图片。")
    return f'<div class="turned">{"".join(rows)}<small>{about}</small></div>'


def _picture(image: Tensor, label: int, reads: int, job: VisitorRun) -> str:
    names = [T(*job.recipe.data.label_text(job.recipe.data.labels[i])) for i in (label, reads)]
    text = T(f"{names[0]}, read as {names[1]}", f"{names[0]}，读作 {names[1]}")
    source = thumbnails.source(Image.fromarray(image.numpy()))
    return f'<img src="{source}" width="36" height="36" alt="{text}" title="{text}">'


def curves(history: list[Epoch], epochs: int, losses: list[float], batches: int = 1) -> str:
    """Return the figures so far: the loss of every batch, and loss and accuracies by epoch; batches: in an epoch."""
    at = [e["epoch"] for e in history]
    means = [e["train_loss"] for e in history]
    accuracies = {name: [e[f"{name}_accuracy"] for e in history] for name in ("train", "validation")}
    places, fine = by_batch(losses)
    top = next((t for t in _LOSS_TOPS if t >= max([*means, *fine], default=1.0)), 10.0)
    lowest = min((min(column) for column in accuracies.values() if column), default=0.8)
    axes = figures.panel((0, epochs), (0, top), labels=("", "L"), whole="x")
    axes.plot([place / batches for place in places], fine, color=COLOURS[0], linewidth=1, alpha=0.5)
    axes.plot(at, means, "o-", color=COLOURS[0], markersize=5)
    plane = figures.panel((0, epochs), (next(b for b in _ACCURACY_BOTTOMS if b <= lowest), 1), whole="x")
    for colour, column in zip(COLOURS, accuracies.values()):
        plane.plot(at, column, "o-", color=colour, markersize=5)
    caption = (
        T("Training loss, by batch and by epoch", "训练损失（按批、按轮）"),
        T("Accuracy, by epoch", "准确率（按轮）"),
    )
    return figures.legend(
        (COLOURS[0], T("training images, while training", "训练图片（训练过程中）")),
        (COLOURS[1], T("5,000 images kept aside", "留出的 5000 张图片")),
    ) + figures.row(
        figures.svg(axes, caption[0], caption=caption[0]), figures.svg(plane, caption[1], caption=caption[1])
    )


def words(history: list[Epoch]) -> str:
    """Return the run in a sentence and a table, as HTML."""
    if not history:
        return f'<p class="summary">{T("Each epoch adds a point to both figures.", "每轮训练之后，两幅图上各添一个点。")}</p>'
    last = history[-1]
    told = T(
        f"After epoch {last['epoch']} the loss is {last['train_loss']:.4f}; {last['train_accuracy']:.2%} of the training images "
        f"were read rightly on the way and {last['validation_accuracy']:.2%} of the images kept aside are now.",
        f"第 {last['epoch']} 轮之后损失为 {last['train_loss']:.4f}；训练过程中读对了 {last['train_accuracy']:.2%} 的训练图片，"
        f"现在能读对 {last['validation_accuracy']:.2%} 的留出图片。",
    )
    table = figures.table(
        [
            T("epoch", "轮"),
            T("loss", "损失"),
            T("training accuracy", "训练准确率"),
            T("accuracy, kept aside", "留出准确率"),
            T("seconds", "秒"),
        ],
        [
            [str(e["epoch"]), e["train_loss"], e["train_accuracy"], e["validation_accuracy"], e["seconds"]]
            for e in history
        ],
    )
    return f'<p class="summary" data-said="">{told}</p>{table}<p class="about">{ASIDE}</p>'
