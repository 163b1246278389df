"""The assembled corpus: who wrote each comment, when, under which id; and what each edition of the site shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from ingest.fetch.demo import DEMO_ORIGIN
from ingest.fetch.demo.draft import EMPTY, Draft, Entry, draft_threads, pick
from ingest.fetch.demo.material import ANY_EVENT, Article, Material, read_material

FIRST_COMMENT_ID = 2101
NIGHT_HOURS = range(1, 7)


@dataclass(frozen=True, slots=True)
class DemoComment:
    """One comment as the site stores it, with its gold.

    `posted_at` is aware, in the site's offset. `kind` is comment, spam or pingback. `side` is a party id, anti_war,
    unclear, off_topic, empty, or pingback; `events` are the events its words are about, empty for a general remark.
    `copies` is the id of the comment whose text it repeats; `link` is a pingback's address.
    """

    comment_id: int
    parent_id: int | None
    author: str | None
    posted_at: datetime
    text: str
    kind: str
    language: str
    side: str
    events: tuple[str, ...] = ()
    copies: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One article and the comments under it, by id, at one edition."""

    article: Article
    comments: tuple[DemoComment, ...]

    @property
    def url(self) -> str:
        """Public address of the article."""
        return DEMO_ORIGIN + self.article.path


@dataclass(frozen=True, slots=True)
class Stored:
    """A comment over both editions: what it becomes in the second one."""

    comment: DemoComment
    second_text: str | None = None
    vanishes: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """Material and every comment that ever was, by article slug."""

    material: Material
    stored: dict[str, tuple[Stored, ...]]

    def threads(self, edition: int) -> list[Thread]:
        """Return the threads readers see at `edition`, in order of publication. Raises DemoError for an unknown one."""
        moment = self.material.as_of(edition)
        live = [a for a in self.material.articles if a.published_at <= moment and not (edition > 1 and is_gone(a))]
        live.sort(key=lambda article: article.published_at)
        return [
            Thread(a, tuple(_seen(s, edition) for s in self.stored[a.slug] if _is_seen(s, edition, moment)))
            for a in live
        ]


def is_gone(article: Article) -> bool:
    """Tell whether the second edition answers 404 for this article."""
    return article.second_edition == "gone"


def gold(edition: int, demo_folder: Path) -> list[Thread]:
    """Return each article with its event ids (by role) and its comments with side and events, at `edition`."""
    return load_corpus(demo_folder).threads(edition)


@lru_cache(maxsize=2)
def load_corpus(demo_folder: Path) -> Corpus:
    """Read and assemble data/demo; the same files always give the same corpus. Raises DemoError."""
    return assemble(read_material(demo_folder))


def assemble(material: Material) -> Corpus:
    """Put threads together and give every comment its author, time, id and later fate."""
    rng = Random(material.plan["seed"])  # noqa: S311 - a demo, not a secret
    drafts = draft_threads(material, rng)
    cast = _Cast(material, rng)
    clock = _Clock(material, rng)
    settled = {d.article.slug for d in drafts if rng.random() < material.plan["settled_share"]}
    written: list[_Written] = []
    for draft in drafts:
        written += _write(draft, cast, clock)
    written += _pingbacks(material)
    written.sort(key=lambda w: (w.posted_at, w.article.number))
    next_id = FIRST_COMMENT_ID
    for item in written:
        item.comment_id = next_id
        next_id += rng.choice((1, 1, 1, 2, 3))  # the missing numbers were held back by moderators
    stored: dict[str, list[Stored]] = {article.slug: [] for article in material.articles}
    parents = {id(item.entry.parent) for item in written if item.entry is not None and item.entry.parent is not None}
    by_entry = {id(item.entry): item for item in written if item.entry is not None}
    for item in written:
        comment = _comment(item, by_entry)
        early = item.posted_at <= material.as_of(1)
        edit = item.entry.edit if item.entry is not None and early else None
        leaf = item.entry is not None and id(item.entry) not in parents
        may_vanish = early and leaf and edit is None and item.article.slug not in settled
        vanishes = may_vanish and rng.random() < material.plan["vanished_share"]
        stored[item.article.slug].append(Stored(comment, edit, vanishes))
    return Corpus(material, {slug: tuple(items) for slug, items in stored.items()})


@dataclass(slots=True)
class _Written:
    """An entry that has an author and a time, and later an id; a pingback has no entry."""

    article: Article
    entry: Entry | None
    author: str | None
    posted_at: datetime
    pingback: dict[str, Any] = field(default_factory=dict)
    comment_id: int = 0


def _write(draft: Draft, cast: _Cast, clock: _Clock) -> list[_Written]:
    cast.open_thread()
    done: dict[int, _Written] = {}
    for entry in draft.entries:
        parent = done[id(entry.parent)] if entry.parent is not None else None
        above = entry.parent.parent if entry.parent is not None else None
        may_return = above is not None and (above.side, above.source.language) == (entry.side, entry.source.language)
        returning = done[id(above)].author if may_return else None
        author = cast.author(entry, parent.author if parent else None, returning)
        posted_at = clock.reply(parent.posted_at, draft.article) if parent else clock.post(draft.article)
        done[id(entry)] = _Written(draft.article, entry, author, posted_at)
    return list(done.values())


def _pingbacks(material: Material) -> list[_Written]:
    articles = {article.slug: article for article in material.articles}
    return [
        _Written(
            articles[p["article"]],
            None,
            p["title"],
            articles[p["article"]].published_at + timedelta(hours=p["hours"], minutes=7),
            p,
        )
        for p in material.site["pingbacks"]
    ]


def _comment(item: _Written, by_entry: dict[int, _Written]) -> DemoComment:
    entry = item.entry
    if entry is None:
        link = item.pingback["url"]
        return DemoComment(
            item.comment_id, None, item.author, item.posted_at, "", "pingback", "en", "pingback", link=link
        )
    event = entry.source.event
    return DemoComment(
        comment_id=item.comment_id,
        parent_id=by_entry[id(entry.parent)].comment_id if entry.parent is not None else None,
        author=item.author,
        posted_at=item.posted_at,
        text=entry.text,
        kind="spam" if entry.source.is_spam and entry.side != EMPTY else "comment",
        language=entry.source.language,
        side=entry.side,
        events=() if event == ANY_EVENT or entry.side == EMPTY else (event,),
        copies=by_entry[id(entry.copied)].comment_id if entry.copied is not None else None,
    )


def _is_seen(stored: Stored, edition: int, moment: datetime) -> bool:
    return stored.comment.posted_at <= moment and not (edition > 1 and stored.vanishes)


def _seen(stored: Stored, edition: int) -> DemoComment:
    if edition == 1 or stored.second_text is None:
        return stored.comment
    return replace(stored.comment, text=stored.second_text)


class _Cast:
    """Hands out invented names: a few readers write much, and each keeps to its languages and sides."""

    def __init__(self, material: Material, rng: Random) -> None:
        self._rng = rng
        self._plan = material.plan
        self._groups = material.groups
        self._written: dict[int, str | None] = {}
        self._here: Counter[str | None] = Counter()

    def open_thread(self) -> None:
        """Begin an article: who has spoken there speaks less often again."""
        self._here.clear()

    def author(self, entry: Entry, answered: str | None, returning: str | None) -> str | None:
        """Return a name for `entry`, never that of the comment it answers; None for an unnamed reader.

        `returning` wrote the comment above that one and would write this one in the same language for the same side.
        """
        chance = self._rng.random()
        spam = entry.source.is_spam
        if entry.copied is not None and id(entry.copied) in self._written and (spam or chance < 0.5):
            name = self._written[id(entry.copied)]
        elif chance < self._plan["anonymous_share"] and not spam:
            name = None
        elif returning not in {None, answered} and chance < self._plan["returning_share"]:
            name = returning
        else:
            name = self._name(entry.source.language, "spam" if spam else entry.side, answered)
        self._written[id(entry)] = name
        self._here[name] += 1
        return name

    def _name(self, language: str, side: str, answered: str | None) -> str | None:
        fitting = [g for g in self._groups if language in g.languages and side in g.sides]
        anyone = [g for g in self._groups if language in g.languages and "spam" not in g.sides]
        weights = {
            name: 1 / (rank + 4) / (1 + 6 * self._here[name])
            for group in fitting or anyone
            for rank, name in enumerate(group.names)
        }
        weights.pop(answered or "", None)
        return pick(self._rng, weights)


class _Clock:
    """Chooses when people write: most on the first day, few at night, some days later, never after the last edition."""

    def __init__(self, material: Material, rng: Random) -> None:
        self._rng = rng
        self._plan = material.plan
        self._end = max(entry["as_of"] for entry in material.site["editions"])

    def post(self, article: Article) -> datetime:
        """Return a time for a comment on `article`; hours after publication, thinning out."""

        def hours() -> float:
            if self._rng.random() < self._plan["first_day_share"]:
                return 0.1 + 23.9 * self._rng.betavariate(1.05, 2.6)
            return 24 * (1 + self._tail(article) * self._rng.betavariate(0.8, 2.6))

        return self._awake(article.published_at, hours)

    def reply(self, parent: datetime, article: Article) -> datetime:
        """Return a time after `parent`, mostly within hours."""
        return self._awake(parent, lambda: min(0.05 + self._rng.lognormvariate(0.4, 1.2), 24 * self._tail(article)))

    def _tail(self, article: Article) -> float:
        return 2.0 if article.is_closed else float(self._plan["tail_days"])

    def _awake(self, start: datetime, hours: Callable[[], float]) -> datetime:
        for _ in range(40):
            moment = (start + timedelta(hours=hours())).replace(microsecond=0)
            asleep = moment.hour in NIGHT_HOURS and self._rng.random() < self._plan["night_quiet"]
            if moment <= self._end and not asleep:
                return moment
        remaining = (self._end - start).total_seconds()
        return start + timedelta(seconds=int(self._rng.random() * remaining))
