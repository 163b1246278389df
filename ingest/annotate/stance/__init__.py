"""Stance toward each party, and the side derived from it."""
