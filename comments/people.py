"""What moves in conversations when two rows of one person are made one, and back again."""

import contextlib

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import tallies, tree
from comments.models import Comment, Follow
from comments.tree.locks import lock


def survey(target, source):
    moved = source.comments.filter(is_verified=True).count()
    stays = source.comments.filter(is_verified=False).count()
    follows = source.follows.filter(state=Follow.State.ACTIVE).count()
    proved = ngettext(
        "%(count)d answer that is proved to be theirs",
        "%(count)d answers that are proved to be theirs",
        moved,
    )
    named = ngettext(
        "%(count)d answer that only bears the address stays with it, and counts as theirs.",
        "%(count)d answers that only bear the address stay with it, and count as theirs.",
        stays,
    )
    wishes = _("Wishes to be told of answers stay with the address: %(count)d")
    lines = [(proved, moved), (named, stays), (wishes, follows)]
    return [line % {"count": count} for line, count in lines if count]


def move(target, source):
    """Give `target` the answers that `source` is proved to have written; return their numbers.

    The others bear the address, which is no proof, and stay with the row of it; whose person they
    count as has changed.
    """
    verified = _give(source, target, source.comments.filter(is_verified=True))
    _count_posts(source)
    return verified


def back(target, source, moved):
    """Give back what `move` has moved, as far as it still is `target`'s."""
    _give(target, source, target.comments.filter(pk__in=moved))
    _count_posts(source)


def _give(giver, taker, comments):
    rows = list(comments.order_by("tree_id", "lft").values_list("pk", "tree_id"))
    lock({tree_id for _pk, tree_id in rows})

    def decide(comment):
        if comment.author_id != giver.pk:
            return []
        comment.author = taker
        return ["author"]

    for pk, _tree_id in rows:
        with contextlib.suppress(Comment.DoesNotExist):
            tree.change(pk, decide)
    return [pk for pk, _tree_id in rows]


def _count_posts(source):
    posts = source.comments.visible().order_by("post").values_list("post", flat=True)
    for post in posts.distinct():
        tallies.count(post)
