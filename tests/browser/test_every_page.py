"""Every kind of page with the sample content: nothing foreign, no broken policy, accessible; on a
desktop in light, and at 320 pixels in the dark, by touch."""

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


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("source", ["sample", "seeds"])
def test_pages_ask_nobody_else_and_are_accessible(
    transactional_db, tmp_path, page, assert_accessible, source, language
):
    if source == "seeds" and not SEEDS.is_dir():
        pytest.skip("there are no seed pages beside the repository")
    load(io.StringIO(), seeds=SEEDS if source == "seeds" else tmp_path)
    with override(language):
        pages = addresses()

    for address in pages:
        response = page.goto(address)
        assert response.status == 200, address
        assert_accessible(page)


def test_pages_are_for_everybody_on_a_dark_phone(
    transactional_db, tmp_path, new_page, assert_accessible
):
    """In German, whose words are the longer ones."""
    load(io.StringIO(), seeds=tmp_path)
    index.refresh_all()
    posts = [post.get_absolute_url() for post in Post.objects.published()]
    narrow = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    page = new_page(color_scheme="dark", **narrow)

    for address in [path for path in addresses() if path not in posts[1:]]:
        page.goto(address)
        assert_accessible(page)
        assert outline_faults(page) == [], address
        assert small_targets(page) == [], address
        respace(page)
        assert sideways(page) <= 0, address
        assert cut_off(page) == [], address
