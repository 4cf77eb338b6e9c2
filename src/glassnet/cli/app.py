"""The commands and their options; each command's work is in a file of its own."""

from __future__ import annotations

import codecs
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.guard import EXIT_HELP, end, guarded
from glassnet.cli.nearest import nearest

app = typer.Typer(
    name="glassnet",
    help="Train, use and look into neural networks on tables, images, series and texts.\n\n"
    "Example: glassnet train houses.csv --target price",
    epilog=EXIT_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DataFile = Annotated[
    Path, typer.Argument(metavar="DATA", help="CSV or TSV, also packed by gzip or zip, or Parquet.")
]
ModelFile = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A .safetensors file of glassnet.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
NoHeader = Annotated[
    bool, typer.Option("--no-header", help="The first line is data; columns are column_1, ...")
]

Limit = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=NUMBER", help="Raise a limit that an error named, e.g. rows=10."),
]


def run() -> None:
    """Read the command line and do what it says."""
    codecs.register_error("nearest", nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show λ or − shows its nearest sign, not a traceback.
            stream.reconfigure(errors="nearest")
    if "--json" not in sys.argv:
        app()
    try:
        sys.exit(app(standalone_mode=False))
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        # An option that does not exist, or a value of the wrong kind: machines are told as well.
        end(2, type(error).__name__, error.format_message(), as_json=True)


def _version(asked: bool) -> None:
    if asked:
        from glassnet import __version__

        typer.echo(f"glassnet {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the program itself."""


@app.command(epilog="Example: glassnet train titanic.csv --target survived --drop alive")
def train(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="A table (CSV, TSV, Parquet), a folder of images with "
            "a sub-folder for each class, or a text (.txt).",
        ),
    ],
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    series: Annotated[
        str | None, typer.Option(help="A column in order of time, whose next values to predict.")
    ] = None,
    window: Annotated[
        int | None, typer.Option(min=1, help="Of a series: how many values the network sees.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(min=1, help="Of a series: how many it predicts (1).")
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Of a text: learn words, not characters.")
    ] = False,
    task: Annotated[
        str | None, typer.Option(help="classification or regression, where the guess is wrong.")
    ] = None,
    hidden: Annotated[
        str | None, typer.Option(help="Units of the hidden layers, e.g. 64,64; none: linear.")
    ] = None,
    activation: Annotated[str | None, typer.Option(help="relu, gelu, silu, tanh, ...")] = None,
    epochs: Annotated[int | None, typer.Option(help="At most this many.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="The largest of the schedule.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="Rows per update.")] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="adamw, adam, rmsprop, momentum, lbfgs, ...")
    ] = None,
    l2: Annotated[float, typer.Option(help="Penalty on large weights, the λ of the cost.")] = 0.0,
    dropout: Annotated[float | None, typer.Option(help="Share of values dropped.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same model.")] = 0,
    test: Annotated[
        float, typer.Option(help="Share of rows held out for the final figures.")
    ] = 0.2,
    validation: Annotated[
        float | None,
        typer.Option(help="Share of the other rows that choose the epoch (0.15; if many 0.1)."),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Columns to leave out: a,b or repeated.")
    ] = None,
    no_header: NoHeader = False,
    limit: Limit = None,
    out: Annotated[
        Path | None, typer.Option(help="Writes NAME.safetensors and NAME.html.", metavar="NAME")
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Train a network on a table, images, a series or a text. Writes the model and a report.

    \b
    glassnet train houses.csv --target price
    glassnet train photos            (a sub-folder of images for each class)
    glassnet train sunspots.csv --series Sunspots --window 36 --horizon 1
    glassnet train book.txt          (then: glassnet generate book.safetensors)
    """
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.limits import allowed
        from glassnet.cli.names import (
            ACTIVATIONS,
            OPTIMIZERS,
            TASKS,
            column_names,
            hidden_sizes,
            named,
            of_the_command_line,
        )
        from glassnet.cli.train_any import train_any
        from glassnet.experiments import Options

        with of_the_command_line():
            options = Options(
                task=named("--task", task, TASKS),
                drop=column_names(drop),
                hidden=hidden_sizes(hidden),
                activation=named("--activation", activation, ACTIVATIONS),
                epochs=epochs,
                batch_size=batch_size,
                learning_rate=learning_rate,
                optimizer=named("--optimizer", optimizer, OPTIMIZERS),
                l2=l2,
                dropout=dropout,
                test=test,
                validation=validation,
                seed=seed,
            )
        train_any(
            *(data, target, options),
            words=words,
            series=series,
            window=window,
            horizon=horizon,
            header=not no_header,
            allow=allowed(limit),
            out=out,
            as_json=as_json,
        )


@app.command(epilog="Example: glassnet predict houses.safetensors new.csv -o prices.csv")
def predict(
    model: ModelFile,
    data: DataFile,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="CSV, TSV or Parquet; else the screen.")
    ] = None,
    quote_formulas: Annotated[
        bool,
        typer.Option("--quote-formulas", help="Write ' before text that a spreadsheet would run."),
    ] = False,
    no_header: NoHeader = False,
    limit: Limit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Predict rows, images, or how a series goes on."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.limits import allowed
        from glassnet.cli.predict import predict_file

        predict_file(
            *(model, data, out),
            quote=quote_formulas,
            header=not no_header,
            allow=allowed(limit),
            as_json=as_json,
        )


@app.command(epilog="Example: glassnet generate book.safetensors --prompt 'Once upon' --length 300")
def generate(
    model: ModelFile,
    prompt: Annotated[str, typer.Option(help="What the text begins with.")] = "",
    length: Annotated[
        int, typer.Option(min=0, help="How many characters, or words, are drawn.")
    ] = 500,
    temperature: Annotated[
        float, typer.Option(min=0, help="Below 1: likelier text; above: bolder; 0: no chance.")
    ] = 0.8,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same text.")] = 0,
    limit: Limit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Let a model of text write, one symbol after the other."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.generate import generate_text
        from glassnet.cli.limits import allowed

        generate_text(
            *(model, prompt, length),
            temperature=temperature,
            seed=seed,
            allow=allowed(limit),
            as_json=as_json,
        )


@app.command(epilog="Example: glassnet evaluate houses.safetensors later.csv")
def evaluate(
    model: ModelFile,
    data: DataFile,
    no_header: NoHeader = False,
    limit: Limit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Measure a model on labelled data that it has not seen."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.evaluate import evaluate_model
        from glassnet.cli.limits import allowed

        evaluate_model(model, data, header=not no_header, allow=allowed(limit), as_json=as_json)


@app.command(epilog="Example: glassnet explain houses.safetensors new.csv --row 3")
def explain(
    model: ModelFile,
    data: Annotated[
        Path | None,
        typer.Argument(metavar="DATA", help="What the row, image, value or text is from."),
    ] = None,
    row: Annotated[
        int | None, typer.Option(help="The row to follow, from 1; of images, which.")
    ] = None,
    no_header: NoHeader = False,
    limit: Limit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show dimensions and equations. With an example: its numbers through every layer."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.explain import explain_model
        from glassnet.cli.limits import allowed

        explain_model(model, data, row, header=not no_header, allow=allowed(limit), as_json=as_json)


@app.command(epilog="Example: glassnet step houses.safetensors houses.csv --updates 1")
def step(
    model: ModelFile,
    data: DataFile,
    updates: Annotated[
        int | None, typer.Option(min=1, help="Print the stages of so many updates, and end.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin with new parameters, not with the model's.")
    ] = False,
    no_header: NoHeader = False,
    limit: Limit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Walk through updates of a model. Forwards and back, each equation with its numbers."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.limits import allowed
        from glassnet.cli.step import step_through

        step_through(
            model,
            data,
            updates,
            anew=anew,
            header=not no_header,
            allow=allowed(limit),
            as_json=as_json,
        )


@app.command(epilog="Example: glassnet diagnose houses.safetensors houses.csv")
def diagnose(
    model: ModelFile,
    data: DataFile,
    validation: Annotated[
        Path | None, typer.Option(help="Labelled examples that the model was not trained on.")
    ] = None,
    no_header: NoHeader = False,
    limit: Limit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Look for what keeps a model from learning. Scales, leaks, dead units, over-fitting, ..."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.diagnose import diagnose_model
        from glassnet.cli.limits import allowed

        diagnose_model(
            model,
            data,
            validation,
            header=not no_header,
            allow=allowed(limit),
            as_json=as_json,
        )


@app.command(epilog="Example: glassnet lab symmetry --picture symmetry.svg")
def lab(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="loops, broadcasting, symmetry, linear-collapse, saturation, learning-rate or "
            "circuits. Without: what each of them shows.",
        ),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Also draw it: .svg, .png or .pdf.", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Run one of the course's experiments and print what it shows."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.lab import list_labs, run_lab

        if name is None:
            list_labs(as_json=as_json)
        else:
            run_lab(name, picture, as_json=as_json)


@app.command(epilog="Example: glassnet doctor --json")
def doctor(as_json: AsJson = False, debug: Debug = False) -> None:
    """Show engine, threads and versions, for reports of bugs."""
    with guarded(as_json=as_json, debug=debug):
        from glassnet.cli.doctor import show_checkup

        show_checkup(as_json=as_json)
