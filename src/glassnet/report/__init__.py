"""The report of an experiment: one HTML file to read, to print, to hang up."""

from glassnet.report.report import render, write_report

__all__ = ["render", "write_report"]
