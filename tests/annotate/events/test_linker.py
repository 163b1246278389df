"""Articles find their events: the page without a date, hand-linked articles, and controls that need no labels."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from ingest.annotate.events import Linker
from ingest.annotate.events.places import place_names
from ingest.conflict import Conflict
from ingest.records import ArticleInput, EventLink
from tests.annotate.events.articles import INVENTED, article, ids, primary

SEED = "seed/000_036617a04fc29eef.txt"
DEV = "events/nk_article_event_dev.jsonl"


@pytest.fixture(scope="module")
def seed(shared: Path) -> ArticleInput:
    page = (shared / SEED).read_text(encoding="utf-8").split("About News Update")[0]
    lines = [line for line in page.splitlines() if line.strip()]
    return ArticleInput("seed", lines[1], "\n".join(lines[2:]), None)


@pytest.fixture(scope="module")
def dev(shared: Path) -> list[tuple[ArticleInput, str | None, set[str]]]:
    rows = [json.loads(line) for line in (shared / DEV).read_text(encoding="utf-8").splitlines()]
    return [
        (
            ArticleInput(r["article_id"], "", r["text"], datetime.fromisoformat(r["published"])),
            r["primary_event_id"],
            {r["primary_event_id"], *r["other_event_ids"]} - {None},
        )
        for r in rows
    ]


def test_the_page_without_a_date_is_bounded_by_its_content(linker: Linker, seed: ArticleInput) -> None:
    (links,) = linker.link_articles([seed])
    assert {"nk20-10-11-ganja", "nk20-10-10-moscow-truce", "nk20-10-10-stepanakert"} <= ids(links)
    assert primary(links) in {"nk20-10-11-ganja", "nk20-10-10-moscow-truce"}
    assert "nk20-10-04-ganja" not in ids(links)
    assert linker.relevance(seed) > 0.8


def test_floors_on_articles_linked_by_hand(
    linker: Linker, dev: list[tuple[ArticleInput, str | None, set[str]]]
) -> None:
    results = linker.link_articles([a for a, _, _ in dev])
    right = sum(primary(links) == gold for links, (_, gold, _) in zip(results, dev, strict=True))
    told = [(links, gold) for links, (_, gold, _) in zip(results, dev, strict=True) if gold]
    at_three = sum(gold in {link.event_id for link in links[:3]} for links, gold in told)
    hits = sum(len(ids(links) & gold) for links, (_, _, gold) in zip(results, dev, strict=True))
    linked = sum(map(len, results))
    gold_links = sum(len(gold) for _, _, gold in dev)
    assert right / len(dev) >= 0.94
    assert at_three / len(told) >= 1.0
    assert 2 * hits / (linked + gold_links) >= 0.92


@pytest.mark.parametrize(("told", "event_id"), INVENTED, ids=[a.title for a, _ in INVENTED])
def test_invented_articles_in_five_languages(linker: Linker, told: ArticleInput, event_id: str | None) -> None:
    (links,) = linker.link_articles([told])
    assert primary(links) == event_id
    assert (linker.relevance(told) >= 0.5) == (event_id is not None)


def test_several_events_get_roles(linker: Linker) -> None:
    told = article(
        "Rockets hit Barda",
        "Rockets killed 21 people in Barda on Wednesday, Azerbaijan said.\n"
        "The Moscow truce of 10 October had not held.\n"
        "Older people spoke of the Khojaly massacre of 1992. Armenia denied the strike.",
        "2020-10-28",
    )
    roles = {link.event_id: link.role for link in linker.link_articles([told])[0]}
    assert roles["nk20-10-28-barda"] == "primary"
    assert roles["nk20-10-10-moscow-truce"] == "background"
    assert roles["nk92-khojaly"] == "historical"


def test_an_explicit_date_overrides_the_date_of_publication(linker: Linker) -> None:
    text = "Missiles hit Ganja on 4 October, and Azerbaijan buried its dead. Armenia denied it."
    late = linker.link_articles([article("The dead of Ganja", text, "2020-10-12")])[0]
    assert "nk20-10-04-ganja" in ids(late)


def test_unsure_between_strikes_backs_off_to_what_they_are_filed_under(linker: Linker) -> None:
    (links,) = linker.link_articles(
        [article("Missiles hit Ganja", "Azerbaijan said missiles hit Ganja, Armenia denied it.")]
    )
    assert primary(links) == "nk20-war"
    assert max(link.confidence for link in links) < 0.8


def test_an_ambiguous_town_alone_is_weighed_by_the_words_about_it(linker: Linker) -> None:
    told = article(
        "Barda: rescuers search the ruins",
        "Cluster rockets fell on the centre of Barda on Wednesday. Twenty-one people were killed, seventy injured.",
        "2020-10-28",
    )
    other = article("Barda gets its first paved road", "The village of Barda was cut off in winter.", "2020-10-28")
    assert linker.relevance(told) >= 0.5
    assert primary(linker.link_articles([told])[0]) == "nk20-10-28-barda"
    assert linker.relevance(other) < 0.2
    assert linker.link_articles([other]) == [[]]


def test_a_day_of_publication_that_the_text_belies_is_not_believed(linker: Linker) -> None:
    text = "Rockets killed 21 people in Barda, Azerbaijan, on 28 October 2020."
    for day in ("1970-01-01", "2020-03-01"):
        assert primary(linker.link_articles([article("Barda", text, day)])[0]) == "nk20-10-28-barda"


def test_anniversaries_are_counted_back(linker: Linker) -> None:
    told = article("Wreaths in Baku", "Azerbaijan marked 29 years since the killings in Khojaly.", "2021-02-26")
    assert primary(linker.link_articles([told])[0]) == "nk92-khojaly"


def _all(linker: Linker, articles: list[ArticleInput]) -> list[EventLink]:
    return [link for links in linker.link_articles(articles) for link in links]


@pytest.mark.parametrize(
    ("told", "event_id"),
    [
        (
            article("", "Thirty years ago crowds in an industrial town began a pogrom of Armenians.", "2018-02-27"),
            "nk88-sumgait",
        ),
        (article("", "Thirty years ago crowds in an industrial town began a pogrom of Armenians.", "2018-06-27"), None),
        (article("", "Azerbaijan remembers the forty-four days of fighting two years ago.", "2022-09-27"), "nk20-war"),
        (article("", "Missiles hit houses in Azerbaijan's second city overnight.", "2020-10-17"), "nk20-10-17-ganja"),
        (article("", "Shells killed a girl in Martuni on the first morning.", "2020-09-28"), "nk20-09-27-martuni"),
        (article("", "Polad Həşimov bu gün torpağa verilib.", "2020-07-15"), "nk20-07-14-hashimov"),
        (
            article("", "In Russia the ministers agreed to halt fire from noon, to exchange prisoners.", "2020-10-10"),
            "nk20-10-10-moscow-truce",
        ),
        (
            article("", "In Russia the ministers agreed to halt fire from noon, to exchange prisoners.", "2019-10-10"),
            None,
        ),
    ],
)
def test_events_are_found_where_little_is_named(linker: Linker, told: ArticleInput, event_id: str | None) -> None:
    assert primary(linker.link_articles([told])[0]) == event_id


def test_articles_from_before_an_event_are_not_linked_to_it(linker: Linker, conflict: Conflict) -> None:
    """Articles moved to other days may find other events, but none of their future."""
    starts = {e.event_id: e.start_date for e in conflict.events}
    linked, noon = 0, time(12)
    for told, event_id in INVENTED:
        if event_id is None:
            continue
        for back in (1, 2, 5, 20, 200):
            day = datetime.combine(starts[event_id], noon, tzinfo=UTC) - timedelta(days=back)
            links = linker.link_articles([replace(told, published_at=day)])[0]
            linked += len(links)
            assert all(starts[link.event_id] <= day.date() for link in links)
    assert linked > 10


def test_moved_or_missing_dates_lower_confidence(linker: Linker) -> None:
    dated = [a for a, event_id in INVENTED if event_id]
    mean = _mean_confidence(linker, dated)
    moved = [replace(a, published_at=a.published_at and a.published_at.replace(year=2021, month=7)) for a in dated]
    assert _mean_confidence(linker, moved) < mean - 0.2
    assert _mean_confidence(linker, [replace(a, published_at=None) for a in dated]) < mean


def _mean_confidence(linker: Linker, articles: list[ArticleInput]) -> float:
    """Mean confidence of the best link, 0 where there is none."""
    results = linker.link_articles(articles)
    return sum(max((link.confidence for link in links), default=0.0) for links in results) / len(results)


def test_rival_names_change_no_link(linker: Linker, conflict: Conflict) -> None:
    """For each event at a place of several names, the same sentence under each of them gives the same links."""
    checked = 0
    for place in conflict.places:
        names = [name for name in place_names(place) if name.isascii() and "(" not in name and len(name) > 3]
        for template, day in (
            ("Heavy fighting near {}, Armenia and Azerbaijan said.", "2020-10-09"),
            ("Battle of {}: Azerbaijan and Armenia count their dead after shelling.", "2020-11-08"),
        ):
            articles = [article(template.format(name), "The truce did not hold.", day) for name in names]
            results = [
                [(link.event_id, link.role, link.confidence) for link in links]
                for links in linker.link_articles(articles)
            ]
            different = [name for name, links in zip(names, results, strict=True) if links != results[0]]
            assert not different, f"{place.place_id}: {different} against {names[0]}"
            checked += len(names)
    assert checked > 300


RIVALS = {
    "Stepanakert": "Khankendi",
    "Shusha": "Shushi",
    "Nagorno-Karabakh": "Artsakh",
    "Степанакерт": "Ханкенди",
    "Ստեփանակերտ": "Խանքենդի",
    "Şuşa": "Shushi",
}


def test_rival_names_change_no_link_in_whole_articles(
    linker: Linker, seed: ArticleInput, dev: list[tuple[ArticleInput, str | None, set[str]]]
) -> None:
    whole = [seed, *(a for a, _, _ in dev), *(a for a, _ in INVENTED)]
    pattern = re.compile("|".join(RIVALS))
    renamed = [
        replace(a, title=pattern.sub(_rival, a.title), text=pattern.sub(_rival, a.text))
        for a in whole
        if pattern.search(a.title + a.text)
    ]
    kept = [a for a in whole if pattern.search(a.title + a.text)]
    assert len(kept) >= 5
    links = zip(linker.link_articles(kept), linker.link_articles(renamed), strict=True)
    for before, after in links:
        assert [(b.event_id, b.role, b.confidence) for b in before] == [
            (a.event_id, a.role, a.confidence) for a in after
        ]


def _rival(match: re.Match[str]) -> str:
    return RIVALS[match[0]]


def test_what_an_event_carries_out_is_told_where_the_text_speaks_of_it(linker: Linker) -> None:
    told = article("", "Azerbaijan's army entered Aghdam, handed back by Armenia under the peace deal.", "2020-11-20")
    plain = article("", "Azerbaijan's army entered Aghdam, handed back by Armenia.", "2020-11-20")
    assert ids(linker.link_articles([told])[0]) == {"nk20-11-20-agdam", "nk20-11-09-ceasefire"}
    assert ids(linker.link_articles([plain])[0]) == {"nk20-11-20-agdam"}


def test_an_agreement_named_by_its_day_is_behind_what_happens_later(linker: Linker) -> None:
    text = "Armenia and Azerbaijan began an all-for-all exchange of captives agreed in the 9 November statement."
    links = linker.link_articles([article("", text, "2020-12-15")])[0]
    assert primary(links) == "nk20-12-15-pow"
    assert ids(links) == {"nk20-12-15-pow", "nk20-11-09-ceasefire"}


def test_news_that_only_names_a_country_is_about_no_event_of_rare_details(linker: Linker) -> None:
    text = "Three people were killed with a knife in Nice. Azerbaijan's president sent condolences to France."
    assert linker.link_articles([article("", text, "2020-10-29")]) == [[]]


def test_evidence_points_at_the_words(linker: Linker) -> None:
    told = article("Rockets hit Barda", "At least 21 people were killed on 28 October, Azerbaijan said.", "2020-10-28")
    whole = told.title + "\n\n" + told.text
    (link,) = linker.link_articles([told])[0]
    words = [whole[span.start : span.end] for span in link.evidence]
    assert {"Barda", "Rockets", "28 October"} <= set(words)
    assert all(a.end <= b.start for a, b in zip(link.evidence, link.evidence[1:], strict=False))


def test_a_text_about_nothing_links_to_none(linker: Linker) -> None:
    nothing = [
        article("", ""),
        article("Weather", "Sunny spells.", "2020-10-11"),
        article("\x00\ud800", "🤷\u200d" * 50),
    ]
    assert linker.link_articles(nothing) == [[], [], []]
    assert linker.link_comments(["\u200d \u055e \u00ad", "'"]) == [[], []]
    assert max(linker.relevance(a) for a in nothing) < 0.2


def test_the_version_follows_the_data(linker: Linker, conflict: Conflict) -> None:
    assert linker.method_version.startswith("linker-11-")
    assert Linker(conflict).method_version == linker.method_version
    changed = replace(conflict, events=conflict.events[:-1])
    assert Linker(changed).method_version != linker.method_version
