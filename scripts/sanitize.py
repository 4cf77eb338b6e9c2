"""Build the native engine with the address and undefined-behaviour sanitizers and test it.

Run with `make sanitize`. The sanitized engine is installed beside the development one, into
build/sanitized, and the tests of the engines run on it in a process that has the sanitizer's
library loaded first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
TARGET = HERE / "build" / "sanitized"
NAMES = ("native", "dual", "zeros_left_out", "zeros_skipped", "functions")
TESTS = [f"tests/engines/test_{name}.py" for name in NAMES]

# An editable install finds its modules before any path does: it is put aside.
RUN = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if not type(f).__name__.startswith("ScikitBuild")]
import pytest
from glassnet.engines import _native
assert "sanitized" in _native.__file__, _native.__file__
sys.exit(pytest.main(sys.argv[1:]))
"""


def library(name: str) -> str:
    """The compiler's own copy of a sanitizer's library."""
    compiler = os.environ.get("CXX", "c++")
    asked = [compiler, f"-print-file-name={name}"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def main() -> int:
    shutil.rmtree(TARGET, ignore_errors=True)
    build = ["--config-settings=cmake.define.GLASSNET_SANITIZE=ON"]
    build += ["--config-settings=build-dir=build/sanitize"]
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*install, str(TARGET), *build, str(HERE)], check=True)
    environment = os.environ | {
        "LD_PRELOAD": f"{library('libasan.so')} {library('libubsan.so')}",
        # Python and its libraries keep memory until the process ends.
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "PYTHONPATH": str(TARGET),
    }
    tests = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *TESTS]
    return subprocess.run([sys.executable, "-c", RUN, *tests], env=environment, cwd=HERE).returncode


if __name__ == "__main__":
    sys.exit(main())
