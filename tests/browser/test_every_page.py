"""Every kind of page with the sample content: nothing foreign, no broken policy, accessible."""

import io
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override

from blog.models import Post, Tag
from comments.models import Comment
from newsletter.models import Newsletter
from sample.load import load

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
        reverse("blog:imprint"),
        reverse("blog:privacy"),
        author.get_absolute_url(),
        talked.category.get_absolute_url(),
        *(tag.get_absolute_url() for tag in Tag.objects.all()[:1]),
        Newsletter.objects.first().get_absolute_url(),
        reverse("comments:comment_create", args=[talked.slug]),
        reverse("comments:comment_reply", args=[talked.slug, answer.pk]),
        reverse("comments:thread_detail", args=[talked.slug, answer.tree_id]),
        reverse("comments:comment_report", args=[answer.pk]),
        reverse("comments:comment_like", args=[answer.pk]),
        reverse("comments:comment_claim", args=[answer.pk]),
    ]
    return pages + [post.get_absolute_url() for post in posts]


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
