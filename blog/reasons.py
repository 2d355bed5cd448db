"""Why a post stands below another one as related, in the reader's words."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post

TAGS_NAMED = 3


def in_words(post: Post, shared: dict) -> SafeString | str:
    """Return what `post` shares with another one (blog.models.Relative), what says most first.

    Tags, series and category are named as they are called now, from what the page of `post` has
    loaded. That both stand in one category is told only if nothing better is.
    """
    names = {tag.pk: tag.name for tag in post.tags.all()} if shared.get("tags") else {}
    tags = [names[pk] for pk in shared.get("tags", ()) if pk in names][:TAGS_NAMED]
    parts = []
    if shared.get("series") and post.series_id:
        parts.append(_("same series"))
    if tags:
        told = ngettext("common tag: {names}", "common tags: {names}", len(tags))
        parts.append(format_html(told, names=", ".join(tags)))
    named = {tag.casefold() for tag in tags}
    words = [word for word in shared.get("words", ()) if word.casefold() not in named]
    if words:
        pairs = [(post.language, word) for word in words]
        spelled = format_html_join(", ", '<span lang="{}">{}</span>', pairs)
        parts.append(format_html(_("also about: {words}"), words=spelled))
    if not parts and shared.get("category") and post.category_id:
        parts.append(_("same category"))
    return format_html_join("; ", "{}", ((part,) for part in parts))
