"""What a text is about: days it may be from, its title, the war as a whole, other news."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from ingest.annotate.events import Linker
from ingest.annotate.events.gazetteer import Gazetteer
from ingest.annotate.events.matcher import Matcher
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.reading import read_text
from ingest.annotate.events.vocabulary import default_vocabulary
from ingest.conflict import Conflict
from tests.annotate.events.articles import article, ids, primary

DAYS = (date(2020, 11, 12), date(2021, 9, 27), date(2022, 9, 14))


def test_the_order_in_which_days_are_tried_changes_nothing(conflict: Conflict) -> None:
    gazetteer, vocabulary = Gazetteer(conflict), default_vocabulary()
    profiles = Profiles(conflict, gazetteer, vocabulary)
    matcher = Matcher(profiles, frozenset(p.party_id for p in conflict.belligerents), vocabulary)
    text = (
        "Azerbaijan and Armenia keep to the statement of 9 November. A year after the war began Shusha is in "
        "Azerbaijan's hands, and two years ago, before the war, nobody thought so."
    )

    def told(days: tuple[date, ...]) -> dict[date, list[tuple[str, float]]]:
        reading = read_text(text, gazetteer, vocabulary)
        attempts = {day: matcher.attempt(reading, day, 0.9) for day in days}
        return {day: [(c.profile.event_id, c.logit) for c in a.chosen] for day, a in sorted(attempts.items())}

    first = told(DAYS)
    assert any(first.values())
    assert all(told(days) == first for days in permutations(DAYS))


def test_a_truce_is_told_of_on_its_eve_where_its_day_is_stated(linker: Linker) -> None:
    text = "Armenia and Azerbaijan agreed to a humanitarian ceasefire from 8 am on {}, after talks in Washington."
    announced = linker.link_articles([article("", text.format("Monday"), "2020-10-25")])[0]
    assert primary(announced) == "nk20-10-26-us-truce"
    other = linker.link_articles([article("", text.format("Wednesday"), "2020-10-25")])[0]
    assert "nk20-10-26-us-truce" not in ids(other)


def test_the_title_says_which_of_two_events_of_a_day_is_meant(linker: Linker) -> None:
    told = article(
        "Bus hit in Vardenis",
        "Vardenis came under fire on Tuesday, Armenia said, and a civilian bus burnt out after a drone attack. Later "
        "it reported that a Turkish F-16 had shot down its Su-25 there; Azerbaijan denied both.",
        "2020-09-29",
    )
    assert primary(linker.link_articles([told])[0]) == "nk20-09-29-vardenis"


@pytest.mark.parametrize("day", [None, "2020-12-10"])
def test_a_title_on_the_war_is_about_the_war(linker: Linker, day: str | None) -> None:
    told = article(
        "What the war taught",
        "Drones won forty-four days between Armenia and Azerbaijan, some say. The fall of Shusha, stormed on foot in "
        "November 2020, says otherwise.",
        day,
    )
    assert primary(linker.link_articles([told])[0]) == "nk20-war"


def test_what_is_called_by_its_own_name_needs_no_place(linker: Linker) -> None:
    told = article("Light through the roof", "Ghazanchetsots was struck twice, Armenia says; Azerbaijan denies it.")
    assert primary(linker.link_articles([told])[0]) == "nk20-10-08-cathedral"


def test_other_news_from_a_country_at_war_is_not_about_the_war(linker: Linker) -> None:
    told = [
        article(
            "Qarabag lose at home",
            "The football club from Aghdam lost to late goals after a counter-attack. UEFA had told Azerbaijan and "
            "Armenia that no Europa League match may be held in either.",
            "2020-10-29",
        ),
        article(
            "Rally closes a freeway",
            "Armenian-Americans blocked a motorway in Los Angeles over Artsakh and asked to end aid to Azerbaijan.",
            "2020-10-30",
        ),
        article(
            "Rates rise in Yerevan", "Armenia's central bank fears inflation. Parliament debates the budget next week."
        ),
    ]
    assert linker.link_articles(told) == [[], [], []]
