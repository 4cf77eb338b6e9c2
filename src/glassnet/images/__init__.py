"""Images from files, and more of them from those there are: examples first, (m, H, W, n_C).

>>> import numpy as np
>>> from glassnet.images import shifted
>>> images = np.zeros((2, 5, 5, 1))
>>> shifted(images, 2, seed=1).shape, np.moveaxis(images, 0, -1).shape  # as a network takes them
((2, 5, 5, 1), (5, 5, 1, 2))
"""

from glassnet.images.augment import cropped, flipped, noisy, shifted
from glassnet.images.folder import read_folder
from glassnet.images.idx import read_idx
from glassnet.images.plan import ImagePlan

__all__ = ["ImagePlan", "cropped", "flipped", "noisy", "read_folder", "read_idx", "shifted"]
