"""Room 5: what is inferred from what was said."""
