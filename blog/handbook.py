"""The editors' handbook, read at the desk: Markdown files of docs/handbook/ as pages of the admin.

The only module that imports markdown-it. The texts are ours and part of the code; a page of the
desk leads to the part that explains it.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

FOLDER = settings.BASE_DIR / "docs" / "handbook"
PICTURES = FOLDER / "pictures"
FIRST = "writing"
# In the order in which somebody new would read them.
PAGES = [
    FIRST, "pictures", "review", "publishing", "organising", "moderation", "spam",
    "answers-by-mail", "likes-and-reports", "guest-posts", "newsletter",
]  # fmt: skip
# The page that explains what a model's pages in the admin do, else the one for its app.
EXPLAINS = {
    "blog.announcement": "publishing",
    "blog.author": "organising",
    "blog.category": "organising",
    "blog.categorymerge": "organising",
    "blog.mediafile": "pictures",
    "blog.mediarendering": "pictures",
    "blog.outsidelink": "publishing",
    "blog.redirect": "organising",
    "blog.relativesearch": "organising",
    "blog.reviewmail": "review",
    "blog.series": "organising",
    "blog.sitesettings": "organising",
    "blog.tag": "organising",
    "blog.tagmerge": "organising",
    "admin.logentry": "publishing",
    "comments": "moderation",
    "comments.akismetstate": "spam",
    "comments.answermail": "answers-by-mail",
    "comments.claimmail": "likes-and-reports",
    "comments.digest": "answers-by-mail",
    "comments.follow": "answers-by-mail",
    "comments.followmail": "answers-by-mail",
    "comments.invitation": "guest-posts",
    "comments.invitationmail": "guest-posts",
    "comments.report": "likes-and-reports",
    "comments.reportmail": "likes-and-reports",
    "comments.spamcheck": "spam",
    "comments.spamclassifier": "spam",
    "comments.spamfeedback": "spam",
    "comments.spamrule": "spam",
    "newsletter": "newsletter",
}


class Page(NamedTuple):
    name: str
    title: str
    html: SafeString


def address_for(model_label: str) -> str:
    """Return the address of the page that explains a model's pages: "blog.tag"."""
    app = EXPLAINS.get(model_label.partition(".")[0], FIRST)
    return reverse("handbook_page", args=[EXPLAINS.get(model_label, app)])


@cache
def load(name: str, language: str) -> Page:
    """Return a page as HTML; raise FileNotFoundError if there is none in `language`."""
    source = (FOLDER / language / f"{name}.md").read_text("utf-8")
    title = source.partition("\n")[0].removeprefix("# ").strip()
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = markdown.parse(source)
    for token in tokens:
        for child in token.children or []:
            _lead_here(child)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Page(name, title, mark_safe(html))  # noqa: S308  (our own files, without HTML in them)


def _lead_here(token):
    """Files lead to each other by their names; pages of the desk by addresses."""
    href, src = token.attrs.get("href", ""), token.attrs.get("src", "")
    if isinstance(href, str) and href.endswith(".md") and "/" not in href:
        token.attrs["href"] = f"../{href.removesuffix('.md')}/"
    if isinstance(src, str) and src.startswith("../pictures/"):
        token.attrs["src"] = reverse("handbook_picture", args=[Path(src).name])


@staff_member_required
@require_safe
def handbook_page(request, name):
    language = get_language() or settings.LANGUAGE_CODE
    if name not in PAGES:
        raise Http404
    page = load(name, language)
    context = admin.site.each_context(request) | {
        "title": page.title,
        "page": page,
        "contents": [load(each, language) for each in PAGES],
    }
    return render(request, "admin/handbook_page.html", context)


@staff_member_required
@require_safe
def handbook_picture(request, name):
    found = PICTURES / name
    if found.parent != PICTURES or not found.is_file():
        raise Http404
    return FileResponse(found.open("rb"), headers={"Cache-Control": "private, max-age=3600"})


urlpatterns = [
    path("<slug:name>/", handbook_page, name="handbook_page"),
    path("pictures/<str:name>", handbook_picture, name="handbook_picture"),
]
