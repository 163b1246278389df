"""Language: the script decides where it can; too little to tell is None, never a guess."""

from __future__ import annotations

import pytest

from ingest.annotate.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The soldiers must leave the valley now", "en"),
        ("Солдаты должны немедленно уйти из долины", "ru"),
        ("Солдати мають негайно піти з долини", "uk"),
        ("Զինվորները պետք է հեռանան հովտից", "hy"),
        ("Əsgərlər dərhal vadidən getməlidir", "az"),
        ("Askerler hemen vadiden çekilmeli, yeter artık", "tr"),
        ("Les soldats doivent quitter la vallée immédiatement", "fr"),
        ("يجب على الجنود مغادرة الوادي الآن", "ar"),
    ],
)
def test_languages_of_comments(text: str, language: str) -> None:
    assert detect([text])[0][0] == language


@pytest.mark.parametrize(
    "text", ["", "   ", "😭😭🔥", "lol", "!!! ???", "https://example.org/a/b", "#StopTheWar @someone"]
)
def test_too_little_to_tell_is_none(text: str) -> None:
    assert detect([text])[0][0] is None


def test_a_name_in_azerbaijani_letters_does_not_make_english_azerbaijani() -> None:
    assert detect(["Yesterday I met Gəncəli in the market and we talked about the weather for an hour"])[0][0] == "en"


def test_results_keep_the_order_and_confidence_is_a_share() -> None:
    found = detect(["Привет, как у вас дела сегодня?", "", "Hello, how are you all today my friends?"])
    assert [language for language, _ in found] == ["ru", None, "en"]
    assert all(0.0 <= confidence <= 1.0 for _, confidence in found)


def test_hostile_text_is_safe() -> None:
    assert len(detect(["\x00\x01\ud800" * 10, "a" * 1_000_000, "\u202e" * 1000])) == 3
