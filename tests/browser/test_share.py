"""Passing a post on: copied address, a quotation with its source, nothing asked of anybody."""

import pytest

from tests.factories import make_author, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def select(page, selector):
    page.evaluate(
        "selector => getSelection().selectAllChildren(document.querySelector(selector))", selector
    )


def test_a_quotation_takes_its_source_along(page, site):
    post = make_post("Die Glocke", body="<p>Hör hin.</p>", authors=[make_author("Mira F.")])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + post.get_absolute_url())
    assert page.locator("[data-share-quote]").is_hidden()
    select(page, ".prose p")
    page.locator("[data-share-quote]").click()
    page.get_by_text("Kopiert.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"„Hör hin.“\n(Mira F., Die Glocke, {post.get_canonical_url()})"
    select(page, ".post-head h1")
    page.locator("[data-share-quote]").wait_for(state="hidden")


def test_a_qr_code_is_fetched_when_it_is_asked_for(page, site, assert_accessible):
    post = make_post("Die Glocke")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + post.get_absolute_url())
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith(".svg") and "qr" in url]
    page.get_by_text("QR-Code", exact=True).click()
    code = page.locator(".share-qr img")
    code.evaluate("image => image.decode()")
    assert code.evaluate("image => image.naturalWidth") > 20
    assert_accessible(page)


def test_the_browsers_own_sharing_gets_title_and_address(page, site):
    post = make_post("Die Glocke")
    page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page.goto(site + post.get_absolute_url())
    page.get_by_role("button", name="Teilen").click()
    assert page.evaluate("shared") == {"title": "Die Glocke", "url": post.get_canonical_url()}


def test_without_script_mail_and_qr_code_remain(new_page, site):
    post = make_post("Die Glocke")
    page = new_page(java_script_enabled=False)
    page.goto(site + post.get_absolute_url())
    mail = page.locator(".share a").get_attribute("href")
    assert mail.startswith("mailto:?subject=Die%20Glocke&body=")
    page.get_by_text("QR-Code", exact=True).click()
    page.locator(".share-qr img").wait_for(state="visible")
    assert page.locator(".share button:visible").count() == 0


def test_the_address_is_copied(page, site, assert_accessible):
    post = make_post("Die Glocke")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + post.get_absolute_url())
    page.get_by_role("button", name="Adresse kopieren").click()
    page.get_by_text("Kopiert.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == post.get_canonical_url()
    assert_accessible(page)
