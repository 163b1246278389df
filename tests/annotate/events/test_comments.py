"""Comments link by their own words, and only where they name an event."""

from __future__ import annotations

import pytest

from ingest.annotate.events import Linker


@pytest.mark.parametrize(
    "text",
    [
        "Never forget Khojaly",
        "xocalı soyqırımı unudulmayacaq",
        "А про Ходжалы вы помните?",
        "Հիշո՞ւմ եք Խոջալուի կոտորածը",
        "Hocalı katliamını unutma",
    ],
)
def test_a_massacre_is_history_in_every_language(linker: Linker, text: str) -> None:
    (links,) = linker.link_comments([text])
    assert [(link.event_id, link.role) for link in links] == [("nk92-khojaly", "historical")]
    assert links[0].confidence >= 0.5
    assert links[0].basis == "explicit"
    assert 0 <= links[0].evidence[0].start < links[0].evidence[0].end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "In the 1990s you expelled us all",
        "They did it in the 90s too",
        "В 90-х вы нас выгнали",
        "90-cı illərdə bizi qovdunuz",
        "90'larda bizi sürdünüz",
        "90-ականներին մեզ վտարեցիք",
    ],
)
def test_a_decade_stands_for_the_old_war_of_it(linker: Linker, text: str) -> None:
    (links,) = linker.link_comments([text])
    assert [(link.event_id, link.role) for link in links] == [("nk94-war", "historical")]
    assert text[links[0].evidence[0].start : links[0].evidence[0].end].lstrip("1").startswith("9")


@pytest.mark.parametrize(
    ("text", "event_id"),
    [
        ("And the Sumgait pogrom? And Baku in 1990?", "nk88-sumgait"),
        ("Black January showed what Moscow is worth", "nk90-black-january"),
        ("We lost the 44-day war because of him", "nk20-war"),
        ("Armenia hit Barda with cluster bombs and you talk of peace", "nk20-10-28-barda"),
        ("The missiles on Ganja on 17 October 2020 killed children", "nk20-10-17-ganja"),
    ],
)
def test_named_events_are_found(linker: Linker, text: str, event_id: str) -> None:
    assert event_id in {link.event_id for link in linker.link_comments([text])[0]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Karabakh is Azerbaijan!",
        "Artsakh is Armenia",
        "Карабах наш",
        "Armenia must be accountable for Ganja",
        "He is in his 90s and wants peace",
        "90-cı dəqiqədə qol",
        "1990-cı ildə doğulub",
        "It is 90 km from here",
        "In the 2020s nobody reads books",
        "Stop the war",
        "Greetings from Goris",
        "legalise ganja",
        "The Karabakh conflict is older than you",
    ],
)
def test_a_bare_name_of_side_or_region_links_to_nothing(linker: Linker, text: str) -> None:
    assert linker.link_comments([text]) == [[]]
