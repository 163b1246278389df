"""Rooms 3 and 6: the working file, loading into it, and publishing from it."""
