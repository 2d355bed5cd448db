"""What blog's templates show of answers, without blog knowing this app."""

from django import template
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post, SiteSettings
from blog.prepared import prepared
from comments.jsonld import conversation_script
from comments.markup import row_html, rows_html
from comments.models import Comment, Tally
from comments.own import own_ids
from comments.paging import Cursor, Order
from comments.threads import conversation

register = template.Library()

ANSWERS_PER_AUTHOR = 20
LONG = 30  # answers on a page, from which on those out of sight are not laid out
LIKES_FORM = mark_safe('<form id="likes" method="post" hidden></form>')


@register.simple_tag
def load_tallies(posts):
    """Load the counts of all posts of a list in one query; cards then print `post.tally`."""
    prefetch_related_objects(list(posts), "tally")
    return ""


@register.inclusion_tag("comments/_conversation.html", takes_context=True)
def thread(context, post):
    """Show a post's conversation, the mentions of it, and the way to answer.

    Raise Http404 for a page that begins after the last answer.
    """
    request = context["request"]
    order = Order.parse(request.GET.get("order"))
    after = Cursor.parse(request.GET.get("after"))
    talk = conversation(post, order=order, after=after, own=own_ids(request))
    if after is not None and not talk.rows:
        raise Http404  # past the end, or all of it has been removed
    tally = next(iter(_tally(post.pk)), None) or Tally(post=post)
    return {
        "post": post,
        "talk": talk,
        "tally": tally,
        "machine_readable": conversation_script(post, talk.rows),
        "counted": in_words(tally),
        "order": order,
        "orders": [
            (Order.OLDEST, _("Oldest")),
            (Order.NEWEST, _("Newest")),
            (Order.LIVELIEST, _("Liveliest")),
        ],
        "is_continued": after is not None,
        "is_long": len(talk.rows) > LONG,
        "is_part": bool(after or talk.next_cursor or any(row.more_count for row in talk.rows)),
        "SITE": SiteSettings.load(),  # for `keep`
    }


@register.simple_tag
def answer_rows(rows, closing, post):
    """The answers of a conversation, and the form that all their "Like" buttons belong to."""
    return rows_html(rows, closing, post) + LIKES_FORM


@register.simple_tag
def answer_row(row, post, *, is_preview=False):
    """One answer as an item of a list; the template closes it."""
    return row_html(row, post, is_preview=is_preview)


@register.inclusion_tag("comments/_grown_from.html")
def grown_from(post):
    """Say which answer a post has grown from; one query, if it has and the answer still stands."""
    if post.answered_from_id is None:
        return {}
    rows = Comment.objects.visible().select_related("post").filter(pk=post.answered_from_id)
    return {"comment": rows.filter(post__in=Post.objects.readable()).first()}


@register.inclusion_tag("comments/_author_answers.html")
def author_answers(author):
    """Show the latest answers that this person is known to have written."""
    answers = (
        Comment.objects.visible()
        .answers()
        .filter(author=author, is_verified=True, post__in=Post.objects.readable())
        .select_related("post")
        .order_by("-created_at", "-pk")
    )
    return {"answers": answers[:ANSWERS_PER_AUTHOR]}


@prepared
def _tally(post):
    return Tally.objects.filter(pk=post)


def in_words(tally: Tally) -> str:
    """Return the counts as a sentence that is true: "8 answers by 5 people, 1 mention"."""
    if not tally.answer_count:
        parts = [_("No answers yet")]
    else:
        parts = [
            _("%(answers)s by %(people)s")
            % {
                "answers": _counted(
                    ngettext("%d answer", "%d answers", tally.answer_count), tally.answer_count
                ),
                "people": _counted(
                    ngettext("%d person", "%d people", tally.people_count), tally.people_count
                ),
            }
        ]
    if tally.reblog_count:
        parts.append(_counted(_("passed on %d×"), tally.reblog_count))
    if tally.mention_count:
        parts.append(
            _counted(
                ngettext("%d mention", "%d mentions", tally.mention_count), tally.mention_count
            )
        )
    return ", ".join(parts)


def _counted(words, number):
    """Return number and noun, which no line may part."""
    return (words % number).replace(" ", "\N{NO-BREAK SPACE}", 1)
