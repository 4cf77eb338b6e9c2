"""Every Python example of README.md and docs/ runs; a page is one program, from top to bottom."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_page(text: str, name: str) -> None:
    """Run the Python blocks of a page: those with prompts as doctests, the others as they are."""
    namespace: dict[str, object] = {"__name__": name}
    for block in BLOCK.finditer(text):
        code, line = block[1], text.count("\n", 0, block.start(1))
        if not code.startswith(">>>"):
            exec(compile("\n" * line + code, name, "exec"), namespace)
            continue
        test = doctest.DocTestParser().get_doctest(code, namespace, name, name, line)
        said: list[str] = []
        failed, _ = doctest.DocTestRunner().run(test, out=said.append, clear_globs=False)
        namespace = test.globs
        assert not failed, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_page(page.read_text(encoding="utf-8"), page.name)


def test_a_wrong_example_is_caught():
    page = "```python\nx = 1\n```\n\n```python\n>>> x + 1\n{}\n```\n"
    run_page(page.format(2), "right")
    with pytest.raises(AssertionError, match=r"Expected:\s+3\s+Got:\s+2"):
        run_page(page.format(3), "wrong")
