"""How a buyer gets to what waits: from the first page, and from the mail about a proposal."""

from django.utils import timezone

from suppliers.notices.models import Notice


def test_home_shows_the_most_urgent_and_how_many_there_are(as_, cast, propose, words_of):
    made = [propose(later=number + 1, needed_in=60 - 8 * number) for number in range(7)]
    response = as_(cast.bea).get("/")
    group = next(group for group in response.context["work"].groups if group.code == "proposals")
    assert (len(group.items), group.count, group.has_more) == (5, "7", True)
    assert group.items[0].pk == made[-1].pk
    words, html = words_of(response), response.content.decode()
    assert "Decide all 7" in words
    assert 'href="/decide/"' in html
    assert 'name="proposal"' not in html
    assert "days after it is needed" in words


def test_the_mail_about_a_proposal_leads_to_it(as_, cast, propose):
    proposal = propose(later=5, at=timezone.now())
    mail = Notice.objects.get(event="order_proposed")
    address = f"/decide/?order={proposal.answer.order_id}"
    assert address in mail.text
    assert address in mail.html
    response = as_(cast.bea).get(address)
    assert [row.pk for row in response.context["rows"]] == [proposal.pk]
    assert f"Order {proposal.answer.order.number}" in response.content.decode()
