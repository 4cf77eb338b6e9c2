"""Layers: one frozen dataclass each, with its equations."""
