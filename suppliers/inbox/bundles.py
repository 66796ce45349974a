"""The one mail of a job: what its many steps held for a person is told when the job is done."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from suppliers.inbox.deliveries import send_digest
from suppliers.notices.bundles import open_bundles
from suppliers.notices.deliveries import send_notice
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Digest, Notice
from suppliers.notices.rendering import render
from suppliers.people.models import User

# Takes the reader and what they are told of, returns the context of the mail.
Telling = Callable[[User, Sequence[Notice]], Mapping[str, Any]]


@transaction.atomic
def send_bundles(began_at: datetime, *, mail: str, telling: Telling) -> int:
    """Write to each person what the job that began then held for them; return to how many.

    *mail* names the templates. Whoever is told of one thing alone gets the mail about that, with its own way
    in. A second call finds nothing to write.
    """
    held = list(open_bundles(began_at).select_related("user").order_by("pk").select_for_update(of=("self",)))
    of_mail: dict[int | None, list[Notice]] = defaultdict(list)
    for notice in Notice.objects.filter(digest__in=[digest.pk for digest in held]).order_by("pk"):
        of_mail[notice.digest_id].append(notice)
    for digest in held:
        notices = of_mail[digest.pk]
        if len(notices) > 1:
            _write(digest, mail, telling(digest.user, notices))
        else:
            _let_go(digest, notices)
    return len(of_mail)


def _write(digest: Digest, mail: str, context: Mapping[str, Any]) -> None:
    told = {"recipient": digest.user.name, "may_choose": True, **context}
    written = render(mail, told)
    digest.subject, digest.text, digest.html = written.subject, written.text, written.html
    digest.save(update_fields=["subject", "text", "html"])
    send_digest.enqueue(
        key=f"digest:{digest.pk}",
        document=f"digest:{digest.pk}",
        destination="mail",
        payload={"digest": digest.pk},
    )


def _let_go(digest: Digest, notices: Sequence[Notice]) -> None:
    Notice.objects.filter(digest=digest).update(digest=None, state=NoticeState.WAITING)
    digest.delete()
    for notice in notices:
        send_notice.enqueue(
            key=f"notice:{notice.pk}",
            document=f"notice:{notice.pk}",
            destination="mail",
            payload={"notice": notice.pk},
        )
