"""Room 1: brings pages in and appends them to the WARC archive."""
