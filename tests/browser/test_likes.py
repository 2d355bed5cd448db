"""Liking and reporting an answer, with script and without, for eyes, ears and keyboard."""

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils.translation import override
from playwright.sync_api import expect

from comments.models import Comment, Like, Report
from comments.notices import links, tasks
from tests.factories import make_comment, make_post

VIEWPORTS = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


@pytest.fixture
def comment(transactional_db):
    post = make_post("Ein Gespräch")
    return make_comment(post, name="Carlo Düllings", email="carlo@example.org")


def like_button(page):
    return page.locator("button[form=likes]").first


def test_liked_counted_kept_over_a_reload_and_taken_back(comment, page, assert_accessible):
    page.goto(comment.post.get_absolute_url())
    assert page.context.cookies() == []
    button = like_button(page)
    expect(button).to_have_attribute("aria-pressed", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button.locator("b")).to_have_text("1")
    expect(button).to_be_focused()
    assert_accessible(page)

    page.reload()
    expect(like_button(page)).to_have_attribute("aria-pressed", "true")
    like_button(page).click()
    expect(like_button(page)).to_have_attribute("aria-pressed", "false")
    expect(like_button(page).locator("b")).to_have_text("")
    assert Like.objects.count() == 0


def test_another_browser_sees_the_count_and_no_mark(comment, new_page):
    first, second = new_page(), new_page()
    first.goto(comment.post.get_absolute_url())
    like_button(first).click()
    expect(like_button(first)).to_have_attribute("aria-pressed", "true")
    second.goto(comment.post.get_absolute_url())
    expect(like_button(second)).to_have_attribute("aria-pressed", "false")
    expect(like_button(second).locator("b")).to_have_text("1")


def test_without_script_a_page_of_its_own_says_so_and_takes_it_back(comment, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(comment.post.get_absolute_url())
    like_button(page).click()
    assert Comment.objects.get().like_count == 1
    page.locator(".form-actions button").click()
    assert Comment.objects.get().like_count == 0


# Every pair of language, colours and size is there once.
@pytest.mark.parametrize(
    ("language", "scheme", "viewport"),
    [
        ("", "light", VIEWPORTS[0]),
        ("", "dark", VIEWPORTS[1]),
        ("/en", "dark", VIEWPORTS[0]),
        ("/en", "light", VIEWPORTS[1]),
    ],
)
def test_pages_are_accessible_and_do_not_scroll_sideways(
    comment, new_page, assert_accessible, viewport, scheme, language
):
    page = new_page(viewport=viewport, color_scheme=scheme)
    paths = [comment.post.get_absolute_url()]
    paths += [f"/c/{comment.pk}/{name}/" for name in ("like", "report", "reported", "mine")]
    with override(language.strip("/") or "de"):
        own = urlsplit(links.own_url(comment)).path
    for path in [*(f"{language}{path}" for path in paths), own]:
        page.goto(path)
        assert_accessible(page)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide)


def test_report_with_an_error_keeps_the_text_then_thanks(comment, page, assert_accessible):
    page.goto(comment.post.get_absolute_url())
    page.locator("a[rel=nofollow].act").first.click()
    page.locator("select[name=reason]").select_option("unlawful")
    page.locator("input[name=email]").fill("erika@example.org")
    page.locator(".form-actions button").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value("erika@example.org")
    assert_accessible(page)

    page.locator("textarea[name=text]").fill("§ 185 StGB")
    page.locator("input[name=is_in_good_faith]").check()
    page.locator(".form-actions button").click()
    expect(page).to_have_url(f"{page.url.split('/c/')[0]}/c/{comment.pk}/reported/")
    assert_accessible(page)
    assert Report.objects.get().reason == "unlawful"


def test_the_writer_finds_the_way_to_an_own_answer_without_script(comment, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(comment.post.get_absolute_url())
    page.locator("a[rel=nofollow].act").first.click()
    page.locator(f'a[href$="/c/{comment.pk}/mine/"]').click()
    page.locator("input[name=email]").fill("carlo@example.org")
    page.locator(".form-actions button").click()
    expect(page.get_by_role("status")).to_be_visible()
    tasks.send_claim_mails.call()
    (message,) = mail.outbox
    page.goto(next(word for word in message.body.split() if "/f/o/" in word))
    page.locator("button[value=delete]").click()
    page.locator(".form-actions button").click()
    assert not Comment.objects.exists()
