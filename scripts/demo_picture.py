"""The README's picture, made anew: ``python scripts/demo_picture.py`` after `make demo`.

What two commands print, beside the report that the first one writes, as chromium shows them.
"""

from __future__ import annotations

import html
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import FOLDER, NEW, TABLE

PICTURE = Path(__file__).parents[1] / "docs" / "_static" / "demo.png"
WIDTH, HEIGHT, COLUMNS = 1680, 1324, "100"

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 36px; height: 1252px; display: flex; gap: 4px; background: #e8eaee }}
body > * {{ border: 0; border-radius: 12px; box-shadow: 0 4px 18px #0003; overflow: hidden }}
pre {{ flex: 1.53; margin: 0; padding: 18px 20px; background: #15161b; color: #e6e6e6;
       font: 13.7px/20.1px "DejaVu Sans Mono", monospace }}
b {{ color: #8fd0ff }} div {{ flex: 1; background: #fdfcf8 }}
iframe {{ border: 0; width: 125%; height: 125%; transform: scale(0.8); transform-origin: 0 0 }}
</style><pre>{text}</pre><div><iframe src="{report}"></iframe></div>"""


def printed(*arguments: str) -> str:
    """What a command prints on a terminal of 100 columns, when it is done."""
    ours, theirs = pty.openpty()
    words = {**os.environ, "COLUMNS": COLUMNS, "TERM": "xterm"}
    command = [sys.executable, "-m", "glassnet", *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=words) as process:
        os.close(theirs)
        told = b""
        while piece := _read(ours):
            told += piece
        process.wait()
    lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", told.decode()).replace("\r\n", "\n").split("\n")
    # Of a bar that moves, what it came to.
    return "\n".join(line.split("\r")[-1] for line in lines).rstrip()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other end is closed
        return b""


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not TABLE.exists():
        print("needs chromium, and what `make demo` makes")
        return 1
    model = TABLE.with_suffix(".safetensors")
    commands = [
        ["train", str(TABLE), "--target", "diagnosis", "--out", str(TABLE.with_suffix(""))],
        ["explain", str(model), str(NEW), "--row", "3"],
    ]
    told = []
    for command in commands:
        text = printed(*command)
        if command[0] == "explain":
            head, _, rest = text.partition("\nRow 3")
            layers = rest[rest.index("Through the layers") : rest.index("The output, term by term")]
            text = f"{head}\n{layers.rstrip()}"
        told.append(f"<b>$ glassnet {' '.join(command)}</b>\n{html.escape(text)}\n")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        report = (FOLDER / "breast_cancer.html").resolve().as_uri()
        page.write_text(PAGE.format(text="\n".join(told), report=report), "utf-8")
        subprocess.run(
            [
                *(chromium, "--headless", "--no-sandbox", "--hide-scrollbars"),
                *(f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={PICTURE}", page.as_uri()),
            ],
            check=True,
            capture_output=True,
        )
    print(f"wrote {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
