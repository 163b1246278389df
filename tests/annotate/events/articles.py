"""Invented articles about real events, hand-linked, and helpers to read and score links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ingest.records import ArticleInput, EventLink


def article(title: str, text: str = "", day: str | None = None) -> ArticleInput:
    """Return an article published at noon UTC of `day` (2020-10-28), or without a date."""
    moment = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC) if day else None
    return ArticleInput("a", title, text, moment)


def primary(links: Sequence[EventLink]) -> str | None:
    """Return the event the article is about."""
    return next((link.event_id for link in links if link.role == "primary"), None)


def ids(links: Sequence[EventLink]) -> set[str]:
    """Return all linked events."""
    return {link.event_id for link in links}


INVENTED: list[tuple[ArticleInput, str | None]] = [
    (
        article(
            "Rescue teams leave Barda",
            "Bells and sirens sounded in Barda on Thursday, a day after rockets with cluster warheads fell on its "
            "busiest street. Azerbaijan says 21 people died and seventy were hurt; Armenia denies it fired.",
            "2020-10-29",
        ),
        "nk20-10-28-barda",
    ),
    (
        article(
            "Удар по Гяндже: спасатели разбирают завалы",
            "В ночь на субботу ракеты попали в жилой квартал Гянджи, погибли 13 человек, ранены более 45, сообщили в "
            "прокуратуре Азербайджана. В Армении обстрел отрицают.",
            "2020-10-17",
        ),
        "nk20-10-17-ganja",
    ),
    (
        article(
            "Şuşa azad edildi",
            "Azərbaycan Prezidenti noyabrın 8-də xalqa müraciətində Şuşanın işğaldan azad olunduğunu elan etdi. "
            "Bakıda insanlar küçələrə çıxıb.",
            "2020-11-08",
        ),
        "nk20-11-08-shusha-capture",
    ),
    (
        article(
            "Հարված Ստեփանակերտի ծննդատանը",
            "Ադրբեջանական զինուժը հոկտեմբերի 28-ին հրթիռակոծել է Ստեփանակերտի ծննդատունը, հայտնում են Արցախի "
            "իշխանությունները։ Բաքուն հերքում է։",
            "2020-10-28",
        ),
        "nk20-10-28-maternity",
    ),
    (
        article(
            "Gence'ye ikinci değil, üçüncü füze",
            "Azerbaycan'ın Gence kentine ateşkese rağmen gece saat ikide füze atıldı, 7 kişi öldü, 33 kişi yaralandı. "
            "Ermenistan saldırıyı yalanladı.",
            "2020-10-11",
        ),
        "nk20-10-11-ganja",
    ),
    (
        article(
            "Crowd breaks into parliament building",
            "Protesters stormed parliament in Yerevan overnight, angry at the agreement Armenia had signed.",
            "2020-11-10",
        ),
        "nk20-11-10-yerevan",
    ),
    (
        article(
            "Кельбаджар: последние машины",
            "Кельбаджарский район передан Азербайджану, армянские войска ушли по условиям соглашения.",
            "2020-11-25",
        ),
        "nk20-11-25-kalbajar",
    ),
    (
        article(
            "Helicopter lost near the frontier",
            "A Russian Mi-24 was shot down near Yeraskh in Armenia, killing two of the crew. Azerbaijan apologised.",
            "2020-11-09",
        ),
        "nk20-11-09-mi24",
    ),
    (
        article(
            "Fighting goes on in Karabakh",
            "Armenia and Azerbaijan reported heavy fighting along the whole front for another day.",
            "2020-10-21",
        ),
        "nk20-war",
    ),
    (
        article(
            "Stepanakert without petrol",
            "A fuel depot blew up near Stepanakert while Armenians queued there to leave; at least 20 people died.",
            "2023-09-26",
        ),
        "nk23-09-25-depot",
    ),
    (
        article("Cup final", "The home side won three to one after extra time; two players were hurt.", "2020-10-11"),
        None,
    ),
    (
        article("Ganja seized at airport", "Customs officers found ganja worth millions in a suitcase.", "2020-10-11"),
        None,
    ),
    (
        article("Missiles strike Idlib", "Rockets killed eight civilians in Idlib in Syria on Sunday.", "2020-10-11"),
        None,
    ),
    (
        article("Baku hosts grand prix", "Drivers arrived in Baku for the race through the old town.", "2020-10-11"),
        None,
    ),
]
