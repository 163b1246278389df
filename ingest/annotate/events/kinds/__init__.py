"""ACLED's types of events, suggested for short reports whose source tells none."""

from ingest.annotate.events.kinds.model import KindModel, load_kinds
from ingest.annotate.events.kinds.suggest import Suggestion, suggest

__all__ = ["KindModel", "Suggestion", "load_kinds", "suggest"]
