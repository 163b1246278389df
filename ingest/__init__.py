"""Rooms 1, 2, 3 and 5: plain Python that fetches, parses, loads and annotates, free of any orchestrator."""
