"""Who wrote what without saying who: a keyed hash per outlet stands for a commenter's name."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from ingest.settings import Settings


def commenter_key(settings: Settings) -> bytes:
    """Return the secret that author keys are made with: PARLEY_COMMENTER_KEY, else a file made once, mode 0600.

    Raises ValueError where the file is empty: with another key every commenter would become a new person.
    """
    given = os.environ.get("PARLEY_COMMENTER_KEY")
    if given:
        return given.encode()
    path = settings.warehouse / "commenter.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    key = path.read_bytes().strip()
    if not key:
        raise ValueError(
            f"{path} is empty, so commenters cannot be told apart as before; restore it from a backup, or delete it "
            "and the build file beside it to load everything under a new key"
        )
    return key


def author_key(key: bytes, outlet: str, author: str | None) -> str | None:
    """Return the keyed hash that stands for an author within an outlet; None where the page names nobody."""
    if author is None:
        return None
    message = f"{outlet}\0{author.casefold()}".encode(errors="replace")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]
