"""The directive ``live``: a picture that the code of its own page draws, at every build.

    ```{live} picture
    What is to be seen.
    ```

The page's program is run (`page_program.run_page`), and what it calls ``picture`` at its end, a
`Picture` or a figure of matplotlib, is put in the place of the directive.
"""

from __future__ import annotations

from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib as mpl
from docutils import nodes
from house_svg import themed
from page_program import run_page
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from glassnet.plots import Picture
from glassnet.plots.picture import COLOURS, STYLE

HOUSE = STYLE | {
    "axes.prop_cycle": mpl.cycler(color=COLOURS),
    "figure.figsize": (5.2, 3.4),
    "figure.constrained_layout.use": True,
}


class Live(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        made = self.env.temp_data.setdefault("live_pictures", {})
        if not made:
            page = Path(self.env.doc2path(self.env.docname))
            with (
                mpl.rc_context(HOUSE),
                TemporaryDirectory() as folder,
                chdir(folder),
                redirect_stdout(StringIO()),
            ):
                made.update(run_page(page.read_text(encoding="utf-8"), page.name))
        (name,) = self.arguments
        picture = made[name] if isinstance(made[name], Picture) else Picture(made[name])
        caption, _ = self.parse_inline(" ".join(self.content))
        svg = nodes.raw("", themed(picture, name), format="html")
        return [nodes.figure("", svg, nodes.caption("", "", *caption), classes=["live"])]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("live", Live)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
