"""What a training run shows while it goes on."""

from demos.explorers.training.jobs import State, VisitorRun
from demos.frame import figures, shelf
from demos.frame.figures import COLOURS, escape
from demos.frame.language import T
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
p { margin: 4px 0 0; color: var(--muted); line-height: 1.55; }
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
_LOSS_TOPS, _ACCURACY_BOTTOMS = (0.2, 0.5, 1.0, 2.5), (0.95, 0.9, 0.8, 0.5, 0.0)


def bar(job: VisitorRun) -> str:
    """Return the progress of a run as HTML."""
    total = job.batches * job.recipe.epochs
    said = ""
    if job.state is State.WAITING:
        told = T(
            f"Others are training. Your place in the line: {job.place}.", f"其他人正在训练，你排在第 {job.place} 位。"
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
    return f'<progress max="{total}" value="{job.batch}"></progress><p data-said="{escape(said or told)}">{told}</p>'


def curves(history: list[Epoch], epochs: int) -> str:
    """Return the figures of loss and accuracies by epoch, so far."""
    at = [e["epoch"] for e in history]
    losses = [e["train_loss"] for e in history]
    accuracies = {name: [e[f"{name}_accuracy"] for e in history] for name in ("train", "validation")}
    top = next((t for t in _LOSS_TOPS if t >= max(losses, default=1.0)), 10.0)
    lowest = min((min(column) for column in accuracies.values() if column), default=0.8)
    axes = figures.panel((0, epochs), (0, top), labels=("", "L"), whole="x")
    axes.plot(at, losses, "o-", color=COLOURS[0], markersize=5)
    plane = figures.panel((0, epochs), (next(b for b in _ACCURACY_BOTTOMS if b <= lowest), 1), whole="x")
    for colour, column in zip(COLOURS, accuracies.values()):
        plane.plot(at, column, "o-", color=colour, markersize=5)
    caption = T("Training loss, by epoch", "训练损失（按轮）"), T("Accuracy, by epoch", "准确率（按轮）")
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
    return f'<p class="summary" data-said="">{told}</p>{table}'
