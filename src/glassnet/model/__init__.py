"""Models: a trained network with its way in from raw rows, and the one file that holds it all."""
