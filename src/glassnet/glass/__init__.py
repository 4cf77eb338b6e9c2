"""The glass: what a network is, and what it did, for people to read."""
