"""The further step as a suspicious sender meets it: a real solve in Chromium, or a mail."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from comments import proof
from comments.models import Comment, SpentProof
from tests.factories import make_comment, make_post


@pytest.fixture
def post(transactional_db, monkeypatch):
    monkeypatch.setattr(proof, "COST", 50)
    monkeypatch.setattr(proof, "FEWEST", 3)
    monkeypatch.setattr(proof, "MOST", 9)
    post = make_post("Ein Gespräch")
    make_comment(post, name="Carlo Düllings")
    return post


def write(page, text="Siehe https://a.example, https://b.example und https://c.example."):
    page.get_by_label("Deine Antwort").fill(text)
    page.get_by_label("Name", exact=True).fill("Erika")
    page.locator("input[name=email]").fill("erika@example.org")
    page.get_by_role("button", name="Antwort senden").click()


def open_in_page(page, post):
    page.goto(post.get_absolute_url())
    page.locator(".turn .reply").first.click()


def open_on_its_own(page, post):
    page.goto(f"/posts/{post.slug}/reply/")


def assert_taken_by_work():
    comment = Comment.objects.get(name="Erika")
    assert "proof" in [finding["code"] for finding in comment.findings]
    assert SpentProof.objects.count() == 1


def test_the_browser_works_and_sends_by_itself(post, page):
    open_in_page(page, post)
    write(page)
    expect(page.locator(".turn-waiting")).to_be_visible()
    expect(page.locator("[data-proof]")).to_have_count(0)
    assert_taken_by_work()


def test_it_works_on_the_form_s_own_page_too(post, page):
    open_on_its_own(page, post)
    write(page)
    expect(page.locator(".turn-waiting")).to_be_visible()
    assert_taken_by_work()


def test_progress_is_told_and_the_step_is_accessible(post, page, assert_accessible, monkeypatch):
    monkeypatch.setattr(proof, "FEWEST", 90_000)
    monkeypatch.setattr(proof, "MOST", 99_000)
    monkeypatch.setattr(proof, "COST", 20_000)
    open_in_page(page, post)
    write(page)
    box = page.locator("[data-proof]")
    expect(box).to_be_focused()
    expect(box.get_by_role("status")).not_to_be_empty()
    expect(box.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_label("Deine Antwort")).to_have_value(
        "Siehe https://a.example, https://b.example und https://c.example."
    )
    assert_accessible(page)
    page.locator("[data-reply-cancel]").click()
    expect(box).to_have_count(0)


def test_work_that_was_refused_is_tried_again_by_hand(post, page, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(proof, "read", lambda value, token: None)
        open_in_page(page, post)
        write(page)
        button = page.locator("[data-proof-start]")
        expect(button).to_be_visible()
    button.press("Enter")
    expect(page.locator(".turn-waiting")).to_be_visible()
    assert_taken_by_work()


def test_enter_in_a_field_asks_for_no_mail(post, page, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(proof, "read", lambda value, token: None)
        open_in_page(page, post)
        write(page)
        expect(page.locator("[data-proof-start]")).to_be_visible()
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.locator(".turn-waiting")).to_be_visible()
    assert_taken_by_work()


def test_without_script_the_mail_is_the_way(post, new_page, assert_accessible):
    page = new_page(java_script_enabled=False)
    open_on_its_own(page, post)
    write(page)
    expect(page.locator("[data-proof]")).to_be_visible()
    expect(page.locator("[data-proof-start]")).to_be_hidden()
    expect(page.get_by_role("progressbar")).to_be_hidden()
    assert not Comment.objects.filter(name="Erika").exists()

    page.locator("button[name=by_mail]").click()
    expect(page.locator(".turn-waiting")).to_be_visible()
    comment = Comment.objects.get(name="Erika")
    assert comment.awaits_writer
    (message,) = [message for message in mail.outbox if message.to == ["erika@example.org"]]
    (link,) = [line for line in message.body.splitlines() if "/f/c/" in line]

    page.goto(link)
    page.locator(".form-actions button").click()
    comment.refresh_from_db()
    assert comment.is_verified
    assert not comment.awaits_writer


@pytest.mark.parametrize("width", [390, 1280])
def test_the_step_fits_the_page(post, new_page, width):
    page = new_page(java_script_enabled=False, viewport={"width": width, "height": 800})
    open_on_its_own(page, post)
    write(page)
    box = page.locator("[data-proof]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
