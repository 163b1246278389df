"""Stance by a compact multilingual encoder: what it reads, how it runs, how it is trained."""
