"""Scorers that are not embedded: a language model behind an endpoint, a transformer from a hub. Off by default."""
