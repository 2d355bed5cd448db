"""Rules against spam and the trap of the form in a real browser, under the strict policy."""

from django.utils import timezone

from comments.models import Comment, SpamCheck, SpamRule
from tests.factories import make_comment, make_post


def test_a_rule_is_tried_and_then_saved(desk):
    make_comment(make_post(), body="Heute im Casino", created_at=timezone.now())
    desk.goto("/admin/comments/spamrule/add/")
    desk.select_option("select[name=kind]", "word")
    desk.fill("input[name=value]", "casino")

    desk.locator("button[formaction]").click()

    desk.get_by_text("Heute im Casino").wait_for()
    assert not SpamRule.objects.exists()
    desk.locator("input[name=_save]").click()
    desk.locator(".messagelist .success").wait_for()
    assert SpamRule.objects.get().value == "casino"


def test_the_replay_shows_the_fields(desk):
    fields = {"comment_author": "Berta", "comment_context[]": ["Größe", "Maß"]}
    comment = make_comment(make_post())
    check = SpamCheck.objects.create(comment=comment, fields=fields, asked_at=timezone.now())
    desk.goto(f"/admin/comments/spamcheck/{check.pk}/change/")
    assert desk.locator(".field-what_left tr").count() == 3


def test_a_filled_trap_shows_itself_and_the_next_try_is_taken(
    page, transactional_db, assert_accessible
):
    post = make_post()
    page.goto(f"/posts/{post.slug}/reply/")
    page.fill("textarea[name=body]", "Mühsam getippt.")
    page.fill("input[name=name]", "Berta")
    page.fill("input[name=email]", "berta@example.org")
    trap = page.locator("[aria-hidden=true] input[type=text]")
    trap.evaluate("(field) => { field.value = 'Berta' }")
    page.locator(".form-actions .button").first.click()

    page.locator(".field [tabindex='0'][autocomplete=off]").wait_for()
    assert page.input_value("textarea[name=body]") == "Mühsam getippt."
    assert_accessible(page)
    page.locator(".form-actions .button").first.click()

    page.locator(".turn-waiting").wait_for()
    assert [found["code"] for found in Comment.objects.get().findings][0] == "trap"
