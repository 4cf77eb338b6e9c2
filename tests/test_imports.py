"""Imports point down only, and ``import glassnet`` loads nothing heavy."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "glassnet"

# From the bottom to the top: a part may import from its own line and from those above it.
LEVELS = (
    ("errors",),
    ("shapes", "domains", "equations", "notation", "plain"),
    ("namespace", "initializers", "sparse"),
    ("layers",),
    ("losses", "penalties", "schedules", "optimizers", "clipping", "averaging"),
    ("graph",),
    ("combine", "bidirectional", "ensemble", "dimensions", "presence"),
    ("engines",),
    ("arrays", "memory", "seeds"),
    ("admission", "trace", "pieces"),
    ("network",),
    ("course",),
    ("training",),
    ("tables", "images", "sequences"),
    ("model",),
    ("experiments",),
    ("glass",),
    ("plots",),
    ("report",),
    ("estimators",),
    ("cli", "__main__"),
)
ONLY = {
    "tables": {"errors", "plain", "tables"},
    "arrays": {"errors", "sparse"},
    "shapes": set(),
    "errors": set(),
}
WITHOUT_NUMPY = (
    "layers",
    *LEVELS[4],
    "graph",
    "equations",
    "notation",
    "shapes",
    "domains",
    "errors",
)


def imported(code: ast.Module) -> Iterator[tuple[str, ...]]:
    """What a file imports when it runs: ("glassnet", "layers", "dense"), ("numpy",)."""
    typing_only = {
        id(node)
        for guard in ast.walk(code)
        if isinstance(guard, ast.If) and ast.unparse(guard.test) == "TYPE_CHECKING"
        for node in ast.walk(guard)
    }
    for node in ast.walk(code):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = tuple((node.module or "").split("."))
            whole = module == ("glassnet",)
            yield from ((*module, alias.name) if whole else module for alias in node.names)


def faults(path: str, code: str) -> list[str]:
    """The imports of a file of glassnet, at `path` below it, that point up or are forbidden."""
    level = {part: place for place, parts in enumerate(LEVELS) for part in parts}
    part = path.split("/")[0].removesuffix(".py")
    if part not in level:
        return [f"{path} stands in no level"]
    wrong = []
    for names in imported(ast.parse(code)):
        if names[0] == "numpy" and part in WITHOUT_NUMPY:
            wrong.append(f"{path} imports numpy")
        if names[0] != "glassnet" or names[1:] == ("__version__",):
            continue
        other = names[1] if len(names) > 1 else "glassnet"
        if other not in level:
            wrong.append(f"{path} imports {other}, which stands in no level")
        elif level[other] > level[part] or other not in ONLY.get(part, level) | {part: 0}.keys():
            wrong.append(f"{path} imports {other}, which stands above it")
    return wrong


def test_imports_point_down_only():
    files = [path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py"]
    assert len(files) > 40
    found = (faults(str(path.relative_to(SOURCE)), path.read_text("utf-8")) for path in files)
    assert [fault for each in found for fault in each] == []


@pytest.mark.parametrize(
    ("path", "code", "fault"),
    [
        ("layers/dense.py", "from glassnet.network import Network", "imports network"),
        ("layers/dense.py", "import numpy as np", "imports numpy"),
        ("losses.py", "def f():\n    import glassnet.engines.reference", "imports engines"),
        ("network.py", "from glassnet import train", "imports train, which stands in no level"),
        ("network.py", "import glassnet", "imports glassnet, which stands in no level"),
        ("tables/read.py", "from glassnet.shapes import parse", "imports shapes"),
        ("newcomer.py", "", "stands in no level"),
    ],
)
def test_a_wrong_arrow_is_caught(path, code, fault):
    (told,) = faults(path, code)
    assert fault in told


def test_right_arrows_are_let_through():
    code = "import numpy\nfrom glassnet.layers.dense import Dense\nfrom glassnet import __version__"
    assert faults("network.py", code) == []
    hint = "if TYPE_CHECKING:\n    from glassnet.network import Network"
    assert faults("trace.py", hint) == []


@pytest.mark.parametrize(
    "use", ["", "; glassnet.Network([glassnet.Dense(1)], glassnet.SquaredError())"]
)
def test_importing_glassnet_loads_nothing_heavy(use):
    heavy = "scipy polars sklearn matplotlib typer rich narwhals pandas jinja2 safetensors PIL"
    code = f"import sys, glassnet{use}; print(*set({heavy.split()}) & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_estimators_of_numbers_load_nothing_of_tables_and_model_files():
    late = "polars glassnet.tables glassnet.model glassnet.experiments safetensors"
    code = (
        "import sys, numpy as np, glassnet as gn; X = np.arange(20.0)[:, None];"
        "gn.MLPClassifier(max_iter=500, tol=0.1).fit(X, X[:, 0] > 9).predict(X);"
        f"print(*set({late.split()}) & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
