"""The directive ``.. public:: glassnet.losses``: autodoc of the public names of a module.

A module's public names are its ``__all__`` where it has one; else those names of ``glassnet``
that it defines, in the order in which it defines them. So a name that becomes public appears on
the page of its module by itself; one whose module stands on no page is a warning, and warnings
stop the build.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import glassnet

SHOWN = "glassnet_public_names_shown"


def public(module: Any) -> Iterator[tuple[str, Any]]:
    """(name, what it stands for) of the public names that a module defines."""
    if hasattr(module, "__all__"):
        yield from ((name, getattr(module, name)) for name in module.__all__)
        return
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if own and name in glassnet.__all__ and value is getattr(glassnet, name):
            yield name, value


class Public(SphinxDirective):
    required_arguments = 1
    optional_arguments = 20
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for argument in self.arguments:
            module = importlib.import_module(argument)
            text = f".. automodule:: {argument}\n   :no-members:\n\n"
            for name, value in public(module):
                getattr(self.env, SHOWN).setdefault(self.env.docname, []).append(name)
                home = "glassnet" if name in glassnet.__all__ else argument
                is_class, is_function = inspect.isclass(value), inspect.isroutine(value)
                kind = f"auto{'class' if is_class else 'function' if is_function else 'data'}"
                text += f".. {kind}:: {home}.{name}\n"
                text += "   :members:\n\n" if is_class else "\n"
            found += self.parse_text_to_nodes(text)
        return found


def forget(app: Sphinx, env: Any, docname: str) -> None:
    getattr(env, SHOWN).pop(docname, None)


def begin(app: Sphinx) -> None:
    if not hasattr(app.env, SHOWN):
        setattr(app.env, SHOWN, {})


def complete(app: Sphinx, env: Any) -> None:
    shown = {name for names in getattr(env, SHOWN).values() for name in names}
    names = {name for name in glassnet.__all__ if not inspect.ismodule(getattr(glassnet, name))}
    for name in sorted(names - shown):
        logging.getLogger(__name__).warning(
            "glassnet.%s is public but stands on no page of docs/api", name
        )


def as_written(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Keep Sphinx from reading more into a docstring than it says."""
    if what == "property":
        # Napoleon takes what stands before a first line's colon for a type; this is a comment.
        lines[:0] = ["..", ""]
    for number, line in enumerate(lines):
        if not line.startswith("    "):  # else it is an equation, shown as it stands
            parts = line.split("``")  # |z| is an absolute value, not a substitution
            parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
            lines[number] = "``".join(parts)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("public", Public)
    app.connect("autodoc-process-docstring", as_written, priority=400)  # before napoleon
    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", forget)
    app.connect("env-check-consistency", complete)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
