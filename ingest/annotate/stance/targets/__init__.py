"""Heads for single targets met before: a text that never names its target gives the roles nothing to go by."""
