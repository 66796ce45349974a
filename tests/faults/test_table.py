"""The printed table has a column for each verb and for mail."""

from tests.faults.conftest import MAIL
from tests.faults.table import COLUMNS
from tests.faults.verbs import VERBS


def test_every_verb_has_its_column():
    assert (*(verb.name for verb in VERBS), MAIL.name) == COLUMNS
