"""Pictures of networks, trainings and traces; they need ``pip install "glassnet[plots]"``.

Each function returns a `Picture`, which notebooks show and which can be saved as PNG, SVG or PDF.
"""

from glassnet.plots.arrays import feature_maps, gates, kernels
from glassnet.plots.boundary import boundary
from glassnet.plots.curves import costs, parameters
from glassnet.plots.functions import activation
from glassnet.plots.graph import graph
from glassnet.plots.histograms import activations
from glassnet.plots.landscape import landscape
from glassnet.plots.network import network
from glassnet.plots.picture import Picture

__all__ = [
    "Picture",
    "activation",
    "activations",
    "boundary",
    "costs",
    "feature_maps",
    "gates",
    "graph",
    "kernels",
    "landscape",
    "network",
    "parameters",
]
