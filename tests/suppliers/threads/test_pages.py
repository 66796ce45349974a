"""The pages of a conversation: what each side sees, what is refused and kept, what it costs."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.conversations.matters import find_line, matter_of_order
from suppliers.people.models import Role
from suppliers.threads.actions import edit_message, redact_message
from suppliers.threads.lifecycle import Audience, FileState, Side
from suppliers.threads.models import Attachment, Message, Thread
from tests import factories
from tests.queries import without_the_wall
from tests.suppliers.threads.conftest import PDF

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def url(order):
    return f"/messages/about/purchaseorder/{order.pk}/"


@pytest.fixture
def told(write):
    """A question of Alice with a file, Bea's note on it, and Alice's own note."""

    def tell(cast, drawing):
        now = timezone.now() - timedelta(minutes=5)
        return (
            write(cast.alice, "When do you need them?", files=[drawing], at=now),
            write(cast.bea, "They must never know our margin", internal=True, files=[drawing], at=now),
            write(cast.alice, "They always pay late", internal=True, at=now),
        )

    return tell


def tidy(text):
    return text.replace("  ", " ").replace(" )", ")")


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


EVERY_PAGE = [
    "/",
    "/messages/",
    "/messages/?state=all",
    "/messages/?state=internal",
    "about",
    "order",
    "/orders/",
    "/mail/",
]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_no_page_shows_a_note_to_the_other_side(as_, cast, told, drawing, url, order, settings, page):
    settings.DEMO = True
    told(cast, drawing)
    page = {"about": url, "order": f"/orders/{order.pk}/"}.get(page, page)
    for person, secret in ((cast.alice, "margin"), (cast.olivia, "margin"), (cast.bea, "pay late")):
        for headers in ({}, HTMX):
            assert secret not in as_(person).get(page, headers=headers).content.decode()


def test_each_side_sees_its_own_note_told_apart_by_word_and_icon(as_, cast, told, drawing, url):
    told(cast, drawing)
    for person, own in ((cast.alice, "pay late"), (cast.rita, "pay late"), (cast.bea, "margin")):
        page = as_(person).get(url).content.decode()
        assert own in page
        assert page.count("Internal note</span>") == 1
        assert page.count("Both sides</span>") == 1


def test_notes_alone_make_no_row_for_the_other_side(as_, cast, write):
    write(cast.bea, "Hm", internal=True)
    assert "Order P" in words(as_(cast.bea).get("/messages/?state=all"))
    assert "Nothing here" in words(as_(cast.alice).get("/messages/?state=all"))


def test_a_message_sent_twice_is_one(as_, cast, url):
    alice, data = as_(cast.alice), {"text": "Hello", "submission": str(uuid4())}
    for _ in range(2):
        assert alice.post(url + "write/", data)["Location"] == url
    assert Message.objects.count() == 1


def test_htmx_gets_the_conversation_without_the_frame(as_, cast, url):
    answer = as_(cast.alice).post(url + "write/", {"text": "Hello"}, headers=HTMX)
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert "The message was sent." in words(answer)
    assert "Waiting for Northwind Distribution" in words(answer)


def test_what_was_typed_is_kept_with_everything_that_is_wrong(as_, cast, url):
    exe = SimpleUploadedFile("setup.exe", b"MZ\x90\x00")
    data = {
        "text": "Please see",
        "audience": "internal",
        "files": [exe],
        "mentions": [cast.olivia.pk, cast.bea.pk],
    }
    answer = as_(cast.alice).post(url + "write/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert ">Please see</textarea>" in page
    assert re.search(r'value="internal" checked', page)
    assert re.search(rf'value="{cast.olivia.pk}" checked', page)
    assert "setup.exe" in words(answer)
    assert "Only people who can see the message" in words(answer)
    assert not Message.objects.exists()


def test_a_file_is_handed_out_to_be_saved_and_never_to_be_run(as_, cast, told, drawing):
    told(cast, drawing)
    file = Attachment.objects.visible_to(cast.alice).get(message__text__startswith="When")
    answer = as_(cast.bea).get(f"/messages/files/{file.pk}/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="drawing.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("state", set(FileState) - {FileState.READY})
def test_a_file_that_is_not_ready_is_not_handed_out(as_, cast, told, drawing, state):
    told(cast, drawing)
    Attachment.objects.update(state=state)
    file = Attachment.objects.visible_to(cast.alice).first()
    assert as_(cast.alice).get(f"/messages/files/{file.pk}/").status_code == 404


def test_a_reader_reads_and_is_offered_nothing_to_write(as_, cast, told, drawing, url):
    told(cast, drawing)
    page = as_(cast.rita).get(url).content.decode()
    assert "When do you need them?" in page
    assert "<textarea" not in page
    assert "/waiting/" not in page


def test_reading_is_said_by_a_post_and_lowers_the_count(as_, cast, write, url):
    write(cast.alice, at=timezone.now())
    bea = as_(cast.bea)
    page = bea.get(url)
    assert b'1<span class="visually-hidden"> unread</span>' in page.content
    assert "New" in words(page)
    newest = page.context["talk"].newest
    assert bea.get(url).context["talk"].unread == 1  # looking at it by GET changes nothing
    assert bea.post(url + "seen/", {"up_to": newest}, headers=HTMX).status_code == 204
    page = bea.get(url)
    assert page.context["talk"].unread == 0
    assert b"> unread</span>" not in page.content


def test_who_owes_an_answer_can_be_said_by_hand(as_, cast, write, url):
    write(cast.alice)
    bea = as_(cast.bea)
    assert "Waiting for your answer" in words(bea.get(url))
    bea.post(url + "waiting/", {"for": ""})
    assert Thread.objects.get().waiting_for == ""
    bea.post(url + "waiting/", {"for": "SUPPLIER"})
    assert Thread.objects.get().waiting_for == Side.SUPPLIER
    assert "Waiting for Acme" in words(bea.get(url))


def test_an_edit_shows_what_it_said_before(as_, cast, write, url):
    message = write(cast.alice, "10 boxes", at=timezone.now())
    as_(cast.alice).post(f"/messages/{message.pk}/edit/", {"text": "12 boxes"})
    page = as_(cast.bea).get(url).content.decode()
    assert "12 boxes" in page
    assert "<del>10 boxes</del>" in page
    assert f"/messages/{message.pk}/edit/" not in page


def test_a_removed_message_keeps_its_place_and_the_reason(as_, cast, write, url, drawing):
    message = write(cast.alice, "Account 123", files=[drawing])
    edit_message(message, text="Account 124", by=cast.alice, at=factories.NOW)
    as_(cast.olivia).post(f"/messages/{message.pk}/redact/", {"reason": "Wrong customer"})
    page = words(as_(cast.bea).get(url))
    assert "Removed by Olivia Owner" in page
    assert "Wrong customer" in page
    assert "Account" not in page
    assert "drawing" not in page


def test_markup_in_a_message_stays_text(as_, cast, write, url):
    write(cast.alice, "<script>alert(1)</script> see https://example.com/a")
    page = as_(cast.bea).get(url).content.decode()
    assert "<script>alert(1)" not in page
    assert 'href="https://example.com/a"' in page
    assert 'rel="nofollow"' in page


def test_the_list_has_what_waits_for_us_first_and_pages_by_key(as_, cast, write, monkeypatch):
    monkeypatch.setattr("suppliers.threads.listing.PAGE", 2)
    now = timezone.now()
    orders = [factories.order(cast.acme, cast.northwind) for _ in range(4)]
    matters = [matter_of_order(order) for order in orders]
    write(cast.alice, "read and waiting", about=matters[0], at=now)
    write(cast.bea, "note to oneself", about=matters[0], at=now, internal=True)
    as_(cast.bea).post(f"/messages/about/purchaseorder/{orders[0].pk}/seen/", {"up_to": 10**9})
    write(cast.bea, "asked them", about=matters[1], at=now)
    write(cast.alice, "unread and waiting", about=matters[2], at=now)
    write(cast.bea, "theirs", about=matters[3], at=now)
    bea, seen, where = as_(cast.bea), [], "/messages/?state=all"
    while where:
        page = bea.get(where)
        seen += [row.last.text for row in page.context["page"].rows]
        where = page.context["following"] and f"/messages/{page.context['following']}"
    assert seen == ["unread and waiting", "read and waiting", "theirs", "asked them", "note to oneself"]
    tab = bea.get("/messages/").context["page"].rows
    assert [row.last.text for row in tab] == ["unread and waiting", "read and waiting"]
    tab = bea.get("/messages/?state=them").context["page"].rows
    assert [row.last.text for row in tab] == ["theirs", "asked them"]
    found = bea.get(f"/messages/?state=all&q={orders[1].number}").context["page"].rows
    assert [row.last.text for row in found] == ["asked them"]


def test_nonsense_in_the_url_is_left_out(as_, cast, write):
    write(cast.alice)
    for query in ("state=nope", "after=9-1", "after=x", "after=1-99999999999999999999999", "q=%00"):
        assert as_(cast.bea).get(f"/messages/?{query}").status_code == 200


def test_the_worklist_has_what_waits(as_, cast, write, order):
    write(cast.alice, "When?", at=timezone.now())
    groups = {group.code: group.items for group in as_(cast.bea).get("/").context["work"].groups}
    assert [row.last.text for row in groups["messages"]] == ["When?"]
    assert "messages" not in {group.code for group in as_(cast.alice).get("/").context["work"].groups}


def test_the_order_page_counts_and_links_its_lines(as_, cast, write, order):
    line = order.lines.first()
    write(cast.alice, about=find_line(cast.alice, line.pk), at=timezone.now())
    write(cast.bea, "secret", internal=True, at=timezone.now())
    page = as_(cast.bea).get(f"/orders/{order.pk}/")
    assert page.context["talk"].whole.messages == 2
    assert f'href="/messages/about/purchaseorderline/{line.pk}/"' in page.content.decode()
    assert "1 message about line 1, something new" in words(page)
    page = as_(cast.alice).get(f"/orders/{order.pk}/")
    assert page.context["talk"].whole.messages == 1
    assert page.context["talk"].whole.unread == 0


@pytest.mark.parametrize(
    ("page", "most"),
    [("about", 11), ("/messages/?state=all", 8), ("/messages/", 8)],
    ids=["about", "all", "for us"],
)
def test_pages_cost_few_queries_whatever_was_written(as_, cast, write, url, drawing, page, most):
    page = url if page == "about" else page
    for number in range(25):
        other = factories.order(cast.acme, cast.northwind)
        write(cast.alice, f"{number}", files=[drawing], at=timezone.now())
        edit_message(
            write(cast.alice, f"{number}", at=timezone.now()), text="x", by=cast.alice, at=timezone.now()
        )
        write(cast.alice, about=matter_of_order(other), at=timezone.now())
    bea = as_(cast.bea)
    bea.get(page)
    with CaptureQueriesContext(connection) as found:
        bea.get(page)
    queries = without_the_wall(found)
    assert len(queries) <= most, "\n".join(queries)


def test_the_order_names_the_lines_that_are_written_about(as_, cast, write, url, order):
    line = order.lines.order_by("sequence").first()
    now = timezone.now()
    write(cast.alice, "About the line", about=find_line(cast.alice, line.pk), at=now)
    write(cast.bea, "Only for us", about=find_line(cast.bea, line.pk), internal=True, at=now)
    page = as_(cast.bea).get(url)
    assert "Nothing was written yet about the whole order." in words(page)
    assert f"Order {order.number}, {line.product_code} (2 messages, some new)" in tidy(words(page))
    assert f'href="/messages/about/purchaseorderline/{line.pk}/"' in page.content.decode()
    # The other side sees one message there, and a line's page names no others.
    assert f"{line.product_code} (1 message)" in tidy(words(as_(cast.alice).get(url)))
    of_line = as_(cast.alice).get(f"/messages/about/purchaseorderline/{line.pk}/")
    assert "Also written here" not in words(of_line)


def test_older_messages_are_a_page_away(as_, cast, write, url, monkeypatch):
    monkeypatch.setattr("suppliers.threads.reading.PAGE", 3)
    for number in range(5):
        write(cast.alice, f"Number {number}")
    bea = as_(cast.bea)
    first = bea.get(url)
    assert [view.message.text for view in first.context["talk"].messages] == [
        "Number 2",
        "Number 3",
        "Number 4",
    ]
    older = bea.get(f"{url}?before={first.context['talk'].older}")
    assert [view.message.text for view in older.context["talk"].messages] == ["Number 0", "Number 1"]


def test_somebody_of_both_sides_writes_for_the_buyer(as_, cast, url):
    both = factories.member(factories.user("Both"), cast.acme, Role.SALES)
    factories.member(both, cast.northwind, Role.BUYER)
    as_(both).post(url + "write/", {"text": "Hm", "audience": "internal"})
    assert Thread.objects.get().audience == Audience.BUYER


@pytest.mark.parametrize("kind", ["purchaseorder", "user", "nothing"])
def test_there_is_nothing_to_say_about_what_is_not_there(as_, cast, kind):
    assert as_(cast.alice).get(f"/messages/about/{kind}/999999/").status_code == 404


def test_redacted_by_the_buyer_s_administrator(as_, cast, write):
    anna = factories.member(factories.user("Anna"), cast.northwind, Role.ADMINISTRATOR)
    message = write(cast.alice)
    redact_message(message, reason="x", by=anna, at=timezone.now())
    assert as_(anna).post(f"/messages/{message.pk}/redact/", {"reason": "x"}, headers=HTMX).status_code == 409
