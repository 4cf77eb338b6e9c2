"""Every Python example of README.md and docs/ runs; a page is one program, from top to bottom."""

from pathlib import Path

import pytest
from docs.page_program import run_page

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_page(page.read_text(encoding="utf-8"), page.name)


def test_a_wrong_example_is_caught():
    page = "```python\nx = 1\n```\n\n```python\n>>> x + 1\n{}\n```\n"
    run_page(page.format(2), "right")
    with pytest.raises(AssertionError, match=r"Expected:\s+3\s+Got:\s+2"):
        run_page(page.format(3), "wrong")
