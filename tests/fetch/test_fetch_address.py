"""One page, one address."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.address import article_address, is_web_address, normalise_url, outlet_of, without_tracking


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("HTTP://Example.ORG:80/a#comment-7", "http://example.org/a"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org./a?utm_source=x&b=2&a=1&fbclid=q", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a/?replytocom=12#respond", "https://example.org/a/"),
        ("https://example.org:8443/a?p=1&p=2", "https://example.org:8443/a?p=1&p=2"),
        ("https://example.org/новости", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
        ("urn:sha256:ab", "urn:sha256:ab"),
        ("http://[broken", "http://[broken"),
        ("http://example.org:99999/", "http://example.org:99999/"),
    ],
)
def test_an_address_has_one_spelling(written: str, expected: str) -> None:
    assert normalise_url(written) == expected


def test_a_trailing_slash_is_kept() -> None:
    assert normalise_url("http://example.org/a/") != normalise_url("http://example.org/a")


_PIECES = st.text(
    st.sampled_from(string.ascii_letters + string.digits + "%&=?+;:@!*'()[]{}|~ #éя漢\\^\"<>`$,._-/"), max_size=25
)


@given(
    scheme=st.sampled_from(["http", "https", "HTTP"]),
    host=st.sampled_from(["example.org", "EXAMPLE.org", "www.example.org.", "bücher.example", "[::1]", "127.0.0.1"]),
    port=st.sampled_from(["", ":80", ":443", ":8080"]),
    path=_PIECES,
    query=_PIECES,
    noise=st.sampled_from(["", "utm_source=feed", "fbclid=1", "UTM_Medium=x"]),
)
def test_normalising_twice_changes_nothing_and_noise_never_shows(
    scheme: str, host: str, port: str, path: str, query: str, noise: str
) -> None:
    plain = f"{scheme}://{host}{port}/{path.replace('?', '').replace('#', '')}?{query.replace('#', '').strip()}"
    once = normalise_url(plain)
    assert normalise_url(once) == once
    if is_web_address(plain):
        assert normalise_url(f"{plain}&{noise}#part") == once
        assert normalise_url(without_tracking(f"{plain}&{noise}#part")) == once


@pytest.mark.parametrize(
    ("url", "canonical", "expected"),
    [
        ("http://e.org/a/comment-page-2/?utm_id=1", None, "http://e.org/a/"),
        ("http://e.org/a/comment-page-2", None, "http://e.org/a"),
        ("http://e.org/?p=7&cpage=3", None, "http://e.org/?p=7"),
        ("http://www.e.org/amp/a", "https://e.org/a/comment-page-1/#comments", "https://e.org/a/"),
        ("http://e.org/a", "/b", "http://e.org/b"),
        ("http://e.org/a", "https://other.org/a", "http://e.org/a"),
        ("http://e.org/a", "https://e.org/", "http://e.org/a"),
        ("urn:sha256:ab", "https://e.org/a", "urn:sha256:ab"),
    ],
)
def test_comment_pages_belong_to_their_article(url: str, canonical: str | None, expected: str) -> None:
    assert article_address(url, canonical) == expected


@pytest.mark.parametrize(
    ("url", "site_name", "expected"),
    [
        ("https://www.Example.org/a", "Example", "example.org"),
        ("urn:sha256:ab", "The Daily  News!", "the-daily-news"),
        ("urn:sha256:ab", "Новости", "новости"),
        ("urn:sha256:ab", None, "unknown"),
    ],
)
def test_outlet(url: str, site_name: str | None, expected: str) -> None:
    assert outlet_of(url, site_name) == expected
