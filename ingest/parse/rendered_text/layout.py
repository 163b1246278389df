"""The article of a rendered page: title, body, tags and site, without what the theme printed around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ingest.parse import phrases
from ingest.parse.dates import Reader
from ingest.parse.rendered_text.comment import date_of
from ingest.parse.rendered_text.entries import is_heading
from ingest.parse.rendered_text.lines import Line, paragraphs

CRUMB = re.compile(r"\s+(?:/|»|›|>|→|::|\\|⁄)\s+")
HOME = re.compile(
    r"^\W*(?:home(?:page)?|start|startseite|accueil|inicio|início|главная|головна|ana ?sayfa|ana səhifə|գլխավոր"
    r"|მთავარი|首页)\W*$",
    re.IGNORECASE,
)
WINDOW = re.compile(r"\s+[|–—»·-]\s+")
SKIPPED = re.compile(
    r"^(?:skip to (?:main )?content|menu|search|navigation|toggle navigation|close|log ?in|sign in|subscribe)$",
    re.IGNORECASE,
)

SHARE = re.compile(
    r"^[–—\-•*►▶👉\s]*(?:subscribe(?: to| now| here|$|:)|follow (?:us|@)|find us|like us|join us on"
    r"|check (?:out )?our|visit our|download our|watch us"
    r"|our (?:website|channel)|share (?:this|on|via)|share$|click to (?:share|email|print)|tweet$|pin it$"
    r"|print$|e-?mail$|(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit|vkontakte)$"
    r"|подпи(?:сывайтесь|шитесь)|поделиться|abone ol|takip et|paylaş|abunə ol|bizi izlə|suscríbete|síguenos"
    r"|compartir|abonnez-vous|suivez-nous|partager)",
    re.IGNORECASE,
)
SHARE_TAIL = re.compile(r"(?::\s*(?:https?://\S+)?|https?://\S+)$")
ENDING = re.compile(
    r"^\W*(?:check also|see also|read also|also read|related (?:posts?|articles?|news|stories|topics)"
    r"|you (?:may|might) also (?:like|enjoy|be interested in)|more from .{1,40}"
    r"|recommended(?: for you)?|recent posts|popular posts|previous (?:post|article)|next (?:post|article)"
    r"|post navigation|about the author|like this|leave a (?:reply|comment)"
    r"|читайте также|похожие (?:записи|новости|статьи)|по теме|ilgili (?:haberler|yazılar)|benzer (?:haberler"
    r"|yazılar)|oxşar xəbərlər|artículos relacionados|articles similaires"
    r"|verwandte (?:artikel|beiträge)|կարդացեք նաև)\W*$",
    re.IGNORECASE,
)
ABOUT = re.compile(r"^About\s+(?P<name>\S.{0,58}?[^.!?:;,])$")
TAGS = re.compile(
    r"^(?:tags?|tagged(?: with)?|теги|метки|etiketler|etiketlər|etiquetas|schlagwörter"
    r"|mots-clés)\s*[:：]?\s+(?P<tags>\S.*)$",
    re.IGNORECASE,
)
HASHTAG = re.compile(r"^#[^\W_][\w·]*[,;]?$")
BYLINE = re.compile(
    r"^(?:posted |written |published )?by\s*:?\s+(?P<name>[^|•·\d]{2,50}?)(?:\s*(?:[|•·–—-]|,"
    r"|\bon\b)\s*(?P<date>.*\d.*))?$",
    re.IGNORECASE,
)
MAX_TAIL = 4
MAX_TITLE = 400


@dataclass(frozen=True, slots=True)
class Article:
    """What a rendered page says of its article; None or empty where it says nothing."""

    title: str | None = None
    text: str = ""
    tags: tuple[str, ...] = ()
    site_name: str | None = None
    section: str | None = None
    author: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The page's first lines: where the body begins, and what the lines before it say."""

    body: int
    title: str | None = None
    section: str | None = None
    site_name: str | None = None


def read_article(lines: list[Line], reader: Reader) -> Article:
    """Read the article from the lines before the comments."""
    opening = _opening(lines)
    author, published, start = _byline(lines, opening.body, reader)
    end, site = _ending(lines, start)
    tags: list[str] = []
    kept: list[str] = []
    for line in lines[start:end]:
        marked = _tags(line.text)
        if marked:
            tags.extend(marked)
        elif not (is_share(line.text) or line.text == opening.title):
            kept.append(line.text)
    return Article(
        title=opening.title,
        text=paragraphs(kept),
        tags=tuple(dict.fromkeys(tags)),
        site_name=site or opening.site_name,
        section=opening.section,
        author=author,
        published_at=published,
    )


def is_share(text: str) -> bool:
    """Tell whether a line asks to follow, subscribe or share rather than tells anything."""
    return (
        len(text) <= 120 and SHARE.match(text) is not None and (len(text) <= 60 or SHARE_TAIL.search(text) is not None)
    )


def _opening(lines: list[Line]) -> Opening:
    filled = [index for index, line in enumerate(lines) if line.text and not SKIPPED.match(line.text)]
    if not filled:
        return Opening(len(lines))
    top = filled[0]
    crumbs = [piece.strip() for piece in CRUMB.split(lines[top].text[:MAX_TITLE])]
    later = {lines[index].text: index for index in reversed(filled[1:40])}
    if len(crumbs) > 1 and (HOME.match(crumbs[0]) or crumbs[-1] in later):
        inner = [crumb for crumb in crumbs if not HOME.match(crumb)]
        titled = later.get(inner[-1]) if inner else None
        if titled is not None:
            return Opening(titled + 1, inner[-1], inner[-2] if len(inner) > 1 else None)
        if len(filled) > 1:
            return Opening(filled[1] + 1, lines[filled[1]].text, inner[-1] if inner else None)
    return _window_title(lines, top, filled)


def _window_title(lines: list[Line], top: int, filled: list[int]) -> Opening:
    """Read a first line such as "Headline – Site", as saved pages and WET records have it."""
    title = lines[top].text
    pieces = WINDOW.split(title[:MAX_TITLE])
    for index in filled[1:200]:
        text = lines[index].text
        if len(text) >= 12 and (text == title or (len(pieces) > 1 and title.startswith(text))):
            rest = WINDOW.sub("", title[len(text) : MAX_TITLE], count=1).strip()
            return Opening(index + 1, text, None, rest or None)
    return Opening(top + 1, title)


def _byline(lines: list[Line], start: int, reader: Reader) -> tuple[str | None, datetime | None, int]:
    """Take author and date from the lines just below the title; return where the body begins."""
    author: str | None = None
    published: datetime | None = None
    stated = Reader(reader.language, None, reader.month_first)
    begin = start
    for index in [index for index in range(start, min(start + 12, len(lines))) if lines[index].text][:4]:
        text = lines[index].text
        match = BYLINE.match(text[:160])
        if match and author is None:
            author = match.group("name").strip()
            published = published or date_of(match.group("date") or "", stated).at
        elif published is None and (at := date_of(text, stated).at) is not None:
            published = at
        elif not is_heading(text):
            break
        begin = index + 1
    return author, published, begin


def _ending(lines: list[Line], start: int) -> tuple[int, str | None]:
    """Return where the body ends, and the name in the box "About …" that stands between body and end."""
    end = len(lines)
    for index in range(start, len(lines)):
        text = lines[index].text
        if text and (ENDING.match(text) or is_heading(text) or phrases.REPLY_FORM.match(text[:160])):
            end = index
            break
    filled = [index for index in range(start, end) if lines[index].text]
    for index in reversed(filled[-MAX_TAIL:]):
        about = ABOUT.match(lines[index].text)
        if (
            about
            and len(about.group("name").split()) <= 6
            and (index == filled[-1] or end < len(lines))
            and index != filled[0]
        ):
            return index, about.group("name").strip()
    return end, None


def _tags(text: str) -> list[str]:
    words = text.split()
    if words and all(HASHTAG.match(word) for word in words):
        return [word.strip("#,;") for word in words]
    match = TAGS.match(text) if len(text) <= 400 else None
    if match:
        return [tag for piece in re.split(r"[,;#|]", match.group("tags")) if (tag := piece.strip()) and len(tag) <= 60]
    return []
