"""Answering through a link: the same forms and refusals as on the web, for that order and revision only."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from orders.links.models import AnswerLink
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from suppliers.journal.models import Channel, JournalEntry
from suppliers.people.models import Membership, Role
from tests import factories


def states(order):
    return list(order.lines.order_by("sequence").values_list("state", flat=True))


def submit(**fields):
    return {"submission": str(uuid.uuid4())} | fields


def test_a_link_shows_the_order_and_no_way_to_answer_it(order, path, phone):
    response = phone().get(path)
    page = response.content.decode()
    assert response.status_code == 200
    assert order.number in page
    assert "Hex bolt M8 × 40, zinc plated" in page
    assert "Send me the code" in page
    assert "acknowledge/" not in page
    assert "accept/" not in page


def test_confirm_two_lines_and_propose_one(cast, order, lines, known, path, soon):
    device, later = known(path), soon + timedelta(days=5)
    data = {
        f"lines-{lines[0].pk}-choice": "confirm",
        f"lines-{lines[1].pk}-choice": "change",
        f"lines-{lines[1].pk}-parts-0-date": later.isoformat(),
        "supplier_reference": "A-77",
        "comment": "The second comes later",
    }
    response = device.post(f"{path}acknowledge/", submit(**data), follow=True)
    assert response.redirect_chain == [(path, 302)]
    assert f"Receipt {order.number}-R1" in response.content.decode()
    assert states(order) == [LineState.AGREED, LineState.PROPOSED]
    answer = Answer.objects.get()
    assert (answer.by, answer.channel, answer.revision) == (cast.alice, Channel.LINK, 1)
    assert answer.comment == "The second comes later"
    order.refresh_from_db()
    assert order.supplier_reference == "A-77"
    row = ScheduleLine.objects.get(line_answer__line=lines[1])
    assert (row.quantity, row.delivery_on, row.unit_price) == (Decimal(10), later, Decimal("4.50"))


def test_the_journal_names_the_person_and_the_way_in(cast, order, known, path):
    known(path).post(f"{path}accept/", submit())
    entry = JournalEntry.objects.get(verb="order.acknowledged")
    assert (entry.actor, entry.get_channel_display()) == (cast.alice, "E-mail link")


def test_one_press_confirms_everything(order, known, path):
    known(path).post(f"{path}accept/", submit(supplier_reference=""))
    assert states(order) == [LineState.AGREED, LineState.AGREED]
    link = AnswerLink.objects.get()
    assert link.used == 1
    assert link.last_used_at is not None


def test_the_same_form_sent_twice_is_one_answer(known, path):
    device, form = known(path), submit()
    for _ in range(2):
        assert device.post(f"{path}accept/", form).status_code == 302
    assert Answer.objects.count() == 1
    assert AnswerLink.objects.get().used == 1


def test_every_problem_is_named_at_once_and_what_was_typed_is_kept(lines, known, path):
    data = {
        f"lines-{lines[0].pk}-choice": "change",
        f"lines-{lines[0].pk}-parts-0-quantity": "1.234",
        f"lines-{lines[1].pk}-choice": "reject",
        "comment": "Mind the comment",
    }
    response = known(path).post(f"{path}acknowledge/", submit(**data))
    page = response.content.decode()
    assert response.status_code == 422
    assert "2 things have to be put right. Nothing was sent yet." in page
    assert "can be read in two ways" in page
    for kept in ("1.234", "Mind the comment"):
        assert f'value="{kept}"' in page
    assert not Answer.objects.exists()


def test_a_long_order_opens_one_line_s_editor_at_a_time(cast, known, issue):
    long = factories.order(cast.acme, cast.northwind, lines=30)
    path = issue(of=long)
    device, line = known(path), long.lines.order_by("sequence").first()
    name = f"lines-{line.pk}-parts-0-date"
    assert name not in device.get(path).content.decode()
    response = device.post(f"{path}acknowledge/", submit(edit=line.pk, comment="kept"))
    page = response.content.decode()
    assert name in page
    assert 'value="kept"' in page
    assert not Answer.objects.exists()


@pytest.mark.parametrize("verb", ["acknowledge", "accept"])
def test_a_device_without_the_code_answers_nothing(order, lines, phone, path, verb):
    data = submit(**{f"lines-{line.pk}-choice": "confirm" for line in lines})
    response = phone().post(f"{path}{verb}/", data)
    assert response.status_code == 403
    assert "Nothing was sent." in response.content.decode()
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_a_proposal_is_taken_back(order, lines, known, path, soon):
    device = known(path)
    later = (soon + timedelta(days=5)).isoformat()
    data = {f"lines-{lines[0].pk}-choice": "change", f"lines-{lines[0].pk}-parts-0-date": later}
    device.post(f"{path}acknowledge/", submit(**data))
    assert states(order) == [LineState.PROPOSED, LineState.ASKED]
    page = device.get(path).content.decode()
    assert f'formaction="{path}withdraw/"' in page
    answer_id = LineAnswer.objects.get().pk
    for _ in range(2):
        response = device.post(f"{path}withdraw/", {"answer_ids": answer_id, "comment": ""})
        assert response.status_code == 302
    assert states(order) == [LineState.ASKED, LineState.ASKED]
    entry = JournalEntry.objects.get(verb="order.withdrew")
    assert entry.channel == Channel.LINK


def test_a_device_without_the_code_takes_nothing_back(order, lines, known, phone, path):
    data = {f"lines-{lines[0].pk}-choice": "reject", f"lines-{lines[0].pk}-reason": "Sold out"}
    known(path).post(f"{path}acknowledge/", submit(**data))
    response = phone().post(f"{path}withdraw/", {"answer_ids": LineAnswer.objects.get().pk})
    assert response.status_code == 403
    assert states(order) == [LineState.PROPOSED, LineState.ASKED]


@pytest.mark.parametrize("verb", ["code", "acknowledge", "accept", "withdraw", "renew", "forget"])
def test_getting_changes_nothing(order, known, path, verb):
    assert known(path).get(f"{path}{verb}/").status_code == 405
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_whoever_is_logged_in_as_the_reader_needs_no_code(as_, cast, order, path):
    response = as_(cast.alice).post(f"{path}accept/", submit())
    assert response.status_code == 302
    assert states(order) == [LineState.AGREED, LineState.AGREED]


@pytest.mark.parametrize("who", ["olivia", "rita", "mallory", "bea", "ada"])
def test_whoever_is_logged_in_as_somebody_else_is_nobody_here(as_, cast, order, path, who):
    assert as_(getattr(cast, who)).post(f"{path}accept/", submit()).status_code == 403
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_a_device_known_for_one_reader_is_strange_to_another(cast, order, known, issue):
    device = known(issue())
    assert device.post(f"{issue(cast.olivia)}accept/", submit()).status_code == 403
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_a_known_device_answers_the_reader_s_next_order_at_once(cast, known, issue, path):
    device = known(path)
    other = factories.order(cast.acme, cast.northwind, needed_on=None)
    other.lines.update(asked_on=timezone.localdate() + timedelta(days=9))
    assert device.post(f"{issue(of=other)}accept/", submit()).status_code == 302
    assert states(other) == [LineState.AGREED, LineState.AGREED]


def test_the_link_opens_nothing_else(cast, known, path, order):
    device = known(path)
    for address in ("/", "/orders/", f"/orders/{order.pk}/", "/people/", "/orders.csv"):
        assert device.get(address).headers["Location"].startswith("/accounts/login/")


def test_lines_of_another_order_are_not_there(cast, known, path, order):
    foreign = factories.order(cast.globex, cast.northwind).lines.first()
    data = {f"lines-{foreign.pk}-choice": "confirm"}
    response = known(path).post(f"{path}acknowledge/", submit(**data))
    assert response.status_code == 422
    assert states(foreign.order) == [LineState.ASKED, LineState.ASKED]


def test_whoever_sells_for_two_suppliers_is_narrowed_to_the_one(cast, known, path):
    factories.member(cast.alice, cast.globex, Role.OWNER)
    foreign = factories.order(cast.globex, cast.northwind)
    response = known(path).post(
        f"{path}acknowledge/", submit(**{f"lines-{foreign.lines.first().pk}-choice": "confirm"})
    )
    assert response.status_code == 422
    assert states(foreign) == [LineState.ASKED, LineState.ASKED]


def test_an_old_link_never_accepts_a_new_revision(order, lines, known, path):
    device = known(path)
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(
        quantity=12, asked_quantity=12, asked_in_revision=2
    )
    data = submit(revision=2, **{f"lines-{line.pk}-choice": "confirm" for line in lines})
    for verb in ("acknowledge", "accept"):
        response = device.post(f"{path}{verb}/", data)
        assert response.status_code == 409
        assert "was changed since" in response.content.decode()
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_what_the_form_says_of_the_revision_counts_for_nothing(order, known, path):
    known(path).post(f"{path}accept/", submit(revision=7))
    assert Answer.objects.get().revision == 1


def test_when_the_membership_ends_the_link_is_dead_at_once(cast, order, known, path):
    device = known(path)
    Membership.objects.filter(user=cast.alice).delete()
    assert device.post(f"{path}accept/", submit()).status_code == 409
    page = device.get(path).content.decode()
    assert "no longer works" in page
    for secret in (order.number, "Hex bolt", cast.alice.email, "Acme"):
        assert secret not in page


def test_somebody_who_may_log_in_no_more_has_no_link_either(cast, order, known, path):
    device = known(path)
    cast.alice.is_active = False
    cast.alice.save()
    assert device.post(f"{path}accept/", submit()).status_code == 409
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_a_reader_whose_role_only_reads_may_read(cast, order, known, path):
    device = known(path)
    Membership.objects.filter(user=cast.alice).update(role=Role.READ_ONLY)
    page = device.get(path).content.decode()
    assert "Hex bolt" in page
    assert "You may read this order" in page
    assert device.post(f"{path}accept/", submit()).status_code == 409
    assert states(order) == [LineState.ASKED, LineState.ASKED]


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.WITHDRAWN])
def test_a_closed_order_takes_no_answer(order, known, path, state):
    device = known(path)
    PurchaseOrder.objects.filter(pk=order.pk).update(state=state)
    assert device.post(f"{path}accept/", submit()).status_code == 409
    page = device.get(path).content.decode()
    assert "is closed" in page
    assert "renew/" not in page


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "9" + token,
        lambda token: token.replace(".", "", 1),
        lambda token: "x",
        lambda token: "é" * 9,
        lambda token: "1" * 500,
    ],
)
def test_a_link_we_did_not_make_opens_nothing(phone, path, spoil):
    token = path.split("/")[2]
    response = phone().get(f"/answer/{spoil(token)}/")
    assert response.status_code == 404
    assert "opens nothing" in response.content.decode()


def test_a_genuine_signature_without_a_row_opens_nothing(phone, path):
    AnswerLink.objects.all().delete()
    assert phone().get(path).status_code == 404


def test_forgetting_the_device_takes_a_code_again(order, known, path):
    device = known(path)
    device.post(f"{path}forget/")
    assert device.post(f"{path}accept/", submit()).status_code == 403


def test_a_forged_form_is_refused(order, path, known):
    device = known(path)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = device.cookies
    assert strict.post(f"{path}accept/", submit()).status_code == 403
    assert states(order) == [LineState.ASKED, LineState.ASKED]
