"""Authors in the form of a post: put in order by keyboard and by hand, guests made on the way."""

from django.urls import reverse
from playwright.sync_api import expect

from blog.models import Author
from tests.factories import make_author, make_post


def opened(desk):
    """Return a post of three authors, with its form open."""
    post = make_post(authors=[make_author(name) for name in ("Berta", "Cleo", "Dora")])
    desk.goto(reverse("admin:blog_post_change", args=[post.pk]))
    desk.wait_for_selector(".byline-step")
    return post


def saved(desk, post):
    desk.locator("input[name=_continue]").first.click()
    desk.wait_for_selector(".messagelist .success")
    return list(post.bylines.values_list("author__name", flat=True))


def test_authors_are_moved_by_keyboard(desk):
    post = opened(desk)
    down = desk.locator("#bylines-0 .byline-step").nth(1)
    down.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    assert "3" in desk.locator("[data-bylines] [aria-live]").inner_text()
    assert saved(desk, post) == ["Cleo", "Dora", "Berta"]


def test_authors_are_dragged(desk):
    post = opened(desk)
    grip = desk.locator("#bylines-2 .byline-grip")
    grip.scroll_into_view_if_needed()
    start, target = grip.bounding_box(), desk.locator("#bylines-0").bounding_box()
    desk.mouse.move(start["x"] + 4, start["y"] + 8)
    desk.mouse.down()
    desk.mouse.move(target["x"] + 60, target["y"] + 30, steps=5)
    desk.mouse.move(target["x"] + 60, target["y"] + 4, steps=5)
    desk.mouse.up()
    assert saved(desk, post) == ["Dora", "Berta", "Cleo"]


def test_a_guest_without_account_is_made_from_the_form(desk):
    post = opened(desk)
    desk.fill("#id_title", "Neuer Titel")
    with desk.expect_popup() as popup:
        desk.locator("#add_id_bylines-3-author").click()
    popup.value.fill("#id_name", "Gast Autorin")
    popup.value.locator("input[name=_save]").click()
    chosen = desk.locator("#id_bylines-3-author option:checked")
    expect(chosen).to_have_text("Gast Autorin")
    assert saved(desk, post) == ["Berta", "Cleo", "Dora", "Gast Autorin"]
    assert Author.objects.get(name="Gast Autorin").user is None
    post.refresh_from_db()
    assert post.title == "Neuer Titel"
