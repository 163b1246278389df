"""A fake web site for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fetch.fake_site import FakeSite, serving


@pytest.fixture
def web() -> Iterator[FakeSite]:
    with serving() as site:
        yield site
