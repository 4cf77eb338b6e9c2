"""Training: from parameters to better parameters."""
