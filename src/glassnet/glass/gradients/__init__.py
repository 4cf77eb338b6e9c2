"""Gradients checked against central differences, and why they differ where they do."""
