"""Series of numbers and texts as examples to learn from.

Windows over series are examples first, (m, length, n_x); a text becomes symbols (T, 1, m).

>>> import numpy as np
>>> from glassnet.sequences import past_and_future, windows
>>> series = np.arange(20.0)
>>> past, future = past_and_future(series, length=3, share=0.25)
>>> X, Y = windows(past, length=3)
>>> X.shape, np.moveaxis(X, 0, -1).shape  # as a network takes them
((12, 3, 1), (3, 1, 12))
"""

from glassnet.sequences.generate import generate
from glassnet.sequences.series import SeriesPlan
from glassnet.sequences.text import TextPlan, plan_text
from glassnet.sequences.windows import past_and_future, windows

__all__ = ["SeriesPlan", "TextPlan", "generate", "past_and_future", "plan_text", "windows"]
