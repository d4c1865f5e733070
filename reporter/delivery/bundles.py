"""From a document to what goes to folders, webhooks and chats."""

import hashlib
from collections.abc import Sequence

from reporter.delivery.base import Announcement, Bundle, Chat, Facts, File
from reporter.document.lines import line
from reporter.document.model import Document
from reporter.errors import UserError
from reporter.spec.delivery import FolderDelivery, SlackDelivery
from reporter.spec.edition import Edition


def folder_of(delivery: FolderDelivery, document: Document, edition: Edition, place: str) -> str:
    """The folder in the channel's that files go to, without slashes at its ends.

    Raises:
        UserError: it cannot be filled in, or leads out of the channel's folder.
    """
    if delivery.path is None:
        return ""
    where = f"{place}.path"
    path = line(delivery.path, edition, document.words, title=document.title, place=where)
    parts = [part.strip() for part in path.replace("\\", "/").split("/")]
    if ".." in parts or any(not part.isprintable() for part in parts):
        raise UserError(f"{where}: {path!r} leads out of the channel's folder")
    return "/".join(part for part in parts if part not in ("", "."))


def bundle(facts: Facts, delivery: FolderDelivery, path: str, files: Sequence[File]) -> Bundle:
    """The files that a delivery names, or all of them, for a folder."""
    wanted = delivery.attach
    return Bundle(
        facts=facts,
        path=path,
        files=tuple(file for file in files if not wanted or file.format in wanted),
    )


def announcement(facts: Facts, files: Sequence[File]) -> Announcement:
    """What a program is told of an edition and its files."""
    return Announcement(
        facts=facts,
        files=tuple(
            (
                file.name,
                file.media_type,
                hashlib.sha256(file.content).hexdigest(),
                len(file.content),
            )
            for file in files
        ),
    )


def chat(
    facts: Facts, delivery: SlackDelivery, document: Document, edition: Edition, place: str
) -> Chat:
    """What people read of an edition in a chat.

    Raises:
        UserError: its text cannot be filled in.
    """
    text = ""
    if delivery.text is not None:
        where = f"{place}.text"
        text = line(delivery.text, edition, document.words, title=document.title, place=where)
    return Chat(facts=facts, text=text or f"{facts.title}: {facts.period}")
