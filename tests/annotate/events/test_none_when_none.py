"""Texts that name the sides and tell no event, rival names in one sentence, home pages, pages without a date."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.annotate.events import Linker
from ingest.annotate.events.linker import is_front_page
from ingest.records import ArticleInput
from tests.annotate.events.articles import article, ids, primary

DAYS = ("2020-09-29", "2020-10-12", "2020-10-20", "2020-11-11", "2022-09-14")
"""Days just after a wide event began or was agreed."""

RAIL = (
    "Foreign ministers of the region met in Tbilisi on rail freight, customs forms and the price of fruit. Delegates "
    "from Armenia and Azerbaijan attended. A working group will report on grain in spring. "
)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("T", "Armenia and Azerbaijan reached the final."),
        ("T", "Armenia reached the final. Azerbaijan did not."),
        ("T", "Yerevan and Baku: rain."),
        ("Weather", "Rain is expected in Baku and Yerevan on Monday."),
        ("T", "Karabakh wine is sold in Moscow."),
        ("Rail freight talks", RAIL * 6),
        ("Derby", "Qarabag beat Neftchi 2-0 in Baku on Sunday."),
        ("Covid", "Armenia recorded 500 new coronavirus cases on Sunday and nine deaths; Azerbaijan 200."),
        (
            "Fire in Martuni",
            "A school in Martuni, on Lake Sevan in Gegharkunik, burnt down on Sunday. No one was hurt.",
        ),
        ("Погода", "В Ереване и Баку в понедельник ожидается дождь."),
        ("Match", "Armenia beat Azerbaijan 2-1; a late strike struck the post and captured the group lead."),
        ("Cup final", "Armenia advanced to the final in Yerevan and will face Azerbaijan in a battle for bronze."),
        ("Trade", "Armenia and Azerbaijan signed an agreement on customs with Georgia, a trade deal of its kind."),
        ("Gas explosion", "A gas explosion in Yerevan killed four, officials said. Azerbaijan sent condolences."),
        ("Book", "A novel on life between Armenia and Azerbaijan won a literary prize and was attacked by critics."),
        ("Bus", "A bus fell into a gorge in Armenia, five died. Azerbaijan had a road accident too."),
        ("Погода", "В Армении и Азербайджане ожидается град, аэропорты Еревана и Баку работают."),
        ("Locusts", "Locusts attack fields in Armenia and Azerbaijan."),
        ("Cup", "Football: Armenia was unlucky, Azerbaijan attacks early in the clash and scored twice."),
    ],
)
def test_sides_alone_are_no_event(linker: Linker, title: str, text: str, day: str) -> None:
    assert linker.link_articles([article(title, text, day)]) == [[]]


def test_a_word_of_war_far_down_speaks_for_the_last_wide_event(linker: Linker) -> None:
    text = "Officials met. They spoke. It was long. All sat. Armenia and Azerbaijan respect the truce in Karabakh."
    (links,) = linker.link_articles([article("In Moscow", text, "2020-10-11")])
    assert primary(links) == "nk20-10-10-moscow-truce"
    assert links[0].evidence


@pytest.mark.parametrize(
    "text",
    [
        "Police seized 40 kg of ganja in a raid on Sunday; a Scud of smoke rose. Two were arrested.",
        "Police seized 40 kg of marijuana in a raid on Sunday; a Scud of smoke rose. Two were arrested.",
    ],
)
def test_a_drug_is_no_town(linker: Linker, text: str) -> None:
    assert linker.link_articles([article("Ganja farm busted", text, "2020-10-11")]) == [[]]


NAMES = {"Artsakh": "Nagorno-Karabakh", "Stepanakert": "Khankendi", "Shushi": "Shusha"}


@pytest.mark.parametrize("day", ["2020-10-09", "2020-10-12"])
@pytest.mark.parametrize(
    "text",
    [
        "Shells hit Stepanakert overnight, Artsakh officials said; Shushi cathedral was struck.",
        "Artsakh, Artsakh and again Artsakh: Shushi cathedral was struck, shells hit Stepanakert overnight.",
    ],
)
def test_longer_names_do_not_move_what_a_text_is_about(linker: Linker, text: str, day: str) -> None:
    (expected,) = linker.link_articles([article("T", text, day)])
    for old, new in NAMES.items():
        (links,) = linker.link_articles([article("T", text.replace(old, new), day)])
        assert [(x.event_id, x.role, x.confidence) for x in links] == [
            (x.event_id, x.role, x.confidence) for x in expected
        ]
    assert ids(expected)
    assert all(link.confidence <= expected[0].confidence for link in expected)


@pytest.mark.parametrize(
    ("url", "is_front"),
    [
        ("https://news.example/", True),
        ("https://news.example", True),
        ("https://news.example/en/", True),
        ("https://news.example/index.html", True),
        ("https://news.example/?p=123", False),
        ("https://news.example/a-strike/", False),
        ("https://news.example/en/123", False),
        (None, False),
    ],
)
def test_home_pages_are_linked_to_nothing(linker: Linker, url: str | None, is_front: bool) -> None:
    assert is_front_page(url) is is_front
    told = article("Rockets hit Barda", "Cluster rockets killed 21 people in Barda, Azerbaijan said.", "2020-10-28")
    page = ArticleInput("p", told.title, told.text, told.published_at, url)
    assert bool(linker.link_articles([page])[0]) is not is_front


def test_links_of_pages_without_a_date_are_less_sure(linker: Linker) -> None:
    told = article("Rockets hit Barda", "Cluster rockets killed 21 people in Barda, Azerbaijan said.", "2020-10-28")
    dated, undated = linker.link_articles([told, replace(told, published_at=None)])
    assert primary(dated) == primary(undated) == "nk20-10-28-barda"
    assert undated[0].confidence < dated[0].confidence


@pytest.mark.parametrize("day", ["2020-10-11", "2020-10-18", "2022-09-14"])
@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Hail ruins orchards",
            (
                "A hailstorm struck orchards near Ganja on Saturday night; rain and gusts damaged roofs, and two "
                "people were hurt. Forecasters expect snow. Armenia's north had frost, too, and prices of fruit rose."
            ),
        ),
        (
            "Striker hits late winner",
            (
                "A goal in the second half killed off the match in Yerevan. Azerbaijan's captain was injured as his "
                "squad came under attack; their defence fell apart. The fans thanked the coaches after the last match."
            ),
        ),
        (
            "Exports of oil",
            (
                "The pipeline through Ganja and Tovuz carries crude to buyers abroad, Armenia was told; prices rose by "
                "two per cent. Investors in Azerbaijan asked whether hostilities would touch it. The budget stays."
            ),
        ),
    ],
)
def test_news_of_other_fields_is_about_none(linker: Linker, title: str, text: str, day: str) -> None:
    assert linker.link_articles([article(title, text, day)]) == [[]]
