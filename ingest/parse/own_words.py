"""What in a comment is its writer's own: the site's notices and marks of removed comments are not.

Whole lines and whole texts only, in the languages of `phrases`: a reader may well write about "this comment".
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.parse import phrases
from ingest.records import Comment, Page

LONGEST = 160
WHY = r"(?: .{1,80})?"
REMOVED = re.compile(
    r"^\W*(?:deleted|removed"
    r"|(?:this |your )?(?:comment|post|message|reply)(?: has been| was| is)? (?:removed|deleted|hidden)" + WHY + r""
    r"|(?:deleted|removed) by .{1,40}"
    r"|(?:этот |данный |ваш )?(?:комментарий|сообщение|коммент|пост) (?:был[оа]? )?(?:удал[её]н[оа]?|скрыт[оа]?)"
    + WHY
    + r""
    r"|(?:bu )?(?:yorum|mesaj) (?:.{0,30} )?(?:silin(?:di|miş(?:tir)?)|kaldırıl(?:dı|mış(?:tır)?))"
    r"|(?:bu )?(?:şərh|rəy) (?:silin(?:ib|di|mişdir)|ləğv (?:edilib|olunub))"
    r"|(?:այս )?(?:մեկնաբանությունը|գրառումը) (?:հեռացվ|ջնջվ)(?:ել|ած) է"
    r"|(?:ce |votre )?(?:commentaire|message) (?:a été )?(?:supprimé|retiré|effacé)" + WHY + r""
    r"|(?:dieser |ihr )?(?:kommentar|beitrag) (?:wurde )?(?:.{1,40} )?(?:gelöscht|entfernt)"
    r"|(?:este |su )?(?:comentario|mensaje) (?:ha sido |fue |está )?(?:eliminado|borrado|suprimido|retirado)"
    + WHY
    + r""
    r")\W*$",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"^\W*(?:deleted|removed|удал[её]н[оа]?|silindi|silinib|supprimé|gelöscht|eliminado)\W*$", re.IGNORECASE
)
MARK = re.compile(r"^\W*(?:deleted|removed)\W*$", re.IGNORECASE)
BRACKETS = "[]()<>*_—–-"


def own_page(page: Page) -> Page:
    """Return `page` with only the readers' own words in its comments."""
    comments = tuple(map(own_comment, page.comments))
    return page if comments == page.comments else replace(page, comments=comments)


def own_comment(comment: Comment) -> Comment:
    """Return `comment` without the site's notices; empty, and by nobody, where it says only that it was removed."""
    text = own_words(comment.text)
    if text is comment.text:
        return comment
    nameless = not text and NOBODY.match(comment.author or "") is not None
    return replace(comment, text=text, author=None if nameless else comment.author)


def own_words(text: str) -> str:
    """Return `text` itself where it has nothing of the site's, else what remains of it."""
    if len(text) <= LONGEST and REMOVED.match(text) and _is_notice(text):
        return ""
    lines = text.split("\n")
    kept = [line for line in lines if not (len(line) <= LONGEST and phrases.MODERATION.match(line))]
    return text if len(kept) == len(lines) else "\n".join(kept).strip()


def _is_notice(text: str) -> bool:
    """Tell a mark from a reader's one word: "Deleted" alone says nothing of who wrote it, "[deleted]" does."""
    return not MARK.match(text) or text.strip()[:1] in BRACKETS
