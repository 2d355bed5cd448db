"""An editor erases somebody who asked for it: looks first, chooses, and reads what was done."""

from playwright.sync_api import expect

from blog.models import Author
from comments.models import Comment
from tests.factories import make_author, make_comment, make_post


def test_somebody_is_erased_and_their_text_stays(desk, assert_accessible):
    person = make_author("Erika Muster", email="erika@example.org")
    comment = make_comment(make_post(authors=[]), author=person, name="Erika", body="Meins.")
    desk.goto(f"/en/admin/blog/author/{person.pk}/change/")
    desk.get_by_role("link", name="Erase at the person's request").click()
    expect(desk.get_by_text("1 answer", exact=True)).to_be_visible()
    assert_accessible(desk, "#content")

    desk.get_by_role("button", name="Erase for good").click()
    expect(desk.locator(".errorlist")).to_have_count(2)
    desk.get_by_label("They stay, without a name").check()
    desk.get_by_label("I have made sure").check()
    desk.get_by_role("button", name="Erase for good").click()

    expect(desk.get_by_text("Done: the person has been erased.")).to_be_visible()
    assert not Author.objects.filter(pk=person.pk).exists()
    comment = Comment.objects.get()
    assert (comment.name, comment.email, comment.body) == ("Anonym", "", "Meins.")
