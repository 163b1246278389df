"""Comments that a page states in the words of schema.org: as microdata, RDFa and JSON-LD."""

from __future__ import annotations

import re

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled

MICRODATA = MarkupFamily(
    name="schema_org",
    version="schema_org-1",
    valid="schema.org Comment and UserComments as microdata or RDFa",
    comment=compiled(
        "[itemtype$='schema.org/Comment']",
        "[itemtype$='schema.org/UserComments']",
        "[typeof='Comment']",
        "[typeof='schema:Comment']",
        "[typeof='sioc:Post sioct:Comment']",
    ),
    ids=re.compile(r"(?:^|[^\d])(?P<id>\d{1,18})/?$"),
    text_required=True,
    id_attributes=("id", "data-comment-id", "data-id", "itemid", "resource", "about"),
    author=compiled(
        "[itemprop=author] [itemprop=name]",
        "[itemprop=creator] [itemprop=name]",
        "[itemprop=author]",
        "[itemprop=creator]",
        "[property='author'] [property='name']",
        "[property='schema:author'] [property='schema:name']",
        "[rel='sioc:has_creator']",
        "[property='author']",
        ".author",
        ".username",
    ),
    time=compiled(
        "[itemprop=datePublished]",
        "[itemprop=dateCreated]",
        "[itemprop=commentTime]",
        "[property='datePublished']",
        "[property='dateCreated']",
        "[property='schema:dateCreated']",
        "[property~='dc:date']",
        "time[datetime]",
    ),
    text=compiled(
        "[itemprop=text]",
        "[itemprop=commentText]",
        "[itemprop=description]",
        "[property='text']",
        "[property='schema:text']",
        "[property='content:encoded']",
    ),
    noise=compiled("[itemprop=upvoteCount]", "[itemprop=interactionStatistic]", "[itemprop=headline]"),
)
