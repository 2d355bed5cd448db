"""Writing in a real browser: two windows at once, one field put back, drafts that survive."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from blog import revisions
from blog.models import Draft, Post
from tests.factories import make_author, make_post, make_user

EDITOR = ".ProseMirror[contenteditable]"
SAVE = "input[name=_save] >> nth=0"
STATE = "[data-autosave-state]"


@pytest.fixture
def desk_of(new_page, site, transactional_db):
    """Return a function that opens the browser of an editor, whose name it gets."""

    def desk_of(name, **options):
        user = make_user(name.lower(), first_name=name, is_staff=True, is_superuser=True)
        make_author(name, user=user)
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page = new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}
        page.context.add_cookies([cookie])
        return page

    return desk_of


def change_url(post):
    return f"/admin/blog/post/{post.pk}/change/"


def open_form(page, post):
    page.goto(change_url(post))
    page.locator(EDITOR).wait_for()


def write(page, words):
    """Type at the end of the text."""
    page.locator(EDITOR).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def wait_for_draft(page):
    expect(page.locator(STATE)).to_have_text(re.compile("Entwurf|Draft"))


def test_two_windows_at_once_lose_nothing(desk_of, assert_accessible):
    anna, ben = desk_of("Anna"), desk_of("Ben")
    post = make_post("Der Titel", body="<p>Der Anfang.</p>", excerpt="Alt", authors=[])
    post.bylines.create(author=make_author("Zoe"))
    open_form(anna, post)
    open_form(ben, post)
    expect(ben.locator(".editing-note").first).to_contain_text("Anna")

    anna.fill("#id_title", "Annas Titel")
    write(anna, " Annas Satz.")
    anna.click(SAVE)
    anna.wait_for_url("**/admin/blog/post/")

    write(ben, " Bens Satz.")
    ben.fill("#id_excerpt", "Bens Vorspann")
    ben.click(SAVE)

    merge = ben.locator(".merge")
    expect(merge).to_contain_text("Anna")
    expect(merge.locator("del").first).to_have_text("Annas ")
    expect(merge.locator("ins").first).to_have_text("Bens ")
    expect(ben.locator("#id_title")).to_have_value("Annas Titel")
    expect(ben.locator("#id_excerpt")).to_have_value("Bens Vorspann")
    expect(ben.locator(EDITOR)).to_have_text("Der Anfang. Bens Satz.")
    assert_accessible(ben, ".merge")
    post.refresh_from_db()
    assert "Annas Satz." in post.body

    write(ben, " Annas Satz.")
    ben.click(SAVE)
    ben.wait_for_url("**/admin/blog/post/")
    post.refresh_from_db()
    assert post.title == "Annas Titel"
    assert post.excerpt == "Bens Vorspann"
    assert post.body == "<p>Der Anfang. Bens Satz. Annas Satz.</p>"


def test_one_field_is_put_back_and_the_others_stay(desk, assert_accessible):
    post = make_post("Alter Titel", body="<p>Der gute alte Satz.</p>", authors=[])
    revisions.keep(post)
    post.title, post.body = "Neuer Titel", "<p>Der neue Satz.</p>"
    post.save()
    revisions.keep(post)

    desk.goto(change_url(post))
    desk.click(".historylink")
    desk.wait_for_url("**/revisions/")
    assert_accessible(desk, "#content")
    desk.click("button[form=compare]")
    expect(desk.locator(".revision-diff").first).to_have_text("Alter Neuer Titel")
    assert_accessible(desk, "#content")
    desk.locator("section", has=desk.locator("#field-body")).get_by_role("link").click()
    expect(desk.locator("input[name=field][value=body]")).to_be_checked()
    expect(desk.locator("input[name=field][value=title]")).not_to_be_checked()
    assert_accessible(desk, "#content")
    desk.click("input[type=submit]")
    desk.wait_for_url("**/change/")

    expect(desk.locator(EDITOR)).to_have_text("Der gute alte Satz.")
    post.refresh_from_db()
    assert (post.title, post.body) == ("Neuer Titel", "<p>Der gute alte Satz.</p>")


def test_what_is_typed_is_kept_as_a_draft_and_put_back_in_another_browser(desk_of, site):
    desk = desk_of("Anna")
    post = make_post("Titel", body="<p>Der Anfang.</p>", authors=[])
    open_form(desk, post)
    write(desk, " Noch ein Satz.")
    wait_for_draft(desk)
    post.refresh_from_db()
    assert post.body == "<p>Der Anfang.</p>"

    other = desk.context.browser.new_context(base_url=site, locale="de-DE")
    other.add_cookies(desk.context.cookies())
    page = other.new_page()
    open_form(page, post)
    page.click("button[value=draft]")
    expect(page.locator(EDITOR)).to_have_text("Der Anfang. Noch ein Satz.")
    page.locator("#id_bylines-0-author").wait_for(state="attached")
    page.click(SAVE)
    page.wait_for_url("**/admin/blog/post/")
    other.close()
    post.refresh_from_db()
    assert post.body == "<p>Der Anfang. Noch ein Satz.</p>"
    assert not Draft.objects.exists()


def test_opening_alone_keeps_nothing(desk):
    post = make_post(body="<h2>Titel</h2><ul><li>Ein Punkt</li></ul>", authors=[])
    desk.clock.install()
    open_form(desk, post)
    desk.clock.run_for(20_000)
    assert desk.locator(STATE).text_content() == ""
    assert not Draft.objects.exists()


def test_a_new_post_has_a_draft_too(desk):
    desk.goto("/admin/blog/post/add/")
    desk.locator(EDITOR).wait_for()
    desk.fill("#id_title", "Noch nie gespeichert")
    wait_for_draft(desk)
    desk.goto("/admin/blog/post/add/")
    desk.click("button[value=draft]")
    expect(desk.locator("#id_title")).to_have_value("Noch nie gespeichert")
    assert not Post.objects.exists()


def test_without_a_network_the_text_stays_in_the_browser_and_is_offered_later(desk):
    post = make_post("Titel", body="<p>Der Anfang.</p>", authors=[])
    open_form(desk, post)
    desk.loses_network = True
    desk.context.set_offline(True)
    write(desk, " Im Zug geschrieben.")
    expect(desk.locator(STATE)).to_have_text(re.compile("Offline"))
    assert not Draft.objects.exists()

    desk.context.set_offline(False)
    kept = desk.evaluate(
        "Object.entries(localStorage).filter(([name]) => name.startsWith('post:'))"
    )
    desk.goto("about:blank")
    Draft.objects.all().delete()  # that the network came back has sent it at once
    desk.goto("/admin/")
    desk.evaluate(
        "kept => kept.forEach(([name, value]) => localStorage.setItem(name, value))", kept
    )
    open_form(desk, post)
    desk.click("[data-local-put-back]")
    expect(desk.locator(EDITOR)).to_have_text("Der Anfang. Im Zug geschrieben.")
    wait_for_draft(desk)
    assert desk.evaluate("Object.keys(localStorage).filter(name => name.startsWith('post:'))") == []


def test_when_the_network_is_back_the_draft_is_sent(desk):
    post = make_post("Titel", body="<p>Der Anfang.</p>", authors=[])
    open_form(desk, post)
    desk.loses_network = True
    desk.context.set_offline(True)
    write(desk, " Im Zug geschrieben.")
    expect(desk.locator(STATE)).to_have_text(re.compile("Offline"))
    desk.context.set_offline(False)
    wait_for_draft(desk)
    assert Draft.objects.get().fields["body"] == ["<p>Der Anfang. Im Zug geschrieben.</p>"]


def test_a_lost_session_keeps_the_text_and_offers_it_after_signing_in(desk, site):
    post = make_post("Titel", body="<p>Der Anfang.</p>", authors=[])
    open_form(desk, post)
    cookies = desk.context.cookies()
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    write(desk, " Ohne Anmeldung.")
    expect(desk.locator(STATE)).to_have_text(re.compile("Abgemeldet|Signed out"))
    desk.click(SAVE)
    desk.wait_for_url("**/login/**")

    desk.context.add_cookies(cookies)
    open_form(desk, post)
    desk.click("[data-local-put-back]")
    expect(desk.locator(EDITOR)).to_have_text("Der Anfang. Ohne Anmeldung.")
    desk.click(SAVE)
    desk.wait_for_url("**/admin/blog/post/")
    open_form(desk, post)
    expect(desk.locator("[data-local-offer]")).to_be_hidden()
    post.refresh_from_db()
    assert post.body == "<p>Der Anfang. Ohne Anmeldung.</p>"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_pages_are_accessible_narrow_wide_light_and_dark(
    desk_of, assert_accessible, width, scheme
):
    page = desk_of("Anna", viewport={"width": width, "height": 800}, color_scheme=scheme)
    post = make_post("Titel", authors=[])
    open_form(page, post)
    page.fill("#id_title", "Neuer Titel")
    wait_for_draft(page)
    open_form(page, post)
    for region in (".autosave", "section.editing-note:not([hidden])"):
        assert_accessible(page, region)
    page.click(".historylink")
    page.wait_for_url("**/revisions/")
    assert_accessible(page, "#content")
