"""Words that pages put around comments, by meaning and in many languages: data for every family."""

from __future__ import annotations

import re

SAYS = (
    r"says|said|wrote|writes|replied|comments?|commented|dice|dijo|escribió|diz|disse|escreveu|dit|a dit"
    r"|a écrit|sagt|sagte|schreibt"
    r"|schrieb|meint|scrive|ha scritto|ha detto|zegt|schreef|schrijft|pisze|napisał\(a\)|napisał|mówi|говорит"
    r"|сказал|сказала"
    r"|пишет|написал|написала|каже|пише|сказав|dedi ki|diyor ki|dedi|diyor|yazdı|deyir|yazır|yazıb|ասում է[.։՝]?"
    r"|գրում է[.։՝]?|ասաց[.։՝]?"
    r"|ამბობს|წერს|می‌گوید|گفت|يقول|قال|说道|说|說道|說|より|sier|skriver|säger|sanoo|spune|říká|napsal"
)
SAYS_END = re.compile(
    rf"[\s,]+(?:{SAYS})(?:\s+(?:on|at))?\s*[:：]?\s*$|\s*(?:说道|說道|说|說|より)\s*[:：]\s*$", re.IGNORECASE
)
SAYS_ALONE = re.compile(rf"^\s*(?:{SAYS})\s*[:：]?\s*$", re.IGNORECASE)
SAYS_LAST = (
    *re.sub(r"\[.*?\]\?|s\?|\\", "", SAYS).casefold().split("|"),
    *("comments", "on", "at"),
)
"""With one of these ends every name that ends in a "says": looked at before the search, which is slow."""
SAYS_ENDS = frozenset(word[-2:] for word in SAYS_LAST)

AVATAR = re.compile(
    r"^(?:(?:user|comment|author|profile)?\s*(?:avatar|gravatar|userpic)(?:\s+(?:of|for|image|photo)\b.{0,60})?"
    r"|avatar\w*"
    r"|аватар\w*|profile (?:photo|picture|image)|foto de perfil|photo de profil|profilbild)$",
    re.IGNORECASE,
)

REPLY = re.compile(
    r"^[\W_]*(?:reply|reply to .{1,60}|(?:log|sign) in to (?:reply|comment)|\(?edit\)?|permalink"
    r"|report(?: (?:comment|abuse))?|like(?: \d+)?|quote|share|flag|responder|répondre|signaler|j'aime|modifier"
    r"|connectez-vous pour répondre|(?:inicia|inicie) sesión para responder|accede para responder|editar|denunciar"
    r"|me gusta|antworten|melden|gefällt mir|bearbeiten|zum antworten anmelden|пожаловаться|нравится|цитировать"
    r"|войдите, чтобы ответить|изменить|şikayet et|beğen|düzenle|yanıtlamak için giriş yap(?:ın)?|şikayət et|bəyən"
    r"|cavab yazmaq üçün daxil olun|բողոքել|հավանել|խմբագրել|պատասխանելու համար մուտք գործեք"
    r"|rispondi|ответить|відповісти"
    r"|cevapla|yanıtla|cavabla|cavab ver|պատասխանել|პასუხი|پاسخ|رد|回复|回覆|返信|odpowiedz|beantwoorden|svara)[\W_]*$",
    re.IGNORECASE,
)

MODERATION = re.compile(
    r"^\W*(?:your comment (?:is|has been submitted and is) (?:awaiting|pending|held for) (?:moderation"
    r"|approval)|tu comentario (?:está )?(?:pendiente|a la espera) de (?:moderación|aprobación)"
    r"|seu comentário (?:está )?aguardando moderação|votre commentaire (?:est )?en attente de modération"
    r"|(?:dein|ihr) kommentar (?:wartet auf (?:die )?(?:freischaltung|moderation)"
    r"|muss noch freigeschaltet werden)|ձեր մեկնաբանությունը սպասում է (?:հաստատման|մոդերացիայի|ստուգման)"
    r"|ваш комментарий (?:ожидает|на) (?:проверк[иу]|модераци[июя]|одобрени[яе])|ваш коментар очікує"
    r"|yorumunuz (?:denetim|onay) (?:için )?bekliyor|şərhiniz (?:moderasiya|təsdiq) gözləyir"
    r"|您的(?:评论|留言)正在等待审核).{0,120}$",
    re.IGNORECASE,
)

LONGEST_BUTTON = 160
"""Letters; a longer line is no button and no "says" alone."""

LONGEST_NOTICE = 300
"""Letters; a longer line is no notice of the site's."""

CLOSED = re.compile(
    r"comments (?:are|have been) (?:now )?(?:closed|disabled|turned off)|comments? (?:section )?(?:is )?closed"
    r"|commenting (?:is|has been) (?:closed|disabled)"
    r"|comentarios (?:están )?cerrados|comentários (?:estão )?(?:fechados|encerrados)"
    r"|les commentaires sont fermés|kommentare sind geschlossen"
    r"|i commenti sono chiusi|(?:комментарии|обсуждение) (?:закрыты|закрыто|отключены)|коментарі закриті"
    r"|yorumlar kapa(?:lı|tıl)|şərhlər bağlı"
    r"|մեկնաբանությունները փակ են|评论已关闭|评论功能已关闭",
    re.IGNORECASE,
)

COMMENT_WORD = (
    r"comments?|responses?|replies|reply|thoughts?|reactions?|comentarios?|respuestas?|comentários?|respostas?"
    r"|commentaires?|réponses?"
    r"|réflexions?|kommentare?|antworten|gedanken?|commenti|commento|risposte|reacties|комментари(?:й|я|ев|и)"
    r"|ответ(?:а|ов)?|отзыв(?:а|ов)?"
    r"|мнени(?:е|я|й)|коментар(?:і|ів)?|відповід(?:ь|і|ей)|yorum|cevap|yanıt|şərh|rəy|cavab"
    r"|մեկնաբանություն(?:ներ)?|კომენტარი|komentarz\w*|odpowiedzi"
    r"|نظر|دیدگاه|تعليقات|تعليق|条评论|條評論|条回复|则留言|評論|评论|留言|コメント"
)
NUMBER_THEN_WORD = re.compile(
    rf"(?<![\d#])(\d{{1,3}}(?:[,. \u00a0]\d{{3}})+|\d+)\s*(?:[^\W\d]+\s+){{0,2}}?(?:{COMMENT_WORD})(?!\w)",
    re.IGNORECASE,
)
WORD_THEN_NUMBER = re.compile(
    rf"(?<!\w)(?:{COMMENT_WORD})\s*[:(\[–—-]?\s*(\d{{1,3}}(?:[,.]\d{{3}})+|\d+)(?!\d)", re.IGNORECASE
)
ONE_WORD = re.compile(
    r"^\W*(?:one|a|un|una|uno|um|uma|une|ein|eine|een|один|одна|одно|bir)\s+(?:single\s+)?(?:"
    + COMMENT_WORD
    + r")(?!\w)",
    re.IGNORECASE,
)
NONE_WORD = re.compile(
    r"^\W*(?:no|zero|sin|nenhum|aucun|keine|nessun|нет|немає)\s+(?:" + COMMENT_WORD + r")(?!\w)", re.IGNORECASE
)

REPLY_FORM = re.compile(
    r"^\W*(?:leave a (?:reply|comment|response)|post a (?:comment|reply)|add (?:a|your) comment|write a comment"
    r"|submit a comment|join the (?:discussion|conversation)"
    r"|cancel reply|your email address will not be published.*|you must be logged in to .*"
    r"|deja (?:una respuesta|un comentario)|deixe (?:um comentário|uma resposta)"
    r"|laisser un commentaire|schreibe einen kommentar|lascia un commento|geef een reactie|(?:добавить|оставить"
    r"|написать) (?:комментарий|ответ)|залишити (?:відповідь|коментар)"
    r"|bir (?:cevap|yanıt|yorum) (?:yazın|bırakın)|yorum yap|şərh (?:yaz|bildir|əlavə et)\w*"
    r"|թողնել մեկնաբանություն|发表(?:评论|回复)|dodaj komentarz)\W*$",
    re.IGNORECASE,
)


def declared_count(heading: str) -> int | None:
    """Return the number of comments a heading announces ("12 Responses to …"), or None."""
    heading = heading[:300]
    for pattern in (NUMBER_THEN_WORD, WORD_THEN_NUMBER):
        match = pattern.search(heading)
        if match:
            return int(re.sub(r"\D", "", match.group(1))[:9])
    if ONE_WORD.search(heading):
        return 1
    return 0 if NONE_WORD.search(heading) else None


def is_button(line: str) -> bool:
    """Tell whether a line only introduces or follows what is said: "says:", "Reply", "Report comment"."""
    return len(line) <= LONGEST_BUTTON and (SAYS_ALONE.match(line) or REPLY.match(line)) is not None


def without_says(author: str) -> str:
    """Return `author` without a closing "says:" in any of the known languages."""
    end = author.rstrip(" \t\n\u00a0:：.։՝").casefold()
    if (end[-2:] not in SAYS_ENDS and end[-1:] not in SAYS_ENDS) or not end.endswith(SAYS_LAST):
        return author.strip().rstrip(":：").strip()
    return SAYS_END.sub("", author).strip().rstrip(":：").strip()
