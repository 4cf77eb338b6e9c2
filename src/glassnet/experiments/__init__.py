"""Experiments: from a table to a trained model whose figures can be trusted.

`Study` says what is to be learned from what, before anything is learned; `run` trains and
measures on rows that no choice has seen.
"""

from glassnet.experiments.baselines import baselines
from glassnet.experiments.committee import Committee, committee
from glassnet.experiments.examples import Examples
from glassnet.experiments.experiment import Experiment, run
from glassnet.experiments.importance import column_importance
from glassnet.experiments.learning import Learning
from glassnet.experiments.options import Options
from glassnet.experiments.study import Part, Study

__all__ = [
    "Committee",
    "Examples",
    "Experiment",
    "Learning",
    "Options",
    "Part",
    "Study",
    "baselines",
    "column_importance",
    "committee",
    "run",
]
