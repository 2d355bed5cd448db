"""Series, translations and merges in a real browser, at a desk and on a phone."""

import pytest
from django.urls import reverse

from blog.models import Tag
from tests.factories import make_post, make_series


def rows():
    """Two parts of a series; the second has a translation."""
    series = make_series("Größe in Teilen", description="Worum es geht.")
    first = make_post(
        "Anfang", series=series, is_pinned=True, tags=[Tag.objects.create(name="Mut")]
    )
    second = make_post("Fortsetzung", series=series, authors=[])
    make_post("Sequel", language="en", translation_of=second, authors=[])
    return series, first, second


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_are_accessible(transactional_db, new_page, assert_accessible, width):
    series, first, second = rows()
    page = new_page(viewport={"width": width, "height": 900})
    for address in ["/", series.get_absolute_url(), second.get_absolute_url()]:
        assert page.goto(address).status == 200
        assert_accessible(page)
    page.locator(".series-parts summary").click()
    assert_accessible(page)
    page.get_by_role("link", name="Anfang").last.click()
    page.wait_for_url(f"**{first.get_absolute_url()}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_desk_pages_are_accessible(desk, assert_accessible):
    series, _first, _second = rows()
    tags = [Tag.objects.get(), Tag.objects.create(name="Courage")]
    merge = reverse("admin:blog_tag_merge") + "?" + "&".join(f"row={tag.pk}" for tag in tags)
    for address in [reverse("admin:blog_series_change", args=[series.pk]), merge]:
        assert desk.goto(address).status == 200
        assert_accessible(desk, context="#content")
    desk.get_by_role("radio").first.check()
    desk.locator("input[type=submit]").last.click()
    desk.wait_for_url("**/tagmerge/*/change/")
    assert_accessible(desk, context="#content")
