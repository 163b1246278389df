"""Pages whose comments are kept by another site: which one, and under what name it knows the thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from ingest.parse.decode import squeeze
from ingest.parse.selectors import Selector, compiled, css_of
from ingest.parse.tree import PageTree

MAX_SCRIPT = 50_000
MAX_THREAD = 300


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's comments appear, and where the thread's name stands.

    In attributes there, in the query of an address there (`src`), else in a script: an id before an address.
    """

    name: str
    place: tuple[Selector, ...]
    attributes: tuple[str, ...] = ()
    script: tuple[re.Pattern[str], ...] = ()
    src: str | None = None


def stated(names: str) -> re.Pattern[str]:
    """Return a pattern for what a script states under one of `names`: a string, or a bare number."""
    return re.compile(rf"(?:{names})['\"]?\s*[=:]\s*['\"]?((?<=['\"])[^'\"\n]{{1,300}}|\d{{1,20}}\b)")


PROVIDERS = (
    Provider(
        "disqus",
        compiled("#disqus_thread", "script[src*='.disqus.com/embed']"),
        ("data-disqus-identifier", "data-identifier", "data-disqus-url"),
        (
            stated(r"disqus_identifier|page\.identifier|disqusIdentifier"),
            stated(r"disqus_url|page\.url"),
        ),
    ),
    Provider(
        "facebook",
        compiled(
            ".fb-comments",
            "[data-plugin=fb-comments]",
            r"fb\:comments",
            "iframe[src*='facebook.com/plugins/comments.php']",
        ),
        ("data-href", "href"),
        src="href",
    ),
    Provider(
        "coral",
        compiled("#coral_thread", "#coral_talk_stream", "#coral-thread", "[data-coral-id]"),
        ("data-story-id", "data-coral-id", "data-asset-id", "data-story-url"),
        (stated(r"story_?I[dD]|asset_?(?:id|I[dD])"), stated(r"story_?U(?:RL|rl)|asset_?(?:url|U(?:RL|rl))")),
    ),
    Provider(
        "openweb",
        compiled(
            "[data-spotim-module=conversation]",
            "[data-openweb-conversation]",
            "[data-spot-id]",
            "script[src*='spot.im/']",
            "script[src*='launcher.openweb.com']",
        ),
        ("data-post-id", "data-openweb-conversation", "data-post-url"),
    ),
    Provider(
        "viafoura",
        compiled(
            "vf-conversations",
            "vf-comments",
            "div.viafoura",
            "meta[name='vf:container_id']",
            "script[src*='viafoura']",
        ),
        ("vf-container-id", "data-content-container-id", "content"),
    ),
    Provider(
        "hyvor",
        compiled("hyvor-talk-comments", "#hyvor-talk-view"),
        ("page-id", "data-page-id"),
        (re.compile(r"HYVOR_TALK_CONFIG[^}]{0,300}?id\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider(
        "giscus", compiled("script[src*='giscus.app']", "giscus-widget", ".giscus"), ("data-term", "data-repo", "repo")
    ),
    Provider("utterances", compiled("script[src*='utteranc.es']"), ("issue-term", "issue-number", "repo")),
    Provider("isso", compiled("#isso-thread", "[data-isso]"), ("data-isso-id",)),
    Provider(
        "remark42",
        compiled("#remark42", ".remark42"),
        ("data-url", "data-page-url"),
        (re.compile(r"remark_config[^}]{0,600}?\burl\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider("commento", compiled("#commento"), ("data-page-id",)),
    Provider(
        "livefyre",
        compiled("#livefyre-comments", "#livefyre", "[data-lf-article-id]", ".livefyre-comments"),
        ("data-lf-article-id", "data-article-id"),
        (re.compile(r"articleId['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider(
        "cackle",
        compiled("#mc-container"),
        (),
        (re.compile(r"cackle_widget[^}]{0,600}?\bchannel['\"]?\s*:\s*['\"]?([^'\",}\s]{1,300})"),),
    ),
    Provider(
        "vk",
        compiled("#vk_comments", "[id^=vk_comments]"),
        ("data-page-id",),
        (
            re.compile(
                r"VK\.Widgets\.Comments\([^)]{0,400}?(?:pageUrl['\"]?\s*:\s*|\}\s*,\s*)['\"]?([^'\",)}\s]{1,300})"
            ),
        ),
    ),
    Provider(
        "hypercomments",
        compiled("#hypercomments_widget"),
        ("data-xid",),
        (re.compile(r"_hcwp[^}]{0,600}?\bxid['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider(
        "vuukle",
        compiled("#vuukle-comments", ".vuukle-comments", "#vuukle_div", "#vuukle-comments-box"),
        ("data-article-id",),
        (re.compile(r"VUUKLE_CONFIG[^}]{0,600}?articleId['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider(
        "insticator",
        compiled("[id^=insticator-comment]", "[class*=insticator-comment]", "[data-insticator-comment]"),
        ("data-page-id", "data-article-id", "data-site-id"),
    ),
    Provider(
        "intensedebate",
        compiled("#idc-container", "#idc-container-parent", "script[src*='intensedebate.com/js']"),
        (),
        (re.compile(r"idcomments_post_id\s*=\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider(
        "discourse",
        compiled("#discourse-comments"),
        (),
        (re.compile(r"(?:discourseEmbedUrl|topicId)['\"]?\s*:\s*['\"]?([^'\",}\s]{1,300})"),),
    ),
    Provider(
        "graphcomment",
        compiled("#graphcomment"),
        (),
        (re.compile(r"__semio__params[^;]{0,600}?\buid['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider(
        "fastcomments", compiled("#fastcomments-widget", "script[src*='fastcomments.com']"), (), (stated("urlId"),)
    ),
    Provider("cusdis", compiled("#cusdis_thread"), ("data-page-id",)),
    Provider("muut", compiled("a.muut"), ("href",)),
    Provider(
        "gitalk",
        compiled("#gitalk-container"),
        (),
        (re.compile(r"Gitalk\([^)]{0,600}?\bid['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),),
    ),
    Provider("waline", compiled("#waline")),
    Provider("twikoo", compiled("#twikoo", "#tcomment")),
    Provider("widgetpack", compiled("#wpac-comment")),
)


def comments_elsewhere(page: PageTree) -> str | None:
    """Return a sentence naming the provider and, where the page tells, the thread; None where there is no provider."""
    for provider in PROVIDERS:
        places = page.css(css_of(provider.place)) if page.vocabulary.may_match(provider.place) else []
        if places:
            thread = _thread(page, provider, places)
            known = f", thread {thread}" if thread else ""
            return f"comments are kept by {provider.name}{known}; fetch them from there"
    return None


def _thread(page: PageTree, provider: Provider, places: list[LexborNode]) -> str | None:
    for place in places:
        for name in provider.attributes:
            if value := squeeze(place.attrs.get(name) or ""):
                return value[:MAX_THREAD]
        if provider.src is not None and (value := _in_query(place.attrs.get("src") or "", provider.src)):
            return value[:MAX_THREAD]
    scripts = [script for script in page.scripts("") if len(script) <= MAX_SCRIPT] if provider.script else []
    for pattern in provider.script:
        match = next(filter(None, map(pattern.search, scripts)), None)
        if match:
            return squeeze(match.group(1).replace("\\/", "/"))
    return None


def _in_query(address: str, name: str) -> str:
    try:
        return squeeze(parse_qs(urlsplit(address).query).get(name, [""])[0])
    except ValueError:
        return ""
