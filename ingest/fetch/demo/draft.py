"""Decides which comment stands under which article: event comments first, then general ones by the plan's shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from ingest.fetch.demo.material import ANY_EVENT, Article, Material, PoolComment

ROLE_WEIGHT = {"primary": 8, "secondary": 3, "background": 1, "historical": 2}
EMPTY = "empty"
NEARBY = timedelta(days=4)
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Entry:
    """One comment under one article. `edit`: its text in the second edition; `copied`: whose words it repeats."""

    source: PoolComment
    parent: Entry | None
    text: str
    side: str
    edit: str | None = None
    copied: Entry | None = None

    @property
    def depth(self) -> int:
        """Count the comments above it."""
        return 0 if self.parent is None else self.parent.depth + 1


@dataclass(slots=True)
class Draft:
    """The comments of one article while threads are put together, with the number and the shares it aims at."""

    article: Article
    quota: float
    shares: Mapping[str, float]
    entries: list[Entry] = field(default_factory=list)

    def wanted(self) -> dict[str, float]:
        """Return by how many comments each side falls short of its share."""
        have = Counter(entry.side for entry in self.entries)
        return {side: max(0.0, share * self.quota - have[side]) for side, share in self.shares.items()}


def pick(rng: Random, weights: Mapping[T, float]) -> T | None:
    """Draw one key by weight, or None where no weight is positive."""
    positive = {key: weight for key, weight in weights.items() if weight > 0}
    return rng.choices(list(positive), weights=list(positive.values()))[0] if positive else None


def draft_threads(material: Material, rng: Random) -> list[Draft]:
    """Return one Draft per article with every comment of the pool placed once, then repeats and empty ones."""
    drafts = _open_drafts(material, rng)
    replies: dict[str, list[PoolComment]] = defaultdict(list)
    for comment in material.pool:
        if comment.reply_to is not None:
            replies[comment.reply_to].append(comment)
    general: dict[tuple[str, str], list[PoolComment]] = defaultdict(list)
    depth = int(material.plan["max_depth"])
    for root in (comment for comment in material.pool if comment.reply_to is None):
        host = pick(rng, _hosts(root, drafts, material.plan))
        if host is None:
            general[root.side, root.language].append(root)
        else:
            _plant(drafts[host], root, replies, depth)
    for pile in general.values():
        rng.shuffle(pile)
    _fill(list(drafts.values()), general, replies, material.plan, rng)
    _repeat(list(drafts.values()), material.plan, rng)
    _leave_empty(list(drafts.values()), material.plan, rng)
    return list(drafts.values())


def _open_drafts(material: Material, rng: Random) -> dict[str, Draft]:
    plan = material.plan
    drafts: dict[str, Draft] = {}
    for article in material.articles:
        primary = article.events.get("primary", ())
        wish = plan["events"].get(primary[0], plan["default"]) if primary else plan["no_event"]
        total = sum(wish["sides"].values())
        volume = wish.get("volume", 1.0) * plan["status_volume"][article.comments] * rng.uniform(0.6, 1.5)
        drafts[article.slug] = Draft(article, volume, {side: n / total for side, n in wish["sides"].items()})
    scale = plan["total"] / sum(draft.quota for draft in drafts.values())
    for draft in drafts.values():
        draft.quota *= scale
    return drafts


def _hosts(root: PoolComment, drafts: dict[str, Draft], plan: dict[str, Any]) -> dict[str, float]:
    """Return the articles a comment may stand under because of what it is about, by weight."""
    if root.article is not None:
        return {root.article: 1.0}
    if root.event == ANY_EVENT:
        return {}
    weights: dict[str, float] = {}
    for slug, draft in drafts.items():
        roles = [role for role, ids in draft.article.events.items() if root.event in ids]
        if roles and draft.quota > 0:
            room = max(0.05, 1 - len(draft.entries) / draft.quota)
            affinity = plan["languages"][draft.article.language].get(root.language, 0) + 0.5
            weights[slug] = room * affinity * max(ROLE_WEIGHT[role] for role in roles)
    return weights or _soon_after(root.event, drafts)


def _soon_after(event: str, drafts: dict[str, Draft]) -> dict[str, float]:
    """Return the articles of the days after the first one on `event`, for comments on an article that takes none."""
    about = [d.article.published_at for d in drafts.values() if any(event in ids for ids in d.article.events.values())]
    if not about:
        return {}
    first = min(about)
    return {
        slug: draft.quota
        for slug, draft in drafts.items()
        if draft.article.events and first <= draft.article.published_at <= first + NEARBY
    }


def _plant(draft: Draft, root: PoolComment, replies: Mapping[str, Sequence[PoolComment]], max_depth: int) -> None:
    """Place `root` with all its replies; what would nest too deep answers the deepest ancestor allowed."""
    waiting: list[tuple[PoolComment, Entry | None]] = [(root, None)]
    while waiting:
        comment, parent = waiting.pop()
        while parent is not None and parent.depth >= max_depth:
            parent = parent.parent
        entry = Entry(comment, parent, comment.text, comment.side, comment.edit)
        draft.entries.append(entry)
        waiting.extend((reply, entry) for reply in replies.get(comment.pool_id, ()))


def _fill(
    drafts: list[Draft],
    general: dict[tuple[str, str], list[PoolComment]],
    replies: Mapping[str, Sequence[PoolComment]],
    plan: dict[str, Any],
    rng: Random,
) -> None:
    """Place the general comments one by one where they are missed most, until none is left."""
    depth = int(plan["max_depth"])
    while any(general.values()):
        gaps = {i: max(0.0, d.quota - len(d.entries)) for i, d in enumerate(drafts)}
        index = pick(rng, gaps)
        draft = drafts[pick(rng, {i: d.quota for i, d in enumerate(drafts)}) or 0 if index is None else index]
        affinity = plan["languages"][draft.article.language]
        wanted = draft.wanted()
        weights = {
            (side, language): (wanted.get(side, 0.0) ** 2 + 0.001) * affinity.get(language, 0)
            for (side, language), pile in general.items()
            if pile
        }
        key = pick(rng, weights) or next(key for key, pile in general.items() if pile)
        _plant(draft, general[key].pop(), replies, depth)


def _repeat(drafts: list[Draft], plan: dict[str, Any], rng: Random) -> None:
    """Add copies: a share of all comments pasted again, then slogans where a thread falls short of its number."""
    lively = [draft for draft in drafts if draft.quota > 0]
    originals = [
        entry
        for draft in drafts
        for entry in draft.entries
        if entry.source.event == ANY_EVENT and entry.source.article is None and entry.parent is None
    ]
    spam = [entry for entry in originals if entry.source.is_spam]
    for number in range(int(plan["repeat_share"] * sum(len(draft.entries) for draft in drafts))):
        source = rng.choice(spam if spam and number % 4 == 0 else originals)
        near = [draft for draft in lively if draft.article.language == source.source.language] or lively
        _copy(rng.choice(near), source)
    slogans = [e for e in originals if len(e.text) <= plan["slogan_length"] and not e.source.is_spam]
    used: Counter[str] = Counter()
    for draft in lively:
        for _ in range(int(draft.quota - len(draft.entries))):
            chosen = pick(rng, _slogan_weights(draft, slogans, used, plan))
            if chosen is None:
                break
            used[chosen.text] += 1
            _copy(draft, chosen)


def _slogan_weights(
    draft: Draft, slogans: Sequence[Entry], used: Mapping[str, int], plan: dict[str, Any]
) -> dict[Entry, float]:
    """Weigh what has not been said here yet by the side that is missing, the language, and how worn it is."""
    affinity = plan["languages"][draft.article.language]
    wanted = draft.wanted()
    said = {entry.text for entry in draft.entries}
    return {
        entry: wanted.get(entry.side, 0.0) * affinity.get(entry.source.language, 0) / (1 + used.get(entry.text, 0)) ** 4
        for entry in slogans
        if entry.text not in said
    }


def _copy(draft: Draft, source: Entry) -> None:
    draft.entries.append(Entry(source.source, None, source.text, source.side, None, source))


def _leave_empty(drafts: Iterable[Draft], plan: dict[str, Any], rng: Random) -> None:
    """Add comments without words: what is left of a picture or sticker that the page did not keep."""
    lively = [draft for draft in drafts if draft.entries]
    for _ in range(int(plan["empty_share"] * sum(len(draft.entries) for draft in lively))):
        draft = pick(rng, {i: len(d.entries) for i, d in enumerate(lively)}) or 0
        entries = lively[draft].entries
        model = rng.choice(entries)
        parent = model if rng.random() < 0.4 and model.depth < plan["max_depth"] else None
        entries.append(Entry(model.source, parent, "", EMPTY))
