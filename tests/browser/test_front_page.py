import pytest

from tests.factories import make_author, make_category, make_comment, make_post

SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture
def posts(transactional_db):
    """A front page with what can make it too wide: long words, long names, long titles."""
    category = make_category("Donaudampfschifffahrtsgesellschaft")
    author = make_author("Dr. Annegret Müller-Lüdenscheidt-Wolkenstein")
    for number in range(3):
        title = f"Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz {number}"
        make_comment(make_post(title, authors=[author], category=category))


# Every pair of language, colours and size is there once.
@pytest.mark.parametrize(
    ("path", "scheme", "size"),
    [
        ("/", "light", "phone"),
        ("/", "dark", "desktop"),
        ("/en/", "dark", "phone"),
        ("/en/", "light", "desktop"),
    ],
)
def test_front_page_fits_and_is_accessible(posts, new_page, assert_accessible, path, scheme, size):
    page = new_page(viewport=SIZES[size], color_scheme=scheme)
    page.goto(path)

    assert page.locator("article").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert_accessible(page)


def test_language_link_leads_to_the_same_page(posts, page):
    page.goto("/")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_keyboard_reaches_the_content_first(posts, page):
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_first_visit_leaves_nothing_that_outlives_the_tab(posts, page):
    page.goto("/")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
