"""The likeliest events of an article: its links and what is too unsure for one, each with the reason; see README."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ingest.annotate.events import Linker
from ingest.annotate.events.candidates import MOST, REASONS
from ingest.conflict import Conflict
from ingest.conflict_links import NONE, LinkDecision
from tests.annotate.events.articles import INVENTED, article

BARDA = article("Rockets hit Barda", "Cluster rockets killed 21 people in Barda, Azerbaijan said.", "2020-10-28")


def test_links_stand_first_and_all_else_says_why_it_is_none(linker: Linker) -> None:
    for told, _ in INVENTED:
        judged = linker.judge(told)
        ranked = judged.candidates
        assert [c.rank for c in ranked] == [*range(1, len(ranked) + 1)]
        assert len(ranked) <= MOST
        linked = [(link.event_id, link.confidence) for link in judged.links[:MOST]]
        assert [(c.event_id, c.confidence) for c in ranked if c.why_not is None] == linked
        others = ranked[len(linked) :]
        assert all(c.why_not in REASONS and c.confidence < 0.5 for c in others)
        assert all(c.evidence for c in others if c.why_not != "whole")


def test_the_running_war_is_there_for_who_reads_a_text_as_summing_up(linker: Linker) -> None:
    ranked = linker.rank(BARDA)
    assert ranked[0].event_id == "nk20-10-28-barda"
    assert ("nk20-war", "whole") in [(c.event_id, c.why_not) for c in ranked]


def test_a_wrong_date_gives_no_link_and_yet_something_to_choose(linker: Linker) -> None:
    early = linker.judge(replace(BARDA, published_at=article("", "", "2013-10-28").published_at))
    assert not early.links
    assert ("nk20-10-28-barda", "other_day") in [(c.event_id, c.why_not) for c in early.candidates]


def test_what_an_engineer_denied_is_not_offered_again(conflict: Conflict) -> None:
    def ranked(event_id: str) -> list[str]:
        answer = LinkDecision(BARDA.article_id, event_id, NONE, "me", date(2026, 1, 1), "read it")
        told = Linker(replace(conflict, link_decisions=(answer,)))
        return [c.event_id for c in told.rank(BARDA)]

    assert "nk20-10-28-barda" not in ranked("nk20-10-28-barda")
    assert ranked("nk20-10-28-barda")
    assert ranked(NONE) == []


def test_a_home_page_offers_what_it_is_not_linked_to(linker: Linker) -> None:
    judged = linker.judge(replace(BARDA, url="https://news.example/"))
    assert not judged.links
    assert judged.candidates[0].why_not == "front_page"
