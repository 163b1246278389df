"""Links from articles and comments to dated conflict events."""

from ingest.annotate.events.linker import Linker

__all__ = ["Linker"]
