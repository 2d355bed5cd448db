"""Failure 10 in a real browser: everything at once on the pages, and nothing runs or asks anybody.

The fixture `page` fails on a broken policy, an error of a script and a request to another host.
"""

import pytest

from comments.models import Comment
from tests.comments.vectors import VECTORS
from tests.factories import make_author, make_comment, make_post

WITHOUT_CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"}


@pytest.fixture
def post(transactional_db):
    bio = "\n\n".join(VECTORS)
    post = make_post(
        "<script>alert(1)</script>",
        authors=[make_author("<img src=x onerror=alert(1)>", bio_de=bio)],
        body="".join(VECTORS),
    )
    root = None
    for number, vector in enumerate(VECTORS):
        name = " ".join(vector.split())[:120]
        fields = {"body": vector, "name": name, "minutes": number}
        comment = make_comment(post, parent=root if number % 25 else None, **fields)
        root = root if number % 25 else comment
        make_comment(post, kind=Comment.Kind.PINGBACK, **fields)
    return post


def open_and_touch(page, address):
    """Open a page and do to each of its links and texts what a handler could wait for."""
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    response = page.goto(address)
    assert response.status == 200
    page.evaluate(
        """() => {
          for (const element of document.querySelectorAll("main *, #content *")) {
            for (const name of ["mouseover", "pointerenter", "focus", "toggle", "animationstart"]) {
              element.dispatchEvent(new Event(name));
            }
          }
        }"""
    )
    assert dialogs == []


def assert_only_harmless_addresses(page):
    schemes = page.evaluate("() => [...new Set([...document.links].map((link) => link.protocol))]")
    assert set(schemes) <= {"http:", "https:", "mailto:"}
    handlers = page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((element) => element
          .getAttributeNames().filter((name) => /^(on|style$|srcdoc$)/.test(name)))"""
    )
    assert handlers == []


def test_nothing_runs_on_the_pages_of_readers(post, page):
    thread = post.threads.filter(is_linkback=False).first()
    for address in [post.get_absolute_url(), f"/posts/{post.slug}/threads/{thread.pk}/", "/"]:
        open_and_touch(page, address)
        assert_only_harmless_addresses(page)


def test_nothing_runs_at_the_desk(post, desk):
    hostile = Comment.objects.filter(body__contains="onerror").first()
    for address in [
        "/admin/comments/comment/",
        f"/admin/comments/comment/{hostile.pk}/change/",
    ]:
        open_and_touch(desk, address)


def test_nothing_runs_in_a_preview(post, page):
    for start in range(0, len(VECTORS), 60):
        page.goto(f"/posts/{post.slug}/reply/")
        text = "\n\n".join(VECTORS[start : start + 60])
        page.locator("textarea").fill(text.translate(WITHOUT_CONTROLS))
        page.locator("input[name=name]").fill("<img src=x onerror=alert(1)>")
        page.locator("input[name=email]").fill("e@example.org")
        with page.expect_response(lambda response: response.request.method == "POST"):
            page.locator("button[name=preview]").click()
        page.locator("[data-preview]").wait_for()
        assert_only_harmless_addresses(page)
