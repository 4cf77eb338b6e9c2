"""The grades of a folder: as a table, as a page, as Markdown, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from glassnet.glass.explanation import Section
from glassnet.glass.review.judge import Review


@dataclass(frozen=True)
class Submission:
    """One file, and what the review of each of its functions found.

    Attributes
    ----------
    name : str
        Of the file.
    reviews : tuple of Review
        One for each function that was asked for.
    asked : int
        How many functions were asked for.
    fault : str
        Why the file could not be read at all; else empty.

    Examples
    --------
    >>> Submission("ada.py", (), 3, "SyntaxError: line 3: invalid syntax").right
    0
    """

    name: str
    reviews: tuple[Review, ...]
    asked: int
    fault: str = ""

    @property
    def right(self) -> int:
        """How many functions are right."""
        return sum(review.passed for review in self.reviews)

    def wrong(self) -> Iterator[str]:
        """Each function that is wrong, with the likeliest cause."""
        if self.fault:
            yield self.fault
        for review in self.reviews:
            if not review.passed:
                causes = [cause.text for cause in review.causes] + list(review.hints)
                yield f"{review.name}: {(causes or list(review.faults))[0]}"


@dataclass(frozen=True)
class Grades:
    """What `grade` found; ``print`` it.

    Attributes
    ----------
    submissions : tuple of Submission
        In the order of their names.

    Examples
    --------
    >>> print(Grades((Submission("ada.py", (), 3, "SyntaxError: line 3: invalid syntax"),)))
    Grades: 1 submission
      submission  right   wrong
      ada.py      0 of 3  SyntaxError: line 3: invalid syntax
    """

    submissions: tuple[Submission, ...]

    def __str__(self) -> str:
        rows = tuple(
            (each.name, f"{each.right} of {each.asked}", "; ".join(each.wrong()))
            for each in self.submissions
        )
        return str(Section(self._title, ("submission", "right", "wrong"), rows))

    @property
    def _title(self) -> str:
        count = len(self.submissions)
        return f"Grades: {count} submission{'s' * (count != 1)}"

    def to_data(self) -> list[dict[str, Any]]:
        """One dict for each submission, as JSON has it."""
        return [
            {
                "submission": each.name,
                "fault": each.fault,
                "right": each.right,
                "of": each.asked,
                "reviews": [review.to_data() for review in each.reviews],
            }
            for each in self.submissions
        ]

    def to_markdown(self) -> str:
        """A page in Markdown: a table, and below it every review."""
        lines = [f"# {self._title}", "", "| submission | right |", "|---|---|"]
        lines += [
            f"| {_plain(each.name)} | {each.right} of {each.asked} |" for each in self.submissions
        ]
        for each in self.submissions:
            lines += ["", f"## {_plain(each.name)}"]
            if each.fault:
                lines += ["", *_block(each.fault)]
            for review in each.reviews:
                lines += ["", f"### {_plain(review.name)}", "", *_block(str(review))]
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """A page that stands alone: a table, and below it every review.

        Raises
        ------
        ModuleNotFoundError
            jinja2 is not installed: ``pip install "glassnet[app]"``.
        """
        from jinja2 import Environment, PackageLoader, StrictUndefined

        environment = Environment(
            loader=PackageLoader("glassnet.glass.grading", "."),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        template = environment.get_template("grades.html.j2")
        return template.render(title=self._title, submissions=self.submissions)


def _plain(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+-!|~" else sign for sign in text)


def _block(text: str) -> list[str]:
    """A block of code, which nothing in the text can end."""
    return [f"    {line}" for line in text.splitlines()]
