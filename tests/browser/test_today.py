"""The admin's first page and a post's steps, by eye and by axe, on a desktop and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_author, make_comment, make_post


@pytest.fixture
def full(desk):
    ada = make_author("Zoe", bio_de="Da.")
    make_post("Entwurf", status="draft", published_at=None, authors=[ada])
    make_post("Morgen", published_at=timezone.now() + timedelta(days=1), authors=[ada])
    post = make_post("Sprung", body="<h4>Zu tief</h4><p>x</p>", status="in_review", authors=[ada])
    make_comment(post, status="pending")
    return desk


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_first_page_is_accessible_and_fits(full, assert_accessible, prefix, width):
    full.set_viewport_size({"width": width, "height": 900})
    full.goto(f"{prefix}/admin/")
    assert full.locator(".today li a").count() >= 5
    assert_accessible(full, ".today")
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert full.evaluate(too_wide) is False


def test_what_is_left_to_do_is_accessible(full, assert_accessible):
    full.goto("/admin/")
    full.click(".today a:has-text('Sprung')")
    full.wait_for_selector(".ready-red")
    assert_accessible(full, ".ready")
