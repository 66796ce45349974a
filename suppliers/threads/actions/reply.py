"""A mail that answers one of ours becomes a message, if its sender may write there."""

from datetime import datetime

from suppliers.people.access import WRITE_MESSAGES, may
from suppliers.people.models import User
from suppliers.refusal import Refused
from suppliers.threads.actions.holding import side_of
from suppliers.threads.actions.post import receive_message
from suppliers.threads.files import CheckedFile, Upload, check_file, clean_name
from suppliers.threads.incoming import IncomingMail
from suppliers.threads.lifecycle import Audience, Side, Way
from suppliers.threads.matters import find_matter
from suppliers.threads.models import Message, Thread
from suppliers.threads.reply_address import read_reply_address
from suppliers.threads.rules import MOST_FILES


class NotTaken(Exception):
    """A mail does not become a message. The text says why, for whoever sent it."""


class WrittenByProgram(NotTaken):
    """Nobody waits for an answer to an absence note: it is dropped without a word."""


def take_reply(mail: IncomingMail, *, at: datetime) -> Message | None:
    """Put a mail into the thread its address names; None when it is there already.

    The address is signed for one person, and only their own mail address is taken from it: whoever got hold
    of one of the two has nothing. Raises NotTaken.
    """
    if mail.is_automatic:
        raise WrittenByProgram("It was written by a program.")
    thread, user = _named(mail)
    if mail.sender != user.email.lower():
        raise NotTaken(
            f"This address takes mail from one person only, and {mail.sender or 'nobody'} is not them."
        )
    matter = find_matter(thread.subject_type, thread.subject_id, user)
    if matter is None or not user.is_active or not may(user, thread, WRITE_MESSAGES):
        raise NotTaken("You can no longer write in this conversation.")
    if not mail.text and not mail.files:
        raise NotTaken("There was nothing new in the mail. Write above what is quoted.")
    files, refused = _sorted_out(mail.files)
    audience = Audience(thread.audience)
    return receive_message(
        matter,
        side=side_of(user, matter) if audience is Audience.SHARED else Side(audience.value),
        way=Way.MAIL,
        by=user,
        by_name=str(user),
        text=mail.text,
        at=at,
        external_key=mail.key,
        audience=audience,
        files=files,
        refused=refused,
    )


def _named(mail: IncomingMail) -> tuple[Thread, User]:
    """Return the thread and the person that one of the mail's addresses names."""
    for address in mail.addresses:
        if found := read_reply_address(address):
            thread = Thread.objects.filter(pk=found[0]).first()
            user = User.objects.filter(pk=found[1]).first()
            if thread is not None and user is not None:
                return thread, user
    raise NotTaken("No conversation has this address. Answer the mail you received and keep its address.")


def _sorted_out(uploads: tuple[Upload, ...]) -> tuple[list[CheckedFile], list[tuple[str, str]]]:
    """Return the files that may stay, and the others' names with the reason; the text is taken anyway."""
    files: list[CheckedFile] = []
    refused: list[tuple[str, str]] = []
    for upload in uploads:
        try:
            checked = check_file(upload)
        except Refused as refusal:
            refused.append((clean_name(upload.name), str(refusal)))
            continue
        if len(files) < MOST_FILES:
            files.append(checked)
        else:
            refused.append((checked.name, f"Only {MOST_FILES} files fit into one message."))
    return files, refused
