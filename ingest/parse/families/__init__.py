"""Families of comment markup that differ only in data; `ingest/parse/README.md` tells how to add one."""

from ingest.parse.families.blogs import (
    BLOGGER,
    BLOGGER_CLASSIC,
    DATALIFE,
    DRUPAL,
    JCOMMENTS,
    TYPEPAD,
    UCOZ,
    WPDISCUZ,
    WPDISCUZ_CLASSIC,
)
from ingest.parse.families.boards import (
    FLARUM,
    FLUXBB,
    INVISION,
    INVISION_COMMENTS,
    LEMMY,
    MYBB,
    NODEBB,
    SMF,
    SUBSILVER,
    XENFORO_CLASSIC,
)
from ingest.parse.families.forums import DISCOURSE, PHPBB, STACK_EXCHANGE, VBULLETIN, XENFORO
from ingest.parse.families.hosted import (
    CACKLE,
    COMMENTO,
    DISQUS,
    FACEBOOK,
    GHOST,
    HYPERCOMMENTS,
    ISSO,
    REMARK,
    SUBSTACK,
)
from ingest.parse.families.schema_org import MICRODATA, QUESTIONS
from ingest.parse.thread import Family

BEFORE_WORDPRESS: tuple[Family, ...] = (
    WPDISCUZ,
    WPDISCUZ_CLASSIC,
    DISQUS,
    FACEBOOK,
    SUBSTACK,
    GHOST,
    ISSO,
    COMMENTO,
    REMARK,
    HYPERCOMMENTS,
    CACKLE,
    STACK_EXCHANGE,
    DISCOURSE,
    XENFORO,
    XENFORO_CLASSIC,
    INVISION,
    INVISION_COMMENTS,
    PHPBB,
    SUBSILVER,
    MYBB,
    SMF,
    FLUXBB,
    FLARUM,
    NODEBB,
    LEMMY,
    VBULLETIN,
    DRUPAL,
    BLOGGER,
    BLOGGER_CLASSIC,
    JCOMMENTS,
    DATALIFE,
    UCOZ,
)
"""Their comments also carry ids like those of WordPress, or stand on pages that name a container as it does."""

AFTER_WORDPRESS: tuple[Family, ...] = (TYPEPAD, QUESTIONS, MICRODATA)

__all__ = ["AFTER_WORDPRESS", "BEFORE_WORDPRESS"]
