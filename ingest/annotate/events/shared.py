"""Linking on all cores: each article is judged by itself, so a pool of processes shares many of them out."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import Self

from ingest.annotate.events.linker import Linker
from ingest.conflict import Conflict
from ingest.records import ArticleInput, Judgement

MANY = 500
"""Fewer articles than this are judged sooner than other processes have started."""
PROCESSES = 8
"""More than so many are not started by themselves: each holds a linker of its own."""
SHARE = 50
"""So many are handed to a process at a time."""

_linkers: list[Linker] = []
"""In a process of the pool: the linker it has built."""


class SharedLinker(Linker):
    """A linker that has other processes help it with many articles; they end with the `with` it is used in.

    Answers are those of a linker alone, in the order of the articles.
    """

    def __init__(self, conflict: Conflict, processes: int | None = None) -> None:
        """Build it; `processes` are as many as there are cores, PROCESSES at most, where it is None."""
        super().__init__(conflict)
        self._conflict = conflict
        self._processes = processes or min(PROCESSES, os.cpu_count() or 1)
        self._pool: ProcessPoolExecutor | None = None

    def judge_all(self, articles: Sequence[ArticleInput]) -> list[Judgement]:
        """Return what `judge` says of each article, of many of them from the pool."""
        if self._processes < 2 or len(articles) < MANY:
            return super().judge_all(articles)
        if self._pool is None:
            # Spawned, not forked: this process has threads and an open warehouse.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, context, _begin, (self._conflict,))
        return list(self._pool.map(_judge, articles, chunksize=SHARE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _begin(conflict: Conflict) -> None:
    _linkers[:] = [Linker(conflict)]


def _judge(article: ArticleInput) -> Judgement:
    return _linkers[0].judge(article)
