"""Labs: what the course says, measured. Each is a function that returns its data and a picture.

``print`` what a lab returns; ``to_data()`` has it for machines, ``figure()`` as a picture, which
needs matplotlib (``pip install "glassnet[plots]"``).
"""

from glassnet.glass.labs.broadcasting import Broadcasting, Pair, broadcasting, expansion
from glassnet.glass.labs.circuits import Built, Circuits, Learned, circuits
from glassnet.glass.labs.learning_rate import LearningRates, Run, learning_rate
from glassnet.glass.labs.linear_collapse import LinearCollapse, linear_collapse
from glassnet.glass.labs.loops import Loops, loops
from glassnet.glass.labs.saturation import Saturation, saturation
from glassnet.glass.labs.symmetry import Start, Symmetry, symmetry

__all__ = [
    "Broadcasting",
    "Built",
    "Circuits",
    "Learned",
    "LearningRates",
    "LinearCollapse",
    "Loops",
    "Pair",
    "Run",
    "Saturation",
    "Start",
    "Symmetry",
    "broadcasting",
    "circuits",
    "expansion",
    "learning_rate",
    "linear_collapse",
    "loops",
    "saturation",
    "symmetry",
]
