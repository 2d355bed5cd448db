"""Search as people meet it: by keyboard, in both languages, on a phone and at a desk."""

import pytest

from blog.models import SearchEntry
from blog.search import index
from tests.factories import make_author, make_category, make_comment, make_post

WIDTHS = [(390, 844), (1280, 900)]


@pytest.fixture
def results(transactional_db):
    author, category = make_author(), make_category()
    for number in range(22):
        post = make_post(
            f"Empathie-Trainer und Spiegelneuronen {number}", authors=[author], category=category,
            body="<p>" + "Ein langer Satz über vieles andere. " * 20 + "Häufig feuern sie.</p>",
        )  # fmt: skip
    make_comment(post, body="Das habe ich häufig erlebt.\n\nUnd du?")
    index.words.learn(SearchEntry.objects.all())


@pytest.mark.parametrize(("size", "scheme"), list(zip(WIDTHS, ["dark", "light"], strict=True)))
def test_form_and_results_are_accessible(new_page, results, assert_accessible, size, scheme):
    page = new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    for address in ["/?q=haeufig", "/?q=Empahtie&kind=post", "/?q=-x&tag=nie"]:
        page.goto(f"/search{address}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.goto("/en/search/?q=spiegelneuron")
    assert_accessible(page)


def test_keyboard_alone_searches_narrows_down_and_leads_to_the_post(page, results):
    page.goto("/")
    page.locator(".masthead a[rel=search]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("haeufig")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=haeufig*")
    assert page.locator("mark").first.inner_text().lower() == "häufig"
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.locator("select[name=kind]").select_option("answer")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**kind=answer**")
    assert page.locator(".search-hit").count() == 1
    page.locator(".search-hit a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#comment-*")


def test_search_needs_no_script(new_page, results):
    page = new_page(java_script_enabled=False)
    page.goto("/search/")
    page.get_by_role("searchbox").fill("Spiegelneuron")
    page.locator(".search-form button").click()
    assert page.locator(".search-hit").count() == 20
    page.locator("[rel=next]").click()
    assert page.locator(".search-hit").count() == 2
