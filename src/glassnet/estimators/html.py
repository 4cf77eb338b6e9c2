"""The picture of a fitted network, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from glassnet.equations import course_name
from glassnet.errors import GlassnetError
from glassnet.estimators.persisting import model_of
from glassnet.shapes import written

if TYPE_CHECKING:
    from markupsafe import Markup

    from glassnet.dimensions import Dimensions
    from glassnet.estimators.base import Estimator
    from glassnet.model.model import Model

STYLE: Final = """<style>
.glassnet-network { overflow-x: auto; color: inherit; }
.glassnet-network svg { max-width: none; }
.glassnet-network text { font: 12px system-ui, sans-serif; fill: currentColor; }
.glassnet-network .quiet, .glassnet-network .dots-down { opacity: 0.7; }
.glassnet-network .middle { text-anchor: middle; }
.glassnet-network .end { text-anchor: end; }
.glassnet-network .strong { font-weight: 600; }
.glassnet-network .links { stroke: #1d5f8f; stroke-opacity: 0.36; fill: none; }
.glassnet-network .unit { fill: #f4f2eb; stroke: #1d5f8f; stroke-width: 1.4; }
.glassnet-network .again { opacity: 0.5; }
.glassnet-network table { border-collapse: collapse; font: 12px system-ui, sans-serif; }
.glassnet-network tr > * { padding: 3px 20px 3px 6px; text-align: left; vertical-align: top; }
.glassnet-network tr > * { border-bottom: 1px solid #1d5f8f40; }
</style>"""


def network_html(estimator: Estimator) -> str:
    """The network as a drawing with the dimensions of everything, or as a table of them where it
    has branches; "" before fitting, and without the report's libraries.

    Of an ensemble one member is shown.
    """
    if not hasattr(estimator, "parameters_"):
        return ""
    try:
        from glassnet.report.picture import picture
        from glassnet.report.svg import Drawing

        model = model_of(estimator)
    except (ImportError, GlassnetError):
        return ""
    members = len(estimator._members)
    if members > 1:
        model = replace(model, network=estimator._one, parameters=estimator._members[0])
    drawn = picture(Drawing(f"network-{id(estimator)}"), model) or layers_table(model)
    several = f"one of {members} networks, whose outputs are averaged"
    note = f"<p>{several}</p>" if members > 1 else ""
    return f'<div class="glassnet-network">{STYLE}{drawn}{note}</div>'


def layers_table(model: Model) -> Markup:
    """Every layer in its order: what it reads, its parameters and what it gives."""
    from glassnet.report.picture import called
    from glassnet.report.svg import element

    def sized(at: Dimensions, names: Iterable[str]) -> str:
        return ", ".join(f"{course_name(name)} {written(at.shapes[name])}" for name in names)

    heads = ("layer", "reads", "parameters", "gives")
    rows = [
        element(
            "tr",
            element("th", called(at.node.layer), scope="row"),
            element("td", sized(at, at.node.inputs.values())),
            element("td", sized(at, at.parameters)),
            element("td", sized(at, [at.node.output])),
        )
        for at in model.network.dimensions(model.input_shape)
    ]
    titles = element("tr", *(element("th", head, scope="col") for head in heads))
    return element("table", element("thead", titles), element("tbody", *rows))
