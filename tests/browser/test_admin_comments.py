"""Moderation in a real browser, under the strict Content-Security-Policy."""

from comments.models import Comment
from tests.factories import make_comment, make_post

Status = Comment.Status


def test_an_answer_is_approved_by_its_button(desk):
    comment = make_comment(make_post(), status=Status.PENDING)
    desk.goto(f"/admin/comments/comment/{comment.pk}/change/")

    desk.locator(".decision-approve").click()

    desk.locator(".messagelist .success").wait_for()
    comment.refresh_from_db()
    assert comment.status == Status.APPROVED


def test_answers_are_marked_as_spam_in_bulk(desk):
    post = make_post()
    comments = [make_comment(post, status=Status.PENDING) for _ in range(3)]
    desk.goto("/admin/comments/comment/?queue=waiting")

    desk.check("#action-toggle")
    desk.select_option("select[name=action]", "mark_spam")
    desk.locator("button[name=index]").first.click()

    desk.locator(".messagelist .success").wait_for()
    assert {Comment.objects.get(pk=comment.pk).status for comment in comments} == {Status.SPAM}


def test_a_post_is_found_by_typing_and_filters_the_list(desk):
    make_comment(make_post("Über Größe"), name="Berta")
    make_comment(make_post("Anderes", authors=[]), name="Carlo")
    desk.goto("/admin/comments/comment/")

    desk.locator(".filter-by-post .select2-selection").click()
    desk.locator(".select2-search__field").fill("Größe")
    desk.locator(".select2-results__option", has_text="Über Größe").click()
    desk.locator(".filter-by-post button").click()

    desk.wait_for_url("**post=**")
    names = desk.locator("#result_list .field-place strong").all_inner_texts()
    assert names == ["Berta"]


def test_depth_shows_and_needs_no_inline_style(desk):
    post = make_post()
    reply = make_comment(post, parent=make_comment(post))
    desk.goto("/admin/comments/comment/")
    margin = desk.locator(".thread-depth-1").evaluate("node => getComputedStyle(node).marginLeft")
    assert margin == "16px", reply
