"""``manage.py take_reply``: takes one mail from standard input, as a mail server's pipe delivers it."""

import logging
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from suppliers.threads.actions.reply import NotTaken, WrittenByProgram, take_reply
from suppliers.threads.incoming import LARGEST_MAIL, read_mail

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Exits as mail servers expect (sysexits.h), so that nobody's answer vanishes.

    0: taken, or nothing to take. 75: try again later. 77: refused; the mail server returns it to its sender
    with the reason.
    """

    help = "Take one mail from standard input that answers a mail of ours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the envelope's recipient where the mail server knows it."""
        parser.add_argument("--to", default="", help="The address the mail was delivered to.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the mail."""
        raw = sys.stdin.buffer.read(LARGEST_MAIL + 1)
        if len(raw) > LARGEST_MAIL:
            self._refuse("The mail is too large.", "?")
        mail = read_mail(raw, recipient=options["to"])
        try:
            message = take_reply(mail, at=timezone.now())
        except WrittenByProgram as reason:
            logger.info("A mail of %s was dropped: %s", mail.sender, reason)
            return
        except NotTaken as refusal:
            self._refuse(str(refusal), mail.sender)
        except (OperationalError, InterfaceError) as error:
            logger.warning("A mail of %s has to wait: %s", mail.sender, error)
            sys.exit(os.EX_TEMPFAIL)
        else:
            logger.info("A mail of %s became message %s.", mail.sender, message.pk if message else "(again)")

    def _refuse(self, reason: str, sender: str) -> None:
        logger.warning("A mail of %s was refused: %s", sender, reason)
        self.stderr.write(reason)
        sys.exit(os.EX_NOPERM)
