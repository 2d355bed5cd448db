"""The editors' desk under the strict Content-Security-Policy; the fixture fails on any breach."""

import pytest
from django.conf import settings
from django.test import Client

from blog.models import Post
from tests.factories import make_author, make_post, make_user


@pytest.fixture
def desk(page, site, transactional_db):
    """A page whose person is logged in as editor and is an author."""
    editor = make_user("redaktion", is_staff=True, is_superuser=True)
    make_author("Ada Beispiel", user=editor)
    client = Client()
    client.force_login(editor)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
    return page


def test_what_is_typed_into_the_editor_is_stored_and_shown(desk, site):
    desk.goto("/admin/blog/post/add/")
    desk.fill("#id_title", "Größe zeigen")
    desk.locator(".ProseMirror[contenteditable]").click()
    desk.keyboard.type("Erst schlicht, dann ")
    desk.keyboard.press("Control+b")
    desk.keyboard.type("fett")
    desk.select_option("#id_status", "published")
    desk.click("input[name=_save] >> nth=0")
    desk.wait_for_url("**/admin/blog/post/")

    post = Post.objects.get()
    assert post.body == "<p>Erst schlicht, dann <strong>fett</strong></p>"
    desk.goto(f"{site}/posts/groesse-zeigen/")
    assert desk.locator("strong", has_text="fett").is_visible()


def test_a_stored_text_comes_back_into_the_editor_as_it_was(desk):
    body = (
        '<h2>Titel</h2><p>Ein <em>Wort</em> mit <a href="https://example.org/">Link</a>.</p>'
        "<blockquote><p>Zitat</p></blockquote><ul><li><p>Punkt</p></li></ul>"
    )
    post = make_post(body=body, authors=[])
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    assert desk.locator(".ProseMirror[contenteditable] h2").inner_text() == "Titel"

    desk.click("input[name=_continue] >> nth=0")
    desk.wait_for_load_state()

    post.refresh_from_db()
    assert "<blockquote><p>Zitat</p></blockquote>" in post.body
    assert post.bylined_authors[0].name == "Ada Beispiel"
