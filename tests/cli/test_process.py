"""The command line as a process: exit codes, signals, pipes, poor terminals, quick help."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from rich.console import Console
from tests.cli.conftest import FEW, glassnet, process
from typer.testing import CliRunner

import glassnet as gn
from glassnet.cli import guard
from glassnet.cli.app import app
from glassnet.training.descent import Descent

COMMANDS = ("train", "predict", "evaluate", "generate", "explain", "doctor")
FOREVER = ("--epochs", "1000000000", "--hidden", "4", "--out", "m")
PATIENT = """
from glassnet.cli import main
from glassnet.training.stopping import Best

def is_over(self, epoch):
    if epoch.number == 3:
        print("three epochs", flush=True)
    return False

Best.is_over = is_over
main()
"""


@pytest.mark.row(123)
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_a_signal_ends_training_with_the_best_model_so_far(number, code, table):
    arguments = ("train", "boats.csv", "--target", "sold", *FOREVER)
    command = [sys.executable, "-c", PATIENT, *arguments]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        while (line := running.stdout.readline()) != "three epochs\n":
            assert line, running.stderr.read()
        running.send_signal(number)
        out, err = running.communicate(timeout=120)
    finally:
        running.kill()
    assert running.returncode == code
    assert err == "  note        Training interrupted by user.\n"
    assert re.search(
        r"  time        \d+\.\d s, interrupted in epoch \d+; the parameters of epoch", out
    )
    assert out.endswith("  wrote       m.safetensors and m.html\n")
    model = gn.load("m.safetensors")
    assert model.record["stopped"] == "interrupted"
    assert 1 <= model.record["best_epoch"] <= model.record["epochs"] >= 3
    assert len(model.predict(table)) == 120


@pytest.mark.row(123)
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "Terminated")],
)
def test_a_signal_before_the_first_epoch_leaves_nothing(number, code, word, as_json, monkeypatch):
    def moments(*_):
        os.kill(os.getpid(), number)
        time.sleep(5)
        yield

    monkeypatch.setattr(gn.Training, "_epochs", moments)
    before = signal.getsignal(signal.SIGTERM)
    ended = glassnet("train", "boats.csv", "--target", "sold", *FEW, *(["--json"] * as_json))
    assert ended.code == code
    assert f"{word}: nothing was written." in ended.err
    assert not list(Path().glob("*.safetensors"))
    assert signal.getsignal(signal.SIGTERM) == before
    if as_json:
        assert ended.told["error"]["exit_code"] == code


@pytest.mark.row(123)
def test_a_signal_in_the_first_epoch_leaves_its_last_update(monkeypatch, table):
    whole, done = Descent._learn, []

    def learn(*arguments):
        done.append(whole(*arguments))
        if len(done) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return done[-1]

    monkeypatch.setattr(Descent, "_learn", learn)
    monkeypatch.setattr(Descent, "_adapt", lambda *arguments: None)
    ended = glassnet(
        *("train", "boats.csv", "--target", "sold", *FEW, "--batch-size", "16", "--out", "m")
    )
    assert ended.code == 143
    assert re.search(r"  time        \d+\.\d s, interrupted in epoch 1\n", ended.out)
    assert ended.out.endswith("  wrote       m.safetensors and m.html\n")
    model = gn.load("m.safetensors")
    assert (model.record["epochs"], model.record["best_epoch"]) == (0, None)
    assert len(model.predict(table)) == 120


def test_an_interrupted_training_in_json_is_one_object_and_130(monkeypatch):
    once = gn.Training._epochs

    def moments(*arguments):
        for moment in once(*arguments):
            yield moment
            raise KeyboardInterrupt

    monkeypatch.setattr(gn.Training, "_epochs", moments)
    ended = glassnet("train", "boats.csv", "--target", "sold", *FEW, "--json")
    assert ended.code == 130
    assert (ended.told["stopped"], ended.told["epochs"]) == ("interrupted", 1)
    assert gn.load(ended.told["model"]).record["epochs"] == 1


def test_every_exit_code_is_in_the_help():
    codes = {*guard.EXIT_CODES.values(), guard.INTERRUPTED, guard.TERMINATED, guard.BUG}
    assert codes == {2, 3, 4, 5, 6, 7, 70, 130, 143}
    text = " ".join(glassnet("--help").out.split())
    assert {int(code) for code in re.findall(r"(\d+) [a-z]", text)} == {0, *codes}


def test_a_bug_is_called_a_bug(monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("the unexpected")

    monkeypatch.setattr("glassnet.cli.train.train_table", fails)
    result = CliRunner().invoke(app, ["train", "boats.csv", "--target", "sold"])
    assert result.exit_code == 70
    assert result.stderr == (
        "This is a bug in glassnet: RuntimeError: the unexpected\n"
        "  to fix     run it again with --debug and report what it prints\n"
    )
    debugged = CliRunner().invoke(app, ["train", "boats.csv", "--target", "sold", "--debug"])
    assert isinstance(debugged.exception, RuntimeError)


@pytest.mark.parametrize(
    ("module", "needs", "extra"),
    [
        ("sklearn", "The command line needs sklearn", "app"),
        ("PIL", "A folder of images needs Pillow", "images"),
    ],
)
def test_a_missing_part_is_named_with_what_brings_it(monkeypatch, module, needs, extra):
    def fails(*_, **__):
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr("glassnet.cli.train.train_table", fails)
    ended = glassnet("train", "boats.csv", "--target", "sold")
    assert ended.code == 1
    assert ended.err == (
        f'{needs}, which is not installed.\n  to fix     pip install "glassnet[{extra}]"\n'
    )
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    package = {"PIL": "pillow", "sklearn": "scikit-learn"}[module]
    brought = project["optional-dependencies"][extra]
    assert any(re.match(rf"{package}\b", requirement) for requirement in brought)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["doctor"], 0, "engine  "),
        (["doctor", "--json"], 0, '"engine": '),
        (["train", "boats.csv"], 1, "The command line needs typer, which is not installed."),
    ],
)
def test_what_an_installation_has_is_shown_where_the_command_line_is_missing(words, code, told):
    program = (
        "import sys\nsys.modules['typer'] = None\nsys.argv[0] = 'glassnet'\n"
        "from glassnet.cli import main\nmain()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == code
    assert told in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_output_that_cannot_be_written_is_no_bug(models, flags):
    for command in (("predict", models["sold"], "boats.csv"), ("doctor",)):
        with open("/dev/full", "w") as full:
            arguments = [sys.executable, "-m", "glassnet", *map(str, command), *flags]
            ended = subprocess.run(
                arguments, stdout=full, stderr=subprocess.PIPE, text=True, timeout=300
            )
        assert ended.returncode == 7
        assert ended.stderr == (
            "Standard output cannot be written: No space left on device.\n"
            "  to fix     make room where it goes to, or send it elsewhere\n"
        )


def test_an_error_of_a_file_that_nobody_foresaw_is_a_bug(monkeypatch):
    def fails(*_, **__):
        raise OSError(5, "Input/output error", "secret")

    monkeypatch.setattr("glassnet.cli.train.train_table", fails)
    result = CliRunner().invoke(app, ["train", "boats.csv", "--target", "sold"])
    assert result.exit_code == 70
    assert result.stderr.startswith("This is a bug in glassnet: OSError: ")


def test_short_and_long_help_are_the_same():
    assert glassnet("train", "-h") == glassnet("train", "--help")
    commands = glassnet("-h").out.partition("Commands:")[2].partition("Exit codes")[0]
    assert commands
    assert "..." not in commands, "what a command does is said without being cut"


def test_only_debug_shows_a_traceback():
    plain = process("train", "boats.csv", "--target", "sodl")
    assert (plain.returncode, plain.stdout) == (3, "")
    assert "Traceback" not in plain.stderr
    debug = process("train", "boats.csv", "--target", "sodl", "--debug")
    assert debug.returncode != 0
    assert debug.stderr.startswith("Traceback (most recent call last):\n")
    assert "DataError: boats.csv has no column 'sodl', the target." in debug.stderr


@pytest.mark.row(54)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "boats.csv"], "The '--target' option is missing"),
        (["train", "boats.csv", "--target", "sold", "--epochs", "x"], "value for '--epochs'"),
        (["train", "boats.csv", "--target", "sold", "--epoch", "3"], "No such option"),
        (["predict"], "Missing argument 'MODEL'"),
        (["traim"], "No such command 'traim'"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments, message):
    ended = glassnet(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in " ".join(ended.err.split())


def test_a_reader_that_leaves_stops_nothing(models):
    """``glassnet … | head -1``: no complaint, and a training is still finished."""
    train = f"train boats.csv --target sold {' '.join(FEW)} --out m"
    commands = [train, f"explain {models['sold']}", f"predict {models['sold']} boats.csv"]
    for command in commands:
        line = f"{sys.executable} -m glassnet {command} | head -1; echo ${{PIPESTATUS[0]}}"
        ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=300)
        first, status = ended.stdout.splitlines()
        assert first
        assert (status, ended.stderr) == ("0", "")
    assert gn.load("m.safetensors").target.name == "sold"
    assert Path("m.html").exists()


POOR = {"PYTHONIOENCODING": "ascii", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "40"}


def test_lines_end_where_a_narrow_terminal_does(monkeypatch):
    screen = Console(width=60, force_terminal=True, color_system=None, soft_wrap=True)
    monkeypatch.setattr("glassnet.cli.experiment.console", lambda *, quiet: screen)
    with screen.capture() as shown:
        assert glassnet("train", "boats.csv", "--target", "sold", *FEW).code == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.get()).replace("\r", "\n")
    lines = [line.rstrip() for line in text.splitlines()]
    assert max(map(len, lines)) <= 60
    assert [
        line for line in lines if re.match(r"  epoch 2/2  cost .*, best at \d  \d+\.\d s$", line)
    ]


def test_a_poor_terminal_loses_no_meaning(models):
    ended = process("train", "boats.csv", "--target", "sold", *FEW, "--out", "m", env=POOR)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.isascii()
    assert "?" not in ended.stdout
    assert re.search(r"  network     \d+ -> 4 -> 1", ended.stdout)
    # Names are whole, however narrow it is.
    assert re.search(r"  held-out +glassnet +linear +constant\n", ended.stdout)
    assert re.search(r"  log_loss( +\d\.\d{3}){3}\n", ended.stdout)
    arguments = ("explain", models["sold"], "boats.csv", "--row", "2")
    rich, poor = process(*arguments), process(*arguments, env=POOR)
    assert poor.returncode == 0
    assert poor.stdout.isascii()
    assert "?" not in poor.stdout
    # A minus is what a reader of numbers must not lose.
    assert re.findall(r"[−-]?\d+\.\d+", rich.stdout.replace("−", "-")) == re.findall(
        r"-?\d+\.\d+", poor.stdout
    )


HELP = """
import sys, json
sys.argv = ["glassnet", *sys.argv[1:], "--help"]
from glassnet.cli import main
try:
    main()
except SystemExit as end:
    loaded = {name.partition(".")[0] for name in sys.modules}
    print(json.dumps([end.code, sorted(loaded)]), file=sys.stderr)
"""
HEAVY = {"numpy", "polars", "scipy", "sklearn", "pandas", "narwhals", "safetensors", "jinja2"}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_an_example_and_loads_nothing_heavy(command):
    ended = subprocess.run(
        [sys.executable, "-c", HELP, *command.split()], capture_output=True, text=True, timeout=300
    )
    code, loaded = json.loads(ended.stderr)
    assert code == 0
    assert not HEAVY & set(loaded)
    assert re.search(rf"Example: glassnet {command or 'train'} ", ended.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_the_help_is_a_command_that_parses(command, monkeypatch):
    text = " ".join(glassnet(command, "--help").out.split())
    example = shlex.split(re.search(r"Example: glassnet (.*)$", text)[1])
    called = []
    module = f"glassnet.cli.{'train_any' if command == 'train' else command}"
    work = {"train": "train_any", "predict": "predict_file", "evaluate": "evaluate_model"}
    work |= {"doctor": "show_checkup", "generate": "generate_text"}
    name = f"{module}.{work.get(command, 'explain_model')}"
    monkeypatch.setattr(name, lambda *given, **how: called.append(given))
    assert glassnet(*example).code == 0
    assert len(called) == 1


def test_the_version():
    assert glassnet("--version") == (0, f"glassnet {gn.__version__}\n", "")
