"""The editors' desk under the strict Content-Security-Policy; the fixture fails on any breach."""

from blog.models import Post
from tests.factories import make_post


def test_what_is_typed_into_the_editor_is_stored_and_shown(desk, site):
    desk.goto("/admin/blog/post/add/")
    desk.fill("#id_title", "Größe zeigen")
    desk.locator(".ProseMirror[contenteditable]").click()
    desk.keyboard.type("Erst schlicht, dann ")
    desk.keyboard.press("Control+b")
    desk.keyboard.type("fett")
    desk.click("input[name=_publish] >> nth=0")
    desk.wait_for_url("**/change/")

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
