"""What answers ask of the people at the desk, for the first page of the admin."""

from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post, PostAuthor
from blog.text import plain_text
from blog.today import LINES, Line, Section, by_week
from comments.inbox import AWAITS_WRITER
from comments.models import Comment, Invitation, Report

ASKED_FOR = timedelta(days=2)  # how long a question may wait
OLDEST = timedelta(days=60)  # nobody waits for an answer any more


def waiting(user):
    """Answers to approve, and those that readers have reported: one line each, to the inbox."""
    if not user.has_perm("comments.change_comment"):
        return None
    pending = Comment.objects.filter(status=Comment.Status.PENDING).order_by()
    open_count = pending.exclude(AWAITS_WRITER).count()
    reported = Report.objects.open().order_by().aggregate(found=Count("comment", distinct=True))
    inbox = reverse("admin:comments_inbox")
    lines = []
    if open_count:
        text = ngettext(
            "%(count)d answer waits for approval", "%(count)d answers wait for approval", open_count
        )
        lines.append(Line(text % {"count": open_count}, inbox))
    if count := reported["found"]:
        text = ngettext("%(count)d answer is reported", "%(count)d answers are reported", count)
        lines.append(Line(text % {"count": count}, f"{inbox}?state=reported"))
    return Section(_("Answers"), lines)


def questions(user):
    """Questions below own posts that no author of the post has answered for two days."""
    own = PostAuthor.objects.filter(author__user=user).values("post")
    now = timezone.now()
    by_author = PostAuthor.objects.filter(post=OuterRef("post"), author=OuterRef("author"))
    replies = Comment.objects.visible().filter(
        tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght")
    )
    rows = (
        Comment.objects.visible()
        .answers()
        .filter(
            post__in=Post.objects.published().filter(pk__in=own),
            body__contains="?",
            created_at__range=(now - OLDEST, now - ASKED_FOR),
        )
        .exclude(Exists(by_author))
        .exclude(Exists(replies.filter(Exists(by_author), is_verified=True)))
        .order_by("created_at", "pk")
    )
    lines = [
        Line(_words(comment), comment.get_absolute_url(), comment.created_at)
        for comment in rows[:LINES]
    ]
    return Section(_("Questions to you, without an answer for two days"), lines)


def guest_posts(user):
    """What guests have promised and not handed in, the soonest first, those without a day last."""
    if not user.has_perm("comments.view_invitation"):
        return None
    rows = Invitation.objects.at_desk_of(user).promised().select_related("author")
    rows = rows.order_by(F("promised_on").asc(nulls_last=True), "pk")
    lines = [
        Line(_promise(row), reverse("admin:comments_invitation_change", args=[row.pk]))
        for row in rows[: LINES + 1]
    ]
    changelist = reverse("admin:comments_invitation_changelist")
    more_url = f"{changelist}?state__exact=promised" if len(lines) > LINES else ""
    return Section(_("Promised guest posts"), lines[:LINES], more_url)


def _promise(invitation):
    if invitation.promised_on is None:
        return _("%(name)s, without a day") % {"name": invitation.author.name}
    text = (
        _("%(name)s, by %(day)s: overdue") if invitation.is_overdue else _("%(name)s, by %(day)s")
    )
    day = date_format(invitation.promised_on)
    return text % {"name": invitation.author.name, "day": day}


def answers_by_week(user):
    return by_week(_("Answers"), Comment.objects.visible().answers(), "created_at")


def _words(comment):
    return f"{comment.name}: {Truncator(plain_text(comment.body_html)).chars(80)}"
