"""The graph of a network: its layers in order, every array named.

A network is described by nested layers; engines, traces and tables need it flat. Here each layer
that computes becomes a :class:`Node`, which knows the names of what it reads and makes: `Z2` is
the Z of layer 2, `dZ2` its gradient, `image.W1` belongs to the branch called image.

Layers are numbered by their parameters, as in the course: a layer that has some gets the next
number l, and the activation behind it shares it, so that Z1 and A1 belong together. A0 is the
input.
"""

from glassnet.graph.graph import Graph
from glassnet.graph.node import Node, gradient_name
from glassnet.graph.wiring import INPUT, Combinator, Wiring

__all__ = ["INPUT", "Combinator", "Graph", "Node", "Wiring", "gradient_name"]
