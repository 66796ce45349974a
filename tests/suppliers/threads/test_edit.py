"""Editing: the author, for ten minutes, and what it said before stays."""

from datetime import timedelta

import pytest

from suppliers.refusal import IllegalMove, Refused
from suppliers.threads.actions import edit_message
from suppliers.threads.models import MessageEdit
from tests.factories import NOW

SOON = NOW + timedelta(minutes=9)


def test_only_the_author_may(cast, write):
    message = write(cast.alice, "10 boxes")
    for person in (cast.olivia, cast.bea):
        with pytest.raises(IllegalMove, match="wrote"):
            edit_message(message, text="12", by=person, at=SOON)


def test_after_ten_minutes_it_stands(cast, write):
    message = write(cast.alice, "10 boxes")
    with pytest.raises(IllegalMove, match="10 minutes"):
        edit_message(message, text="12 boxes", by=cast.alice, at=NOW + timedelta(minutes=10))


def test_empty_is_refused(cast, write):
    with pytest.raises(Refused):
        edit_message(write(cast.alice), text=" ", by=cast.alice, at=SOON)


def test_what_it_said_is_kept_each_time(cast, write):
    message = write(cast.alice, "10 boxes")
    edit_message(message, text="11 boxes", by=cast.alice, at=SOON)
    edit_message(message, text="12 boxes", by=cast.alice, at=SOON)
    message.refresh_from_db()
    assert (message.text, message.edited_at) == ("12 boxes", SOON)
    assert [edit.text for edit in MessageEdit.objects.visible_to(cast.bea)] == ["10 boxes", "11 boxes"]


def test_the_same_again_changes_nothing(cast, write):
    message = edit_message(write(cast.alice, "10"), text=" 10 ", by=cast.alice, at=SOON)
    assert message.edited_at is None
    assert not MessageEdit.objects.exists()
