"""Text as symbols: characters or words, each a whole number; and numbers as text again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.domains import Checked, Count
from glassnet.errors import DataError, DataTypeError, HyperparameterError, listed, shown
from glassnet.plain import from_plain, to_plain

Codes = NDArray[np.int64]

UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
"""Symbol 0 of every vocabulary: what stands for all that is not in it."""

RARE: Final = 2
"""A symbol that the text holds less often is not learnt: nothing can be said of it."""

WORD: Final = re.compile(r" ?\w+| ?[^\w\s]+|\s")
"""A word has the space in front of it as its own, so that words side by side are the text."""


@dataclass(frozen=True)
class TextPlan(Checked):
    """How a text becomes symbols (T, 1, m), and symbols a text.

    Made from the text that is learnt from by `plan_text`, and saved with the model. A character
    or word that is not in the vocabulary is read as the unknown symbol, number 0.

    Parameters
    ----------
    symbols : tuple of str
        The vocabulary: a symbol is its place in here. The first is the unknown one.
    length : int
        How many symbols in a row are learnt from at once.
    words : bool
        Whether symbols are words; else each is a character.

    Raises
    ------
    HyperparameterError
        There are fewer than two symbols beside the unknown one, or one stands twice.

    Examples
    --------
    >>> plan = TextPlan((UNKNOWN, "a", "b", "n"), length=3, words=False)
    >>> plan.encode("bananas").ravel().tolist()
    [2, 1, 3, 1, 3, 1, 0]
    >>> plan.decode([2, 1, 3])
    'ban'
    >>> plan.unknown("bananas")
    ('s',)
    """

    kind: ClassVar[str] = "text"
    reads: ClassVar[str] = "text"
    symbols: tuple[str, ...]
    length: Count
    words: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        symbols = self.symbols
        if len(set(symbols)) < max(3, len(symbols)) or symbols[0] != UNKNOWN or "" in symbols:
            raise HyperparameterError(
                "A vocabulary needs symbols that can be told apart.",
                expected=f"{UNKNOWN!r} first, then two different symbols or more, none twice",
                received=f"{len(symbols)} symbols: {listed(map(repr, symbols))}",
                fix="make it with plan_text from a longer text",
            )

    @property
    def input_shape(self) -> tuple[int, int]:
        """(length, 1), the shape of what is learnt from at once; longer texts do as well."""
        return (self.length, 1)

    @property
    def unit(self) -> str:
        """What a symbol is called: a character, or a word."""
        return "word" if self.words else "character"

    def encode(self, data: Any, *, dtype: DTypeLike = np.int64) -> Codes:
        """The symbols of one text, (T, 1, 1); they are whole numbers, whatever `dtype` is.

        Raises
        ------
        DataTypeError
            It is no text.
        DataError
            It is empty.
        """
        codes = self.codes(data)
        if not len(codes):
            raise DataError(
                "The text is empty.",
                expected=f"one {self.unit} or more",
                received=shown(data),
                fix="pass a text to go on from",
            )
        return codes[:, None, None]

    def codes(self, text: str) -> Codes:
        """The number of each symbol of a text, (T,)."""
        places = {symbol: place for place, symbol in enumerate(self.symbols)}
        return np.array([places.get(each, 0) for each in symbols_of(text, self.words)], np.int64)

    def labelled(
        self, data: str, *, dtype: DTypeLike = np.float64
    ) -> tuple[Codes, NDArray[np.floating]]:
        """What is learnt from a text: X (length, 1, m), and behind every symbol the next one.

        A text shorter than `length` is one row.

        Returns
        -------
        X : array of int (length, 1, m)
        Y : array (length, k, m)
            One-hot.

        Raises
        ------
        DataError
            No symbol stands behind another.
        """
        codes = self.codes(data)
        if len(codes) < 2:
            raise DataError(
                f"The text is too short: no {self.unit} stands behind another.",
                expected=f"2 {self.unit}s or more",
                received=f"{len(codes)}",
                fix="pass a longer text",
            )
        X, Y = text_windows(codes, min(self.length, len(codes) - 1))
        one_hot = np.moveaxis(np.eye(len(self.symbols), dtype=dtype)[Y], -1, 1)
        return X[:, np.newaxis], one_hot

    def decode(self, codes: Iterable[int]) -> str:
        """The text of symbols."""
        return "".join(self.symbols[code] for code in codes)

    def unknown(self, text: str) -> tuple[str, ...]:
        """The characters or words of a text that are not in the vocabulary, each once."""
        known = set(self.symbols[1:])
        return tuple(dict.fromkeys(s for s in symbols_of(text, self.words) if s not in known))

    def to_data(self) -> dict[str, Any]:
        """The plan as plain JSON data."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> TextPlan:
        """The plan that `to_data` turned into `data`.

        Raises
        ------
        Malformed
        """
        return from_plain(cls, data, "the plan of text")


def plan_text(
    text: str, length: int = 64, *, words: bool = False, most: int | None = None
) -> TextPlan:
    """The plan of a text that is learnt from: its symbols, the frequent ones first.

    Parameters
    ----------
    text : str
    length : int
        How many symbols in a row are learnt from at once.
    words : bool
        Whether symbols are words; else each is a character.
    most : int, optional
        How many symbols the vocabulary holds at most, the unknown one counted.

    Raises
    ------
    DataError
        The text holds fewer than two different symbols twice or more often.

    Examples
    --------
    >>> plan_text("banana", length=3).symbols[1:]
    ('a', 'n')
    """
    counts = Counter(symbols_of(text, words))
    counts.pop(UNKNOWN, None)
    often = [(-n, symbol) for symbol, n in counts.items() if n >= RARE]
    symbols = tuple(symbol for _, symbol in sorted(often))[: most and most - 1]
    if len(symbols) < 2:
        unit = "words" if words else "characters"
        raise DataError(
            f"The text holds too few different {unit} to learn from.",
            expected=f"at least 2 different {unit}, each {RARE} times or more",
            received=f"{sum(counts.values()):,} {unit}, {len(counts)} different",
            fix="pass a longer text",
        )
    return TextPlan((UNKNOWN, *symbols), length, words)


def text_windows(codes: Codes, length: int) -> tuple[Codes, Codes]:
    """Symbols in rows of `length`, and for each symbol the one that follows it.

    Parameters
    ----------
    codes : array of int (T,)
    length : int

    Returns
    -------
    X, Y : arrays of int (length, m)
        One row behind the other, m = (T − 1) // length; what is left at the end is left out.

    Raises
    ------
    DataError
        There is not one whole row and a symbol behind it.

    Examples
    --------
    >>> X, Y = text_windows(np.array([5, 6, 7, 8, 9, 4]), 2)
    >>> X.T.tolist(), Y.T.tolist()
    ([[5, 6], [7, 8]], [[6, 7], [8, 9]])
    """
    m = (len(codes) - 1) // length
    if m < 1:
        raise DataError(
            f"The text is too short for a single row of {length} symbols and the next one.",
            expected=f"at least {length + 1} symbols",
            received=f"{len(codes)}",
            fix="pass a longer text, or a smaller window",
        )
    X, Y = (codes[at : at + m * length].reshape(m, length).T for at in (0, 1))
    return X, Y


def symbols_of(text: str, words: bool) -> list[str]:
    """A text as its characters, or as its words; put together they are the text again.

    Raises
    ------
    DataTypeError

    Examples
    --------
    >>> symbols_of("two words.", words=True)
    ['two', ' words', '.']
    """
    if not isinstance(text, str):
        raise DataTypeError(
            "This is no text.",
            expected="a str",
            received=shown(text),
            fix="pass one text, such as the content of a file",
        )
    return WORD.findall(text) if words else list(text)
