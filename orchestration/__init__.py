"""The Dagster code location and the command line: thin, every function they call lives in `ingest`."""
