"""A page of this documentation is a program: its Python blocks, from top to bottom."""

from __future__ import annotations

import doctest
import re
from typing import Any

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_page(text: str, name: str) -> dict[str, Any]:
    """Run the Python blocks of a page: those with prompts as doctests, the others as they are.

    What they have defined at the end is returned.
    """
    namespace: dict[str, Any] = {"__name__": name}
    for block in BLOCK.finditer(text):
        code, line = block[1], text.count("\n", 0, block.start(1))
        if not code.startswith(">>>"):
            exec(compile("\n" * line + code, name, "exec", dont_inherit=True), namespace)
            continue
        test = doctest.DocTestParser().get_doctest(code, namespace, name, name, line)
        said: list[str] = []
        failed, _ = doctest.DocTestRunner().run(test, out=said.append, clear_globs=False)
        namespace = test.globs
        assert not failed, "".join(said)
    return namespace
