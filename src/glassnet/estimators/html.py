"""The picture of a fitted network, for notebooks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from glassnet.errors import GlassnetError
from glassnet.estimators.persisting import model_of

if TYPE_CHECKING:
    from glassnet.estimators.base import Estimator

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
</style>"""


def network_html(estimator: Estimator) -> str:
    """The network as a drawing with the dimensions of everything; "" where there is none.

    There is none before fitting, for networks with branches, and without the report's libraries.
    Of an ensemble one member is drawn.
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
    drawn = picture(Drawing(f"network-{id(estimator)}"), model)
    if drawn is None:
        return ""
    several = f"one of {members} networks, whose outputs are averaged"
    note = f"<p>{several}</p>" if members > 1 else ""
    return f'<div class="glassnet-network">{STYLE}{drawn}{note}</div>'
