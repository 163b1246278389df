"""Room 2: pure functions from bytes to a Page with its comments."""
