"""`zoo bench`: training, inference, pictures, pages and serving, against the notes' way and the machine's limit."""

from typing import Annotated, Any

import typer

from zoo.commands.console import chosen, command, complete, console, print_json, show

app = typer.Typer(help="Measure speed; every figure is a ratio taken in one run.", no_args_is_help=True)


@app.command()
@command
def train(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Recipes (default: one of each kind of network).", autocompletion=complete),
    ] = None,
    images: Annotated[int, typer.Option(min=512, max=60_000, help="Images an epoch.")] = 60_000,
    repeats: Annotated[int, typer.Option(min=1, help="Interleaved repeats.")] = 5,
    compile: Annotated[
        bool, typer.Option("--compile", help="Time compiling too: by the C code and by torch.compile.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Time an epoch as the notes train (a loader, metrics every batch) and as the zoo does: minima of interleaved repeats."""
    from zoo.bench import training
    from zoo.recipes import RECIPES

    picked = chosen(names, False, list(RECIPES), "recipe") if names else list(training.TRAINED)
    results = []
    for name in picked:
        with console.status(f"timing {name}"):
            results.append(training.training(name, images=images, repeats=repeats, compile=compile))
        if not as_json:
            _show_training(results[-1])
    if as_json:
        print_json(results)


def _show_training(result: dict[str, Any]) -> None:
    rows = [
        {
            "": side["label"],
            "threads": str(side["threads"]),
            "seconds an epoch": f"{side['seconds']:.3f}",
            "spread": f"+{100 * side['spread']:.0f} %",
            "times the notes'": f"{side['ratio']:.2f}",
            "GFLOP/s": f"{side['gflops']:.1f}",
            "of the matrix rate": f"{100 * side['share_of_matrix_rate']:.0f} %",
        }
        for side in result["sides"]
    ]
    show(rows, numbers=list(rows[0])[1:], name=f"{result['name']}, {result['images']:,} images an epoch")
    peak = result["peak_memory_bytes"]
    console.print(
        f"augmentation +{result['augmentation_seconds']:.2f} s an epoch ({100 * result['augmentation_share']:.0f} %); "
        f"matrix product {result['matrix_gflops']:.0f} GFLOP/s" + (f"; peak memory {peak / 1e6:.0f} MB" if peak else "")
    )
    for side in result["sides"]:
        if side["compile_seconds"]:
            console.print(
                f"{side['label']}: compiling took {side['compile_seconds']:.1f} s; over the recipe's {result['epochs']} epochs, "
                f"that counted in, {side['ratio_over_the_recipe']:.2f} times the notes'"
            )
    console.print()


@app.command()
@command
def infer(
    names: Annotated[list[str] | None, typer.Argument(help="Models (default: all).", autocompletion=complete)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Time the models on 1,000 images and on one, beside their bare matrix products."""
    from zoo import registry
    from zoo.bench.inference import inference

    results = [inference(name) for name in names or registry.names()]
    if as_json:
        print_json(results)
        return
    rows = [
        {
            "model": row["name"],
            "images/s": f"{row['images_per_second']:,.0f}",
            "bare products": f"{row['bare_images_per_second']:,.0f}",
            "share": f"{100 * row['share_of_bare']:.0f} %",
            "one image": f"{row['latency_ms']:.3f} ms",
            "bare": f"{row['bare_latency_ms']:.3f} ms",
        }
        for row in results
    ]
    show(rows, numbers=list(rows[0])[1:], spare=("bare products", "bare"))


@app.command()
@command
def pictures(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Time how long a drawing and a photo take to become the 28 x 28 pixels that a network reads."""
    from zoo.bench.pictures import pictures

    rows = pictures()
    if as_json:
        print_json(rows)
        return
    cells = [{"picture": row["name"], "ms": f"{row['ms']:.1f}", "slowest": f"{row['slowest']:.1f}"} for row in rows]
    show(cells, numbers=("ms", "slowest"))


@app.command()
@command
def pages(
    check: Annotated[bool, typer.Option("--check", help="Fail where a figure comes late on any tab.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Time in Chromium, from a checkout: from a slider's move to the painted figure on every tab, and redraws a second.

    --check: exit code 1 where the 95th percentile of any tab is over 100 ms.
    """
    from pathlib import Path

    from zoo.bench import pages

    script = Path(__file__).resolve().parents[2] / "demos" / "app.py"
    if not script.exists():
        raise ValueError(f"there is no {script}; run this from a checkout")
    waits, redraws = pages.waits(script), [] if check else pages.redraws(script)
    if as_json:
        print_json({"tabs": waits, "pages": redraws})
    else:
        _show_pages(waits, redraws)
    late = [row["tab"] for row in waits if row["p95_ms"] > pages.SOON]
    if check and late:
        raise ValueError(f"over {pages.SOON} ms at the 95th percentile: {', '.join(late)}")


def _show_pages(waits: list[dict[str, Any]], redraws: list[dict[str, Any]]) -> None:
    cells = [
        {
            "tab": row["tab"],
            "moves": str(row["samples"]),
            "median, ms": f"{row['median_ms']:.0f}",
            "95th percentile, ms": f"{row['p95_ms']:.0f}",
        }
        for row in waits
    ]
    show(cells, numbers=("moves", "median, ms", "95th percentile, ms"))
    cells = [
        {
            "page": row["page"],
            "redraws a second": f"{row['redraws_per_second']:.0f}",
            "slowest repeat": f"{row['slowest']:.0f}",
        }
        for row in redraws
    ]
    show(cells, numbers=("redraws a second", "slowest repeat"))


@app.command()
@command
def serve(
    seconds: Annotated[float, typer.Option(min=1, help="How long each crowd stays.")] = 10,
    visits: Annotated[int, typer.Option(min=10, help="Sessions, and calls, before memory is weighed again.")] = 5000,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where a figure misses its limit.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure what visitors cost the playground, each figure beside an app that computes nothing, from a checkout."""
    from pathlib import Path

    from zoo.bench import serving

    demos = Path(__file__).resolve().parents[2] / "demos"
    if not demos.exists():
        raise ValueError(f"there is no {demos}; run this from a checkout")
    figures = []
    for figure in serving.serving(demos, seconds=seconds, visits=visits):
        figures.append(figure)
        if not as_json:
            _show_figure(figure)
    if as_json:
        print_json([figure._asdict() | {"is_met": figure.is_met} for figure in figures])
    if check and not all(figure.is_met for figure in figures):
        raise typer.Exit(1)


def _show_figure(figure: Any) -> None:
    asked = "" if figure.limit is None else f"{'at least' if figure.least else 'at most'} {figure.limit:g}"
    met = "" if figure.is_met else "  [bold]missed[/bold]"
    console.print(
        f"{figure.name:<62}{figure.value:>10,.2f} {figure.unit:<4}{asked}{met}", highlight=False, soft_wrap=True
    )
