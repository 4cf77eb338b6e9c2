"""Files of other programs, told by their first bytes, so that an error can call them by name."""

from __future__ import annotations

import re
from typing import Final

READ = 512
"""How many bytes `foreign_kind` wants to see."""

_OWN = "glassnet reads only model files of its own"
_KINDS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (rb"\x80[\x00-\x05]", "a pickle", "glassnet never unpickles"),
    (rb"\(?c[A-Za-z_][\w.]*\n|\([dlt]p?\d*\n|[\]}]q\x00", "a pickle", "glassnet never unpickles"),
    (rb"x[\x01\x5e\x9c\xda]", "a compressed joblib pickle", "glassnet never unpickles"),
    (rb"PK\x03\x04.{26,300}\.npy", "a NumPy archive (npz)", _OWN),
    (rb"PK\x03\x04.{26,300}data\.pkl", "a PyTorch file", "glassnet never unpickles"),
    (rb"PK(\x03\x04|\x05\x06)", "a zip archive (npz, Keras, PyTorch, skops)", _OWN),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file (Keras)", _OWN),
    (rb"\x93NUMPY", "a NumPy array (npy)", _OWN),
    (rb"\x08[\x01-\x20](\x12|\x1a|\x3a)", "an ONNX model", _OWN),
    (rb"GGUF", "a GGUF model", _OWN),
    (rb".{4}TFL3", "a TensorFlow Lite model", _OWN),
    (rb"\x1f\x8b|BZh|\xfd7zXZ", "a compressed file", "unpack it first"),
    (rb"version https://git-lfs", "a Git LFS pointer", "fetch the file itself: git lfs pull"),
    (rb"\s*[<]", "an HTML or XML page", _OWN),
    (rb"\s*[{\[]", "a JSON text", _OWN),
    (rb"[^\x00-\x08\x0e-\x1f\x7f]{16}", "a text, perhaps a table", "MODEL comes before DATA"),
)


def foreign_kind(start: bytes) -> str | None:
    """What a file looks like, and what that means for loading it; None where nothing is known.

    Parameters
    ----------
    start : bytes
        The first bytes of the file.

    Examples
    --------
    >>> foreign_kind(b"\\x80\\x04\\x95")
    'looks like a pickle; glassnet never unpickles'
    """
    for pattern, name, advice in _KINDS:
        if re.match(pattern, start, re.DOTALL):
            return f"looks like {name}; {advice}"
    return None
