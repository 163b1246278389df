"""Many articles are linked by several processes, to the same events as by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.annotate.events import Linker, shared
from ingest.conflict import Conflict
from tests.annotate.events.articles import INVENTED


def test_several_processes_link_as_one_does(
    conflict: Conflict, linker: Linker, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [replace(article, article_id=f"a{n}") for n, (article, _) in enumerate(INVENTED)] * 3
    monkeypatch.setattr(shared, "MANY", len(articles))
    monkeypatch.setattr(shared, "SHARE", 5)
    with shared.SharedLinker(conflict, processes=2) as several:
        assert several.method_version == linker.method_version
        found = several.judge_all(articles)
        assert several._pool is not None
        assert several.judge_all(articles[1:]) == found[1:]
    assert found == [linker.judge(article) for article in articles]
    assert any(judged.links for judged in found)
    assert several._pool is None
