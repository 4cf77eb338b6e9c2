"""What the doctor says: findings, and what was looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from glassnet.glass.explanation import Explanation, Section


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, or will be.

    Attributes
    ----------
    name : str
        The same for every finding of its kind: ``"dead units"``.
    where : str
        The layer, column or data concerned.
    value : float
        The number that was measured.
    seen : str
        The number in a sentence.
    why : str
        Why it matters.
    fix : str
        What to do.

    Examples
    --------
    >>> print(Finding("dead units", "layer 1", 1.0, "5 of 5 units are 0.", "They do not learn.",
    ...               "A smaller learning rate."))
    dead units: layer 1
      seen       5 of 5 units are 0.
      why        They do not learn.
      to do      A smaller learning rate.
    """

    name: str
    where: str
    value: float
    seen: str
    why: str
    fix: str

    def __str__(self) -> str:
        return str(self.section())

    def section(self) -> Section:
        """The finding as a part of an explanation."""
        lines = (("seen", self.seen), ("why", self.why), ("to do", self.fix))
        told = tuple(f"{label:<10} {text}" for label, text in lines)
        return Section(f"{self.name}: {self.where}", lines=told)


@dataclass(frozen=True)
class Diagnosis:
    """The findings of the `doctor`; ``print`` it.

    Attributes
    ----------
    findings : tuple of Finding
        What is wrong, in the order from the data to the fit; each with its `name`, `where` it is,
        the `value` that was measured, `seen` (the number in a sentence), `why` and `fix`.
    checked : tuple of str
        What was looked for.
    skipped : mapping of str to str
        What could not be looked for, and what it would have needed.

    Examples
    --------
    >>> print(Diagnosis((), ("dead units",), {"learning rate": "no history"}))
    No findings
      looked for: dead units
      not looked for: learning rate (no history)
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self._explained())

    def _repr_html_(self) -> str:
        return self._explained().to_html()

    def names(self) -> tuple[str, ...]:
        """The names of the findings, each once."""
        return tuple(dict.fromkeys(finding.name for finding in self.findings))

    def to_data(self) -> dict[str, Any]:
        """Findings, what was looked for and what was not, as plain data."""
        return {
            "findings": [asdict(finding) for finding in self.findings],
            "checked": list(self.checked),
            "skipped": dict(self.skipped),
        }

    def _explained(self) -> Explanation:
        count = len(self.findings)
        title = "1 finding" if count == 1 else f"{count or 'No'} findings"
        lines = [f"looked for: {', '.join(self.checked)}"]
        lines += [f"not looked for: {name} ({why})" for name, why in self.skipped.items()]
        sections = [finding.section() for finding in self.findings]
        return Explanation((*sections, Section(title, lines=tuple(lines))))
