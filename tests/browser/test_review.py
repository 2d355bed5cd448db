"""From an empty form to a published post: written, previewed, shared, agreed to, scheduled."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from blog import review
from blog.models import Post, ReviewAgreement
from tests.factories import make_author, make_media, make_post, make_user

PASTED = (
    '<figure><img src="{src}" data-file="{number}" alt="Ein Hügel"><figcaption>Am Morgen'
    "</figcaption></figure><table><tbody><tr><th>Ort</th><th>Höhe</th></tr>"
    "<tr><td>Kuppe</td><td>310 m</td></tr></tbody></table>"
)
TEXT = (
    "<p>Ein erster Satz.</p><h2>Was folgt</h2><blockquote><p>Ein Zitat.</p></blockquote>"
    "<p>https://youtu.be/dQw4w9WgXcQ</p><p>Und ein Schluss.</p>"
)


def paste(page, html):
    """Paste what another program has put on the clipboard."""
    page.locator(".ProseMirror[contenteditable]").evaluate(
        """(editor, html) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          editor.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
          );
        }""",
        html,
    )


def write(page, media):
    page.goto("/admin/blog/post/add/")
    page.fill("#id_title", "Auf der Kuppe")
    page.locator(".ProseMirror[contenteditable]").click()
    page.keyboard.type("Ein erster Satz.\n> Hier oben ist es still.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("https://youtu.be/dQw4w9WgXcQ\n")
    paste(page, PASTED.format(src=media.file.url, number=media.pk))


def preview_of(page):
    return page.frame_locator("iframe[name=post-preview]")


def test_post_is_written_previewed_shared_agreed_to_and_appears_at_its_time(
    desk, site, new_page, assert_accessible
):
    write(desk, make_media())
    desk.click("[data-preview-open]")
    shown = preview_of(desk)
    expect(shown.locator("h1")).to_have_text("Auf der Kuppe")
    for part in ["blockquote", ".embed", "table", "figure img"]:
        expect(shown.locator(f".prose {part}").first).to_be_visible()
    assert not Post.objects.exists()
    desk.click("[data-preview-close]")
    desk.click("input[name=_continue] >> nth=0")
    desk.wait_for_url("**/change/")

    desk.get_by_role("link", name="Share it").or_(desk.locator(".review-box a")).first.click()
    desk.fill("#id_for_whom", "Carla")
    desk.click(".review-form button")
    address = desk.locator("#review-address").input_value()

    reader = new_page(viewport={"width": 390, "height": 800})
    reader.goto(address)
    expect(reader.locator(".prose table")).to_be_visible()
    reader.locator(".remark-link").first.click()
    reader.fill("[name=text]", "Hier fehlt ein Wort.")
    reader.fill("[name=name]", "Carla Leserin")
    reader.click("main .form button")
    expect(reader.locator(".remark-text")).to_have_text("Hier fehlt ein Wort.")
    reader.locator("#agree .form button").click()
    expect(reader.locator(".agreements")).to_contain_text("Carla Leserin")
    assert ReviewAgreement.objects.count() == 1

    post = Post.objects.get()
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    expect(desk.locator(".review-box")).to_contain_text("Hier fehlt ein Wort.")
    expect(desk.locator(".review-box")).to_contain_text("Carla Leserin")
    assert_accessible(desk, context=[".review-box", ".preview-bar"])

    tomorrow = (timezone.localtime() + timedelta(days=1)).replace(hour=7, minute=30, second=0)
    desk.fill("#id_published_at_0", date_format(tomorrow, "d.m.Y"))
    desk.fill("#id_published_at_1", "07:30")
    desk.get_by_role("button", name="Zur angegebenen Zeit erscheinen lassen").first.click()
    expect(desk.locator(".messagelist")).to_contain_text("erscheint")
    expect(desk.locator(".field-standing")).to_contain_text("07:30")
    assert reader.goto(address).status == 200
    assert "/review/" in reader.url
    assert Client().get(post.get_absolute_url()).status_code == 404
    assert reader.goto("/").status == 200
    expect(reader.get_by_text("Auf der Kuppe")).to_have_count(0)

    # Its hour has come; nobody does anything.
    with time_machine.travel(tomorrow + timedelta(seconds=1), tick=True):
        reader.goto(address)
        assert reader.url == f"{site}{post.get_absolute_url()}"
        expect(reader.locator("h1")).to_have_text("Auf der Kuppe")
        for part in ["figure img", "blockquote", ".embed", "table"]:
            expect(reader.locator(f".prose {part}").first).to_be_visible()
        reader.goto("/")
        expect(reader.get_by_role("link", name="Auf der Kuppe").first).to_be_visible()


def test_remarks_are_done_without_leaving_the_form(desk):
    post = make_post(status="draft", published_at=None, body=TEXT)
    link, _url = review.make_link(post, user=make_user("x"), for_whom="Carla")
    piece = review.reviewed(post, link)[0][0].paragraph
    review.remark(link, piece, name="Carla", text="Bitte kürzer.")
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    desk.fill("#id_title", "Noch nicht gespeichert")

    desk.locator("[data-review-done] button").click()

    expect(desk.locator(".review-remark-done")).to_be_visible()
    assert link.remarks.get().done_at is not None
    expect(desk.locator("#id_title")).to_have_value("Noch nicht gespeichert")


def test_preview_follows_what_is_typed_in_both_widths_and_by_keyboard(desk):
    post = make_post(status="draft", published_at=None, body=TEXT)
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    desk.locator("[data-preview-open]").focus()
    desk.keyboard.press("Enter")
    frame = desk.locator("[data-preview-frame]")
    width = "frame => frame.contentWindow.innerWidth"
    expect(preview_of(desk).locator(".prose")).to_contain_text("Ein erster Satz.")
    assert frame.evaluate(width) == 390

    desk.click("[data-preview-width='1280']")
    assert frame.evaluate(width) == 1280
    box = frame.bounding_box()
    assert box["x"] + box["width"] <= desk.viewport_size["width"] + 1

    desk.fill("#id_title", "Ein besserer Titel")
    desk.evaluate("document.dispatchEvent(new CustomEvent('autosaved'))")
    expect(preview_of(desk).locator("h1")).to_have_text("Ein besserer Titel")

    desk.locator("[data-preview] h2").focus()
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-preview]")).to_be_hidden()
    assert desk.evaluate("document.activeElement.matches('[data-preview-open]')")
    assert Post.objects.get().title == "Ein Beitrag"


def test_without_script_the_preview_opens_in_a_new_tab(desk, new_page):
    post = make_post(status="draft", published_at=None, body=TEXT)
    plain = new_page(java_script_enabled=False)
    plain.context.add_cookies(desk.context.cookies())
    plain.goto(f"/admin/blog/post/{post.pk}/change/")
    with plain.context.expect_page() as opened:
        plain.locator("[data-preview-open]").click()
    expect(opened.value.locator("h1")).to_have_text("Ein Beitrag")


# Every pair of language, width and colours is there once.
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("de", 390, "light"), ("de", 1280, "dark"), ("en", 390, "dark"), ("en", 1280, "light")],
)
def test_pages_are_accessible(desk, new_page, assert_accessible, language, width, scheme):
    post = make_post(
        status="draft", published_at=None, body=TEXT, language=language, authors=[make_author("A")]
    )
    link, address = review.make_link(post, user=make_user("x"), for_whom="Carla")
    piece = review.reviewed(post, link)[0][0].paragraph
    review.remark(link, piece, name="Carla", text="Bitte kürzer.")
    review.agree(link, name="Carla")
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.context.add_cookies(desk.context.cookies())
    start = "/en" if language == "en" else ""
    for url in [
        address,
        f"{address}remarks/{review.digest_of(piece)}/",
        f"{start}/admin/blog/post/{post.pk}/preview/",
        f"{start}/admin/blog/post/{post.pk}/review/",
    ]:
        assert page.goto(url).status == 200
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
