"""Pages whose comments are kept by another site: which one, and under what name it knows the thread."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from ingest.parse.decode import squeeze
from ingest.parse.selectors import Selector, compiled, css_of
from ingest.parse.tree import PageTree

MAX_SCRIPT = 50_000
MAX_THREAD = 300


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's comments appear, and where the thread's name stands: attributes there, else in a script."""

    name: str
    place: tuple[Selector, ...]
    attributes: tuple[str, ...] = ()
    script: re.Pattern[str] | None = None


PROVIDERS = (
    Provider(
        "disqus",
        compiled("#disqus_thread", "script[src*='.disqus.com/embed']"),
        ("data-disqus-identifier", "data-identifier", "data-disqus-url"),
        re.compile(
            r"(?:disqus_identifier|page\.identifier|\"disqusIdentifier\"|\"?disqus_url\"?|page\.url)"
            r"\s*[=:]\s*['\"]([^'\"\n]{1,300})['\"]"
        ),
    ),
    Provider("facebook", compiled(".fb-comments", "[data-plugin=fb-comments]"), ("data-href", "href")),
    Provider(
        "coral",
        compiled("#coral_thread", "#coral_talk_stream", "#coral-thread", "[data-coral-id]"),
        ("data-story-id", "data-coral-id", "data-asset-id", "data-story-url"),
        re.compile(r"story(?:ID|URL|Id|Url)\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),
    ),
    Provider(
        "openweb",
        compiled("[data-spotim-module=conversation]", "[data-spot-id]", "script[src*='spot.im/']"),
        ("data-post-id", "data-post-url"),
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
        re.compile(r"HYVOR_TALK_CONFIG[^}]{0,300}?id\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),
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
        re.compile(r"remark_config[^}]{0,600}?\burl\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),
    ),
    Provider("commento", compiled("#commento"), ("data-page-id",)),
    Provider(
        "livefyre",
        compiled("#livefyre-comments", "#livefyre", "[data-lf-article-id]", ".livefyre-comments"),
        ("data-lf-article-id", "data-article-id"),
        re.compile(r"articleId['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),
    ),
    Provider(
        "cackle",
        compiled("#mc-container"),
        (),
        re.compile(r"cackle_widget[^}]{0,600}?\bchannel['\"]?\s*:\s*['\"]?([^'\",}\s]{1,300})"),
    ),
    Provider(
        "vk",
        compiled("#vk_comments", "[id^=vk_comments]"),
        ("data-page-id",),
        re.compile(r"VK\.Widgets\.Comments\([^)]{0,400}?(?:pageUrl['\"]?\s*:\s*|\}\s*,\s*)['\"]?([^'\",)}\s]{1,300})"),
    ),
    Provider(
        "hypercomments",
        compiled("#hypercomments_widget"),
        ("data-xid",),
        re.compile(r"_hcwp[^}]{0,600}?\bxid['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),
    ),
    Provider(
        "vuukle",
        compiled("#vuukle-comments", ".vuukle-comments", "#vuukle_div", "#vuukle-comments-box"),
        ("data-article-id",),
        re.compile(r"VUUKLE_CONFIG[^}]{0,600}?articleId['\"]?\s*:\s*['\"]([^'\"\n]{1,300})['\"]"),
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
        re.compile(r"idcomments_post_id\s*=\s*['\"]([^'\"\n]{1,300})['\"]"),
    ),
    Provider(
        "discourse",
        compiled("#discourse-comments"),
        (),
        re.compile(r"(?:discourseEmbedUrl|topicId)['\"]?\s*:\s*['\"]?([^'\",}\s]{1,300})"),
    ),
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
    if provider.script is not None:
        for script in page.scripts(""):
            if len(script) <= MAX_SCRIPT and (match := provider.script.search(script)):
                return squeeze(match.group(1).replace("\\/", "/"))
    return None
