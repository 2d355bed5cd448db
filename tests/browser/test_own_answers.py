"""What writers do with their own answers: look first, lose nothing, put right, take back."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_comment, make_post


@pytest.fixture
def post(transactional_db):
    post = make_post("Ein Gespräch")
    make_comment(post, name="Carlo Düllings")
    return post


def open_form(page, post):
    page.goto(post.get_absolute_url())
    page.locator(".turn .reply").first.click()
    return page.get_by_label("Deine Antwort")


def write(page, post, text):
    open_form(page, post).fill(text)
    page.get_by_label("Name", exact=True).fill("Erika")
    page.locator("input[name=email]").fill("erika@example.org")


def test_preview_in_the_page_then_send(post, page, assert_accessible):
    write(page, post, "Siehe https://example.org <u>hier</u>")
    page.locator("button[name=preview]").click()
    preview = page.locator("[data-preview]")
    expect(preview).to_be_focused()
    expect(preview.locator(".turn-text a")).to_have_attribute("href", "https://example.org")
    assert_accessible(page)
    assert Comment.objects.count() == 1

    page.get_by_role("button", name="Antwort senden").click()
    expect(page.locator(".turn-waiting")).to_be_visible()
    expect(page.locator("[data-preview]")).to_have_count(0)
    assert Comment.objects.count() == 2


def test_a_draft_survives_a_reload_and_is_gone_once_sent(post, page):
    write(page, post, "Halb fertig")
    box = open_form(page, post)
    expect(box).to_have_value("")
    page.locator("[data-draft-restore]").click()
    expect(box).to_have_value("Halb fertig")
    expect(page.locator("[data-draft-offer]")).to_be_hidden()

    page.get_by_label("Name", exact=True).fill("Erika")
    page.locator("input[name=email]").fill("erika@example.org")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.locator(".turn-waiting")).to_be_visible()
    open_form(page, post)
    expect(page.locator("[data-draft-offer]")).to_be_hidden()


def test_change_then_delete_without_script(post, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"/posts/{post.slug}/reply/")
    page.get_by_label("Deine Antwort").fill("Mit Schlip")
    page.get_by_label("Name", exact=True).fill("Erika")
    page.locator("input[name=email]").fill("erika@example.org")
    page.locator("button[name=preview]").click()
    expect(page.locator("[data-preview]")).to_contain_text("Mit Schlip")
    page.get_by_role("button", name="Antwort senden").click()

    page.locator(".turn-own a").first.click()
    page.locator("textarea").fill("Mit Schlips")
    page.locator(".form-actions button").first.click()
    expect(page.get_by_text("Mit Schlips")).to_be_visible()

    page.locator(".turn-own a").last.click()
    page.locator(".form-actions button").click()
    expect(page.get_by_text("Mit Schlips")).to_have_count(0)
    assert Comment.objects.count() == 1


def test_pages_of_an_own_answer_are_accessible(post, page, assert_accessible):
    write(page, post, "Meins")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.locator(".turn-own")).to_be_visible()
    links = [link.get_attribute("href") for link in page.locator(".turn-own a").all()]
    for link in links:
        page.goto(link)
        assert_accessible(page)
