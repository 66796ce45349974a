"""Every page says what it may load; the usual answer is made once, a page's own stays its own."""

import pytest
from csp.decorators import csp_exempt, csp_update
from django.http import HttpResponse

from portal.home.policy import ContentPolicyMiddleware

HEADER = "Content-Security-Policy"


@pytest.fixture
def answer(rf):
    """Return what the middleware makes of a view."""

    def ask(view):
        return ContentPolicyMiddleware(view)(rf.get("/"))

    return ask


def plain(request):
    return HttpResponse("x")


def test_pages_load_from_here_only(answer):
    policy = answer(plain)[HEADER]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy


def test_a_nonce_that_was_used_is_in_the_policy_of_that_page_alone(answer):
    seen = []

    def with_nonce(request):
        seen.append(str(request.csp_nonce))
        return HttpResponse("x")

    policy = answer(with_nonce)[HEADER]
    assert f"'nonce-{seen[0]}'" in policy
    assert f"'nonce-{seen[0]}'" not in answer(plain)[HEADER]


def test_a_page_with_a_policy_of_its_own_keeps_it(answer):
    own = csp_update({"img-src": ["https://tiles.example"]})(plain)
    assert "https://tiles.example" in answer(own)[HEADER]
    assert HEADER not in answer(csp_exempt()(plain))
    assert "https://tiles.example" not in answer(plain)[HEADER]
