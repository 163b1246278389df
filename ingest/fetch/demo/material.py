"""Reads the hand-written material in data/demo: articles, pool of comments, people, plan, the site's words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

COMMENT_POLICIES = frozenset({"open", "long", "closed", "closed_later", "none"})
SECOND_EDITIONS = frozenset({"new", "gone", "updated"})
ANY_EVENT = "any"


class DemoError(ValueError):
    """The demo corpus cannot be used; the message names the file, the line and the mend."""


@dataclass(frozen=True, slots=True)
class Article:
    """One invented article. `events` maps a role (primary, secondary, background, historical) to event ids."""

    number: int
    slug: str
    title: str
    published_at: datetime
    updated_at: datetime | None
    author: str
    section: str
    language: str
    tags: tuple[str, ...]
    states_date: bool
    comments: str
    second_edition: str | None
    second_updated_at: datetime | None
    second_paragraph: str | None
    events: Mapping[str, tuple[str, ...]]
    paragraphs: tuple[str, ...]

    @property
    def post_id(self) -> int:
        """The number the site's software would have given it."""
        return 300 + 7 * self.number

    @property
    def path(self) -> str:
        """Path of the page, from the root of the site."""
        return f"/{self.section.lower()}/{self.slug}/"

    @property
    def is_closed(self) -> bool:
        """True where readers can no longer comment."""
        return self.comments in {"closed", "closed_later"}


@dataclass(frozen=True, slots=True)
class PoolComment:
    """One hand-written comment, not yet placed. `article` ties it to one article; `event` may be `any`."""

    pool_id: str
    language: str
    side: str
    event: str
    text: str
    reply_to: str | None
    edit: str | None
    is_spam: bool
    article: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Invented readers who write in these languages and take these sides."""

    languages: tuple[str, ...]
    sides: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything hand-written; `plan` and `site` are plan.toml and site.toml as they stand."""

    articles: tuple[Article, ...]
    pool: tuple[PoolComment, ...]
    groups: tuple[Group, ...]
    plan: dict[str, Any]
    site: dict[str, Any]

    def as_of(self, edition: int) -> datetime:
        """Return the moment that `edition` shows. Raises DemoError where there is no such edition."""
        moments: dict[int, datetime] = {entry["number"]: entry["as_of"] for entry in self.site["editions"]}
        if edition not in moments:
            raise DemoError(f"the demo has no edition {edition}; there are {', '.join(map(str, sorted(moments)))}")
        return moments[edition]


def read_material(folder: Path) -> Material:
    """Read all of `folder` (data/demo). Raises DemoError naming file, line and mend."""
    articles = tuple(_article(path) for path in sorted((folder / "articles").glob("*.md")))
    if not articles:
        raise DemoError(f"{folder / 'articles'} holds no article; the demo corpus is not where it should be")
    people = _toml(folder / "people.toml")
    groups = tuple(Group(tuple(g["languages"]), tuple(g["sides"]), tuple(g["names"])) for g in people.get("groups", ()))
    pool = _pool(folder, frozenset(article.slug for article in articles))
    return Material(articles, pool, groups, _toml(folder / "plan.toml"), _toml(folder / "site.toml"))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DemoError(f"{path} is missing; the demo site cannot be put together without it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DemoError(f"{path} is not valid TOML: {error}") from error


def _article(path: Path) -> Article:
    _, head_text, body = [*path.read_text(encoding="utf-8").split("+++\n", 2), "", ""][:3]
    try:
        head = tomllib.loads(head_text)
        article = Article(
            number=int(path.stem.split("-")[0]),
            slug=path.stem.partition("-")[2],
            title=head["title"],
            published_at=head["published_at"],
            updated_at=head.get("updated_at"),
            author=head["author"],
            section=head["section"],
            language=head["language"],
            tags=tuple(head["tags"]),
            states_date=head.get("states_date", True),
            comments=head.get("comments", "open"),
            second_edition=head.get("second_edition"),
            second_updated_at=head.get("second_updated_at"),
            second_paragraph=head.get("second_paragraph"),
            events={role: tuple(ids) for role, ids in head["events"].items()},
            paragraphs=tuple(part.strip() for part in body.split("\n\n") if part.strip()),
        )
    except KeyError as error:
        raise DemoError(f"{path}: the front matter lacks {error}") from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise DemoError(f"{path}: the front matter between the two +++ lines cannot be read: {error}") from error
    if article.comments not in COMMENT_POLICIES or article.second_edition not in {None, *SECOND_EDITIONS}:
        raise DemoError(f"{path}: comments or second_edition is not one of the known words; see data/demo/README.md")
    return article


def _pool(folder: Path, slugs: frozenset[str]) -> tuple[PoolComment, ...]:
    files = [*sorted((folder / "comments").glob("*.jsonl")), folder / "extra_comments.jsonl"]
    pool: dict[str, PoolComment] = {}
    for where, row in (line for path in files if path.exists() for line in _lines(path)):
        try:
            comment = PoolComment(
                pool_id=row["id"],
                language=row["lang"],
                side=row["side"],
                event=row["event"],
                text=row["text"],
                reply_to=row.get("reply_to"),
                edit=row.get("edit"),
                is_spam=row.get("kind") == "spam",
                article=row.get("article"),
            )
        except KeyError as error:
            raise DemoError(f"{where}: the key {error} is missing") from None
        if comment.pool_id in pool:
            raise DemoError(f"{where}: the id {comment.pool_id} stands twice")
        if comment.article is not None and comment.article not in slugs:
            raise DemoError(f"{where}: there is no article {comment.article!r}")
        pool[comment.pool_id] = comment
    for comment in pool.values():
        if comment.reply_to is not None and comment.reply_to not in pool:
            raise DemoError(f"{folder}: {comment.pool_id} answers {comment.reply_to}, which is not in the pool")
    return tuple(pool.values())


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    # Not splitlines: a comment may hold U+2028, which is no end of a JSON line.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                yield f"{path}:{number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise DemoError(f"{path}:{number}: not a JSON object: {error}") from error
