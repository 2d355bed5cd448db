"""Both looks on every kind of page: narrow, enlarged, dark, in few colours, on paper."""

import io

import pytest
from playwright.sync_api import expect

from blog.models import Look, SiteSettings
from comments.paging import ROWS_PER_THREAD
from sample.load import load
from tests.browser.test_every_page import addresses
from tests.factories import make_author, make_comment, make_post

NARROW = {"viewport": {"width": 320, "height": 640}}
# A window of 1280 by 1024 pixels at 400 % (WCAG 2.2, 1.4.10).
ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"


@pytest.fixture(params=Look.values)
def look(request, transactional_db, tmp_path):
    load(io.StringIO(), seeds=tmp_path)
    SiteSettings(look=request.param, name=LONG, motto_de=f"Gedanken über {LONG}").save()
    return request.param


@pytest.fixture
def talk(transactional_db):
    post = make_post("Die Glocke", body='<p>Ein <a href="https://example.org/a">Ton</a>.</p>')
    answer = make_comment(post, name="Erika")
    for minutes in (1, 2):
        make_comment(post, parent=answer, name="Otto", body=f"Gefaltet {minutes}.", minutes=minutes)
    return post


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("window", [NARROW, ENLARGED], ids=["320", "400 %"])
def test_no_page_scrolls_sideways(look, new_page, window):
    page = new_page(**window)
    for address in [*addresses(), "/search/", "/search/?q=und"]:
        page.goto(address)
        assert overflow(page) <= 0, address


def test_magazine_is_accessible_in_every_dress(look, new_page, assert_accessible):
    dresses = [{"color_scheme": "dark"}, {"forced_colors": "active"}, NARROW]
    for dress in dresses:
        page = new_page(**dress)
        for address in ["/", "/en/archive/", *addresses()[-2:]]:
            page.goto(address)
            assert_accessible(page)


def test_dark_paper_follows_the_reader(talk, new_page):
    def paper(scheme):
        page = new_page(color_scheme=scheme)
        page.goto(talk.get_absolute_url())
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert paper("light") == "rgb(250, 247, 241)"
    assert paper("dark") == "rgb(23, 21, 18)"


def test_print_shows_the_whole_thread_and_nothing_to_click(talk, page):
    page.goto(talk.get_absolute_url())
    page.locator(".branch > summary").first.click()
    folded = page.get_by_text("Gefaltet 2.")
    expect(folded).to_be_hidden()

    page.emulate_media(media="print")
    assert folded.evaluate("element => element.getBoundingClientRect().height") > 0
    for chrome in [".masthead-nav", ".share", ".turn-foot", ".answer-invitation", ".breadcrumbs"]:
        expect(page.locator(chrome).first).to_be_hidden()
    address = page.locator(".prose a").evaluate("link => getComputedStyle(link, '::after').content")
    assert "https://example.org/a" in address
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".on-paper")).to_have_count(0)


def test_print_of_a_part_says_where_the_rest_is(talk, page):
    answer = talk.comments.get(parent=None)
    for minutes in range(ROWS_PER_THREAD - 2):
        make_comment(talk, parent=answer, minutes=minutes)
    page.goto(talk.get_absolute_url())
    rest = page.locator(".on-paper")
    expect(rest).to_be_hidden()

    page.emulate_media(media="print")
    expect(rest).to_be_visible()
    expect(rest).to_contain_text(f"{talk.get_canonical_url()}#answers")
    expect(page.get_by_text("1 weitere Antwort")).to_be_visible()


def test_long_lines_end_where_eyes_can_follow(new_page, transactional_db):
    post = make_post(body=f"<p>{'Ein Satz, wie er in einem Beitrag steht. ' * 20}</p>", authors=[])
    page = new_page(viewport={"width": 1920, "height": 1080})
    page.goto(post.get_absolute_url())
    lines = page.locator(".prose p").evaluate(
        """p => { const range = document.createRange(); const counts = {};
          for (let at = 0; at < p.firstChild.length; at++) {
            range.setStart(p.firstChild, at); range.setEnd(p.firstChild, at + 1);
            const line = Math.round(range.getBoundingClientRect().top / 8);
            counts[line] = (counts[line] || 0) + 1;
          }
          return Object.values(counts).slice(0, -1); }"""
    )
    assert 60 <= sum(lines) / len(lines) <= 75
    assert len(lines) > 5


def test_footer_stands_at_the_foot_of_a_short_page(new_page, transactional_db):
    make_author()
    page = new_page(viewport={"width": 1280, "height": 1400})
    page.goto("/imprint/")
    foot = page.locator(".colophon").bounding_box()
    assert foot["y"] + foot["height"] == pytest.approx(1400, abs=1)
