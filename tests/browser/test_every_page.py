"""Every kind of page: nothing foreign, no broken policy, accessible, in both languages, light and
dark; on a desktop, at 320 pixels by touch, and by keyboard.

axe looks at each page once in every language, scheme and width, but not in each of the eight
combinations: it takes most of the time.
"""

import io
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override

from blog.models import Post, Series, Tag
from blog.search import index
from comments.models import Comment
from newsletter.models import Newsletter
from sample.load import load
from tests.browser.test_access import cut_off, respace, sideways

MOST_STOPS = 300
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


def addresses():
    """One address of each kind of public page, and of every post."""
    posts = Post.objects.published()
    talked = posts.filter(threads__is_linkback=False).distinct().first()
    answer = Comment.objects.visible().answers().filter(post=talked).first()
    author = talked.bylines.get(position=0).author
    pages = [
        reverse("blog:post_list"),
        reverse("blog:archive_list"),
        reverse("blog:year_detail", args=[talked.published_at.year]),
        reverse("blog:month_detail", args=[talked.published_at.year, talked.published_at.month]),
        reverse("blog:search"),
        f"{reverse('blog:search')}?q={talked.title.split()[0]}",
        reverse("blog:imprint"),
        reverse("blog:privacy"),
        author.get_absolute_url(),
        talked.category.get_absolute_url(),
        *(tag.get_absolute_url() for tag in Tag.objects.all()[:1]),
        *(series.get_absolute_url() for series in Series.objects.filter(posts__in=posts)[:1]),
        Newsletter.objects.first().get_absolute_url(),
        reverse("comments:comment_create", args=[talked.slug]),
        reverse("comments:comment_reply", args=[talked.slug, answer.pk]),
        reverse("comments:thread_detail", args=[talked.slug, answer.tree_id]),
        reverse("comments:comment_report", args=[answer.pk]),
        reverse("comments:comment_like", args=[answer.pk]),
        reverse("comments:comment_claim", args=[answer.pk]),
    ]
    return pages + [post.get_absolute_url() for post in posts]


def small_targets(page):
    """Return what is lower than 44 pixels and no link in a line of text (WCAG 2.2, 2.5.5)."""
    return page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
          .filter((element) => {
            const {height, width} = element.getBoundingClientRect();
            const isSeen = height > 1 && width > 1 && element.checkVisibility();
            const isInText =
              element.tagName === "A" && getComputedStyle(element).display === "inline";
            const label = element.labels?.[0] ?? element;
            const target = Math.max(height, label.getBoundingClientRect().height);
            return isSeen && !isInText && !element.closest(".skip") && target < 43.5;
          }).map((element) => `${element.outerHTML.slice(0, 90)} is `
            + `${element.getBoundingClientRect().height} high`)"""
    )


def outline_faults(page):
    """Return what is wrong with the headings: not one h1, or a level left out."""
    levels = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
          .map((heading) => Number(heading.tagName[1]))"""
    )
    jumps = [pair for pair in zip(levels, levels[1:], strict=False) if pair[1] > pair[0] + 1]
    return jumps + ([] if levels.count(1) == 1 else [levels])


def unseen_stops(page):
    """Walk with Tab through a page just opened; return the stops whose focus cannot be seen:
    without an outline, out of the window, or under something else (WCAG 2.2, 2.4.7 and 2.4.11).
    """
    found = []
    for _press in range(MOST_STOPS):
        page.keyboard.press("Tab")
        fault = page.evaluate(
            """() => {
              const stop = document.activeElement;
              if (stop === document.body) return null;  // past the last one
              const style = getComputedStyle(stop);
              const {left, top, right, bottom} = stop.getClientRects()[0];
              const middle = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
                (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
              const over = document.elementFromPoint(...middle);
              const isSeen = over !== null && (stop.contains(over) || over.contains(stop));
              const hasOutline =
                style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return isSeen && hasOutline ? "" : `${stop.outerHTML.slice(0, 120)} ` +
                `at ${middle}, under ${over?.outerHTML.slice(0, 60)}, ${style.outline}`;
            }"""
        )
        if fault is None:
            return found
        found += [fault] if fault else []
    raise AssertionError("Tab does not lead out of the page")


@pytest.mark.parametrize(("language", "scheme"), [("de", "light"), ("en", "dark")])
def test_pages_ask_nobody_else_and_are_accessible(
    transactional_db, tmp_path, new_page, assert_accessible, language, scheme
):
    load(io.StringIO(), seeds=tmp_path)
    page = new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    with override(language):
        pages = addresses()
    assert_good(page, pages, assert_accessible)


def test_seed_pages_ask_nobody_else_and_are_accessible(transactional_db, page, assert_accessible):
    """The first in German, the second in English and so on."""
    if not SEEDS.is_dir():
        pytest.skip("there are no seed pages beside the repository")
    load(io.StringIO(), seeds=SEEDS)
    german = addresses()
    with override("en"):
        english = addresses()
    assert_good(page, [*german[::2], *english[1::2]], assert_accessible)


def assert_good(page, pages, assert_accessible):
    for address in pages:
        response = page.goto(address)
        assert response.status == 200, address
        assert_accessible(page)


@pytest.mark.parametrize(("language", "scheme"), [("de", "dark"), ("en", "light")])
def test_pages_are_for_everybody_on_a_phone(
    transactional_db, tmp_path, new_page, assert_accessible, language, scheme
):
    load(io.StringIO(), seeds=tmp_path)
    index.refresh_all()
    narrow = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    page = new_page(color_scheme=scheme, **narrow)
    with override(language):
        posts = [post.get_absolute_url() for post in Post.objects.published()]
        pages = [path for path in addresses() if path not in posts[1:]]

    for address in pages:
        page.goto(address)
        assert_accessible(page)
        if language == "en":  # once is enough: stops do not hang on words
            assert unseen_stops(page) == [], address
        assert outline_faults(page) == [], address
        assert small_targets(page) == [], address
        respace(page)
        assert sideways(page) <= 0, address
        assert cut_off(page) == [], address
