"""Comments that a page states in the words of schema.org: as microdata, RDFa and JSON-LD."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled

# What else is named so (a count of comments, an action) states no text, and one name is looked for faster than ten.
MICRODATA = MarkupFamily(
    name="schema_org",
    version="schema_org-3",
    valid="schema.org Comment and UserComments as microdata or RDFa",
    comment=compiled("[itemtype*='Comment']", "[typeof*='Comment']"),
    ids=re.compile(r"(?:^|[^\d])(?P<id>\d{1,18})/?$"),
    text_required=True,
    id_attributes=("id", "data-comment-id", "data-id", "itemid", "resource", "about"),
    author=compiled(
        "[itemprop=author] [itemprop=name]",
        "[itemprop=creator] [itemprop=name]",
        "[itemprop=author]",
        "[itemprop=creator]",
        "[property='author'] [property='name']",
        "[property='creator'] [property='name']",
        "[property='schema:author'] [property='schema:name']",
        "[property='schema:creator'] [property='schema:name']",
        "[rel='sioc:has_creator'] [property='foaf:name']",
        "[rel='sioc:has_creator']",
        "[property='author']",
        "[property='creator']",
        "[property='schema:author']",
        "[property='schema:creator']",
        ".author",
        ".username",
    ),
    time=compiled(
        "[itemprop=datePublished]",
        "[itemprop=dateCreated]",
        "[itemprop=commentTime]",
        "[property='datePublished']",
        "[property='dateCreated']",
        "[property='commentTime']",
        "[property='schema:datePublished']",
        "[property='schema:dateCreated']",
        "[property='schema:commentTime']",
        "[property~='dc:date']",
        "time[datetime]",
    ),
    text=compiled(
        "[itemprop=text]",
        "[itemprop=commentText]",
        "[itemprop=description]",
        "[itemprop=articleBody]",
        "[property='text']",
        "[property='commentText']",
        "[property='description']",
        "[property='schema:text']",
        "[property='schema:commentText']",
        "[property='schema:description']",
        "[property='content:encoded']",
    ),
    noise=compiled("[itemprop=upvoteCount]", "[itemprop=interactionStatistic]", "[itemprop=headline]"),
)
QUESTIONS = replace(
    MICRODATA,
    version="schema_org_questions-1",
    valid="schema.org QAPage as microdata; the answers of a FAQPage are the site's own",
    comment=(*compiled("[itemtype$='schema.org/Answer']"), *MICRODATA.comment),
    only_with=compiled("[itemtype$='schema.org/QAPage']"),
)
