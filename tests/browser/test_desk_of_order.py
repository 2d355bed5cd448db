"""Pages that say what will happen: acts on many posts, two people, deleting a category."""

from django.urls import reverse
from playwright.sync_api import expect

from blog.models import Post
from tests.factories import make_author, make_category, make_post


def test_pages_that_tell_beforehand_are_accessible(desk, assert_accessible):
    top = make_category("Wissen", description="Worum es geht.")
    make_category("Handel", parent=make_category("Service", parent=top))
    one = make_author("Berta", email="berta@example.org")
    other = make_author("B. Muster")
    merge = f"{reverse('admin:blog_author_merge')}?row={one.pk}&row={other.pk}"
    pages = [
        reverse("admin:blog_category_changelist"),
        reverse("admin:blog_category_delete", args=[top.pk]),
        merge,
    ]
    for address in pages:
        assert desk.goto(address).status == 200
        assert_accessible(desk, context="#content")


def test_many_posts_get_a_category_after_a_look(desk, assert_accessible):
    make_category("Wissen")
    for number in range(3):
        make_post(f"Beitrag {number}", authors=[make_author(f"Mensch {number}")])
    desk.goto(reverse("admin:blog_post_changelist"))
    desk.locator("#action-toggle").check()
    desk.locator("select[name=action]").first.select_option("set_category")
    desk.locator("button[name=index]").first.click()
    expect(desk.locator("h1")).to_be_visible()
    assert_accessible(desk, context="#content")
    desk.locator(".select2-selection").click()
    desk.get_by_role("option", name="Wissen").click()
    desk.locator("#content form [type=submit]").first.click()
    desk.wait_for_load_state("networkidle")
    assert not Post.objects.filter(category__isnull=False).exists()
    assert_accessible(desk, context="#content")
    desk.get_by_role("button", name="Ausführen").click()
    expect(desk.locator(".messagelist")).to_be_visible()
    assert Post.objects.filter(category__name="Wissen").count() == 3
