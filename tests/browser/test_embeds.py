"""Cards: no other host is asked before a click. The test answers in the providers' place."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_post

BODY = (
    "<p>Davor.</p><p>https://youtu.be/dQw4w9WgXcQ?t=65</p>"
    "<p>https://youtu.be/aaaaaaaaaaa</p><p>https://vimeo.com/123456</p>"
    "<p>https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk</p>"
    "<p>https://www.openstreetmap.org/#map=15/52.5/13.4</p>"
)
PROVIDERS = ("www.youtube-nocookie.com", "player.vimeo.com", "open.spotify.com")
YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


@pytest.fixture
def asked(page):
    """Answer for the providers; the list is what they were asked for."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body="ein Film", content_type="text/html; charset=utf-8")

    page.context.stands_in_for = PROVIDERS
    for host in PROVIDERS:
        page.context.route(f"https://{host}/**", answer)
    return asked


@pytest.fixture
def post(transactional_db):
    return make_post("Filme", body=BODY)


def card(page, number=0):
    return page.locator(".embed").nth(number)


def test_nobody_is_asked_before_the_click_and_then_for_that_one_alone(post, page, asked):
    page.goto(post.get_absolute_url())
    expect(page.locator(".embed")).to_have_count(5)
    page.wait_for_load_state("networkidle")
    assert asked == []
    assert page.locator("iframe").count() == 0

    page.get_by_role("link", name="Video von YouTube abspielen").first.press("Enter")

    expect(page.frame_locator(".embed-frame").locator("body")).to_have_text("ein Film")
    assert asked == [f"{YOUTUBE}?start=65&autoplay=1"]
    frame = card(page).locator("iframe")
    expect(frame).to_be_focused()
    expect(frame).to_have_attribute("title", "Video von YouTube")
    page.reload()
    expect(page.locator("iframe")).to_have_count(0)


def test_who_ticks_it_is_not_asked_again_until_taking_it_back(post, page, asked):
    page.goto(post.get_absolute_url())
    card(page).get_by_label("Videos von YouTube künftig gleich zeigen").check()
    assert asked == []
    card(page).locator(".embed-link").click()
    page.reload()

    # Now both videos of YouTube are there, at rest, and nobody else's.
    expect(page.locator("iframe")).to_have_count(2)
    expect(card(page).locator("iframe")).to_have_attribute("src", f"{YOUTUBE}?start=65")
    assert not [address for address in asked if "vimeo" in address]

    page.goto("/privacy/#embeds")
    page.get_by_role("button", name="YouTube: wieder fragen").click()
    expect(page.get_by_text("Du wirst jedes Mal gefragt.")).to_be_focused()
    page.goto(post.get_absolute_url())
    expect(page.locator(".embed-link")).to_have_count(5)
    expect(page.locator("iframe")).to_have_count(0)


def test_a_tick_can_be_taken_back_at_the_card(post, page, asked):
    page.goto(post.get_absolute_url())
    page.evaluate("localStorage.setItem('embeds:youtube', '1')")
    page.reload()
    expect(card(page).get_by_text("Erst mit dem Klick")).to_have_count(0)
    box = card(page).get_by_label("Videos von YouTube künftig gleich zeigen")
    box.press("Space")
    expect(box).not_to_be_checked()
    page.reload()
    expect(page.locator("iframe")).to_have_count(0)


def test_without_script_cards_are_links(post, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(post.get_absolute_url())
    link = page.get_by_role("link", name="Video von Vimeo abspielen")
    assert link.get_attribute("href") == "https://vimeo.com/123456"
    assert page.locator("input[type=checkbox]").count() == 0


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("de", 390, "dark"), ("en", 1280, "light")]
)
def test_cards_and_privacy_page_are_accessible(
    post, new_page, assert_accessible, language, width, scheme
):
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    start = "/en" if language == "en" else ""
    for address in (post.get_absolute_url(), f"{start}/privacy/"):
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
