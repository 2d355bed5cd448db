"""The pages of the desk as they come: no broken policy, nothing foreign, no error, accessible."""

import pytest
from django.urls import reverse

from tests.factories import make_category, make_comment, make_post
from tests.test_roles import more_rows

# A page of each kind that a model of ours gives the admin; the pages of ours alone have tests of
# their own. The others are lists that show the same parts with other words.
FORMS = [
    "blog.author",
    "blog.category",
    "blog.mediafile",
    "blog.post",
    "blog.series",
    "blog.sitesettings",
    "comments.comment",
    "comments.invitation",
    "newsletter.newsletter",
    "newsletter.subscription",
]
ADDED = ["blog.post", "blog.redirect", "comments.spamrule"]


@pytest.fixture
def rows(desk):
    post = make_post(category=make_category())
    comment = make_comment(post, email="berta@example.org", status="pending")
    return [post, comment, post.category, post.authors.get(), *more_rows(comment)]


def addresses(rows):
    yield reverse("admin:index")
    for label in FORMS:
        (row,) = [row for row in rows if row._meta.label_lower == label][:1]
        name = f"admin:{label.replace('.', '_')}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_change", args=[row.pk])
    yield from [reverse(f"admin:{label.replace('.', '_')}_add") for label in ADDED]


def test_pages_of_the_desk_are_accessible(desk, rows, assert_accessible):
    for address in addresses(rows):
        response = desk.goto(address)
        assert response.status == 200, address
        desk.wait_for_load_state("networkidle")
        assert_accessible(desk)
