"""The corpus has what it promises, stays the same from run to run, and says clearly what is wrong with its files."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ingest.conflict import load_conflict
from ingest.fetch.demo.corpus import Corpus, DemoComment, assemble, gold
from ingest.fetch.demo.material import DemoError, read_material
from ingest.settings import REPO_ROOT

LANGUAGES = {"en", "ru", "az", "hy", "tr"}
CONFLICT = REPO_ROOT / "data" / "conflicts" / "nagorno_karabakh"


def comments_of(corpus: Corpus, edition: int) -> list[DemoComment]:
    return [comment for thread in corpus.threads(edition) for comment in thread.comments]


def test_same_files_give_same_corpus(demo_folder: Path, corpus: Corpus) -> None:
    assert assemble(read_material(demo_folder)).stored == corpus.stored


@pytest.mark.parametrize("edition", [1, 2])
def test_has_the_promised_size_and_languages(corpus: Corpus, edition: int) -> None:
    threads, comments = corpus.threads(edition), comments_of(corpus, edition)
    assert 58 <= len(threads) <= 64
    assert sum(comment.kind != "pingback" for comment in comments) >= 1500
    spoken = Counter(comment.language for comment in comments)
    assert set(spoken) == LANGUAGES
    assert min(spoken.values()) >= 80
    assert sum(thread.article.language != "en" for thread in threads) >= 6
    days = [thread.article.published_at.date() for thread in threads]
    assert min(days) == date(2020, 9, 27)
    assert max(days) <= date(2020, 11, 15)


def test_has_every_kind_of_comment(corpus: Corpus) -> None:
    comments = comments_of(corpus, 2)
    kinds = Counter(comment.kind for comment in comments)
    sides = Counter(comment.side for comment in comments)
    assert kinds["spam"] >= 10
    assert kinds["pingback"] >= 3
    assert sides["off_topic"] >= 50
    assert 0.01 <= sides["empty"] / len(comments) <= 0.03
    assert 0.04 <= sum(comment.author is None for comment in comments) / len(comments) <= 0.12
    assert sum(comment.copies is not None for comment in comments) >= 50
    assert sum(comment.parent_id is not None for comment in comments) >= 200


def test_comment_policies(corpus: Corpus) -> None:
    by_policy = Counter(thread.article.comments for thread in corpus.threads(2))
    assert by_policy["long"] == 2
    assert by_policy["none"] == 4
    assert by_policy["closed"] + by_policy["closed_later"] == 2
    assert sum(not thread.article.states_date for thread in corpus.threads(2)) == 3
    for thread in corpus.threads(2):
        assert bool(thread.comments) == (thread.article.comments not in {"none", "closed"}), thread.article.slug


def test_replies_follow_their_parents_and_nest_at_most_five_deep(corpus: Corpus) -> None:
    deepest = 0
    for edition in (1, 2):
        for thread in corpus.threads(edition):
            depth: dict[int | None, int] = {None: -1}
            for comment in thread.comments:
                assert comment.parent_id in depth, "a reply stands before or without its parent"
                depth[comment.comment_id] = depth[comment.parent_id] + 1
                assert comment.posted_at > thread.article.published_at
            deepest = max(deepest, *depth.values())
    assert deepest == 4


def test_replying_reader_is_not_the_answered_one(corpus: Corpus) -> None:
    authors = {comment.comment_id: comment.author for comment in comments_of(corpus, 2)}
    replies = [c for c in comments_of(corpus, 2) if c.parent_id is not None and c.author is not None]
    assert not [c.comment_id for c in replies if c.parent_id is not None and authors[c.parent_id] == c.author]


def test_second_edition_differs_as_a_later_crawl_would(corpus: Corpus) -> None:
    first = {comment.comment_id: comment for comment in comments_of(corpus, 1)}
    second = {comment.comment_id: comment for comment in comments_of(corpus, 2)}
    slugs = [{thread.article.slug for thread in corpus.threads(edition)} for edition in (1, 2)]
    assert len(slugs[1] - slugs[0]) == 3
    assert len(slugs[0] - slugs[1]) == 1
    gone = {c.comment_id for t in corpus.threads(1) if t.article.slug not in slugs[1] for c in t.comments}
    assert len(first.keys() - second.keys() - gone) >= 5, "some vanish from pages that stay"
    assert len(second.keys() - first.keys()) >= 50
    edited = [key for key in first.keys() & second.keys() if first[key].text != second[key].text]
    assert len(edited) >= 5
    assert all(first[key].author == second[key].author for key in edited)


def test_times_are_thick_on_the_first_day_and_thin_at_night(corpus: Corpus) -> None:
    early = night = total = 0
    for thread in corpus.threads(2):
        for comment in thread.comments:
            total += 1
            early += (comment.posted_at - thread.article.published_at).total_seconds() < 24 * 3600
            night += comment.posted_at.hour in range(1, 7)
    assert early / total > 0.6
    assert night / total < 0.12


def test_gold_knows_only_events_and_sides_of_the_conflict(demo_folder: Path) -> None:
    conflict = load_conflict(CONFLICT)
    events = {event.event_id for event in conflict.events}
    sides = {party.party_id for party in conflict.parties} | {"anti_war", "unclear", "off_topic", "empty", "pingback"}
    for thread in gold(2, demo_folder):
        assert set(thread.article.events) <= {"primary", "secondary", "background", "historical"}
        assert {event for ids in thread.article.events.values() for event in ids} <= events
        assert {comment.side for comment in thread.comments} <= sides
        assert {event for comment in thread.comments for event in comment.events} <= events


def test_opinion_moves_with_events(corpus: Corpus) -> None:
    def share(side: str, *events: str) -> float:
        about = [t for t in corpus.threads(2) if {*events} & {*t.article.events.get("primary", ())}]
        sides = Counter(comment.side for thread in about for comment in thread.comments)
        return sides[side] / sides.total()

    truces = ("nk20-10-10-moscow-truce", "nk20-10-17-truce2", "nk20-10-26-us-truce")
    captures = ("nk20-10-04-jabrayil-capture", "nk20-10-17-fuzuli-capture", "nk20-10-20-zangilan-capture")
    assert share("azerbaijan", "nk20-10-17-ganja") > share("azerbaijan", *truces) + 0.15
    assert share("armenia", "nk20-10-08-cathedral") > share("armenia", "nk20-10-17-ganja") + 0.15
    assert share("anti_war", *truces) > share("anti_war", *captures) + 0.05


def test_copies_repeat_their_original_word_for_word(corpus: Corpus) -> None:
    everything = {s.comment.comment_id: s.comment for items in corpus.stored.values() for s in items}
    copies = [comment for comment in everything.values() if comment.copies is not None]
    authors = [(comment.author, everything[comment.copies or 0].author) for comment in copies]
    assert all(everything[comment.copies or 0].text == comment.text for comment in copies)
    assert any(one == other and one is not None for one, other in authors), "somebody pastes the same words again"
    assert any(one != other for one, other in authors), "others paste them too"


def test_unknown_edition_is_a_clear_error(corpus: Corpus) -> None:
    with pytest.raises(DemoError, match="no edition 3; there are 1, 2"):
        corpus.threads(3)


def test_mistakes_in_the_material_name_file_and_line(demo_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    extra = folder / "extra_comments.jsonl"
    lines = extra.read_text(encoding="utf-8").split("\n")
    extra.write_text("\n".join([*lines[:2], "{broken", *lines[2:]]), encoding="utf-8")
    with pytest.raises(DemoError, match=r"extra_comments\.jsonl:3: not a JSON object"):
        read_material(folder)
    extra.write_text(lines[0].replace("harbour-derby", "no-such-article"), encoding="utf-8")
    with pytest.raises(DemoError, match=r"extra_comments\.jsonl:1: there is no article 'no-such-article'"):
        read_material(folder)
    extra.unlink()
    article = next((folder / "articles").iterdir())
    article.write_text("no front matter at all", encoding="utf-8")
    with pytest.raises(DemoError, match=article.name):
        read_material(folder)
    shutil.rmtree(folder / "articles")
    with pytest.raises(DemoError, match="holds no article"):
        read_material(folder)
