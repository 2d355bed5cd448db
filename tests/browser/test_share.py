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


def test_the_address_is_copied(page, site, assert_accessible):
    post = make_post("Die Glocke")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + post.get_absolute_url())
    page.get_by_role("button", name="Adresse kopieren").click()
    page.get_by_text("Kopiert.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == post.get_canonical_url()
    assert_accessible(page)
