"""One page, one address: how addresses are normalised, and which article, host and outlet a page belongs to.

A trailing slash is kept as the page has it: `/a` and `/a/` may be two pages, and only the site can say (by a redirect
or a canonical link). The scheme is kept too, for the same reason.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote_plus, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

from ingest.fetch.paging import thread_of

_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_")
_TRACKING_NAMES = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "igshid", "mc_cid"}
    | {"mc_eid", "_ga", "_gl", "_openstat", "replytocom"}
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_web_address(url: str | None) -> bool:
    """Tell whether `url` is an absolute http or https address with a host."""
    parts = _split(url or "")
    return parts is not None and parts.scheme in _DEFAULT_PORTS and bool(parts.hostname)


def host_of(url: str) -> str:
    """Return the host of `url`, lower case, without the final dot; empty where there is none."""
    parts = _split(url)
    return ((parts.hostname if parts else None) or "").rstrip(".")


def fold_www(host: str) -> str:
    """Return `host` without a leading `www.`."""
    return host.removeprefix("www.")


def normalise_url(url: str) -> str:
    """Return the one spelling of an http(s) address; anything else comes back as it is.

    Host in lower case, no default port, no fragment, no tracking parameters, parameters sorted, percent-encoding
    unified. Normalising twice changes nothing more.
    """
    url = url.strip()
    if not is_web_address(url):
        return url
    # A parameter hidden behind another's percent-encoding shows only after one pass, so go on until nothing changes.
    for _ in range(4):
        before, url = url, _normalise_once(url)
        if url == before or not is_web_address(url):
            return before
    return url


def without_tracking(url: str) -> str:
    """Return an address fit to be asked: without fragment and tracking parameters, otherwise spelt as it was."""
    parts = _split(url.strip())
    if parts is None or not is_web_address(url.strip()):
        return url
    return urlunsplit(parts._replace(query=_kept(parts.query), fragment=""))


def article_address(url: str, canonical: str | None = None) -> str:
    """Return the address of the article a page belongs to: the canonical link if it may be had, no paging of a thread.

    A canonical link counts where its host is the page's own (www or not) and it is not the home page of the site,
    which some themes print on every page.
    """
    chosen = normalise_url(url)
    if canonical and is_web_address(url):
        target = normalise_url(urljoin(url, canonical.strip()))
        if is_web_address(target) and _same_site(url, target) and not _is_home(target):
            chosen = target
    return thread_of(chosen) if is_web_address(chosen) else chosen


def outlet_of(page_url: str, site_name: str | None) -> str:
    """Return the outlet's id: the host without www, else a slug of the site's name, else `unknown`."""
    host = fold_www(host_of(page_url)) if is_web_address(page_url) else ""
    slug = re.sub(r"[\W_]+", "-", (site_name or "").casefold()).strip("-")
    return host or slug or "unknown"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _normalise_once(url: str) -> str:
    parts = _split(url)
    if parts is None:
        return url
    try:
        # Without its fragment first: white space before one would be kept, and at the end of an address is dropped.
        bare = parts._replace(query=_kept(parts.query), netloc=_netloc(parts), fragment="")
        clean: str = canonicalize_url(urlunsplit(bare))
    except (ValueError, UnicodeError):
        return url
    return clean


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _kept(query: str) -> str:
    return "&".join(item for item in query.split("&") if item and not _is_tracking(item))


def _is_tracking(item: str) -> bool:
    name = unquote_plus(item.partition("=")[0]).casefold()
    return name.startswith(_TRACKING_PREFIXES) or name in _TRACKING_NAMES


def _same_site(one: str, other: str) -> bool:
    return fold_www(host_of(one)) == fold_www(host_of(other))


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def checked_web_address(url: str) -> str:
    """Return `url` safely encoded. Raises ValueError where it is not an http(s) address."""
    if not is_web_address(url.strip()):
        raise ValueError(f"{url!r} is not a web address; give the whole of it, such as https://example.org/news/1")
    safe: str = safe_url_string(url.strip())
    return safe
