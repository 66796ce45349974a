"""Which addresses reach somebody: judged by the last mail that was sent there."""

from collections.abc import Collection

from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice


def unreachable(addresses: Collection[str]) -> frozenset[str]:
    """Return those of the addresses whose latest mail was refused or came back: one query.

    A later mail that arrives makes an address good again.
    """
    if not addresses:
        return frozenset()
    rows = Notice.objects.filter(to_email__in=addresses, state__in=[NoticeState.SENT, *NoticeState.failed()])
    newest = rows.order_by("to_email", "-pk").distinct("to_email").values_list("to_email", "state")
    return frozenset(address for address, state in newest if state in NoticeState.failed())
