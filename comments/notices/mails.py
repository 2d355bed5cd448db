"""Mails about answers: built and sent from their rows, or finished unsent if nobody needs them."""

import textwrap
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.mail import host, one_click_headers, rendered, site_context
from blog.models import Author, Post
from blog.text import plain_text
from comments.models import AnswerMail, Comment, Digest, Follow, FollowMail
from comments.notices import links
from comments.notices.links import DECIDE_WITHIN

ASK_AGAIN_AFTER = timedelta(minutes=2)
LINE = 72  # RFC 5322 asks for lines of at most 78 characters
Kind, Status = AnswerMail.Kind, Comment.Status


def send_question(mail: FollowMail) -> None:
    """Ask whether an address is that of who typed it; raise what goes wrong.

    Nothing goes out because of spam, and nothing while the spam check of every answer is open: what
    a robot types into the form must not become mail to a stranger.
    """
    mail = FollowMail.objects.select_related("author").get(pk=mail.pk)
    asked = Follow.objects.pending().filter(author=mail.author)
    follows = list(
        asked.filter(comment__status__in=[Status.PENDING, Status.APPROVED])
        .select_related("comment")
        .order_by("-created_at", "-pk")
    )
    if mail.used_at or not follows or not mail.author.email:
        mail.finish()
    elif all(follow.comment.awaits_verdict for follow in follows):
        mail.postpone("the spam check has not answered yet", after=ASK_AGAIN_AFTER)
    else:
        _question(mail, follows).send(using="default")
        mail.finish(sent_at=timezone.now())


def send_answer(mail: AnswerMail) -> None:
    """Tell one person of one answer; raise what goes wrong.

    A worker killed between sending and saving sends it again, with the same Message-ID.
    """
    mail = AnswerMail.objects.with_mail_data().select_related("author__user").get(pk=mail.pk)
    if not is_wanted(mail):
        mail.finish()
        return
    message = _to_authors([mail]) if mail.kind == Kind.POST else _to_follower(mail)
    message.send(using="default")
    mail.finish(sent_at=timezone.now())


def send_digest(digest: Digest) -> None:
    """Send the answers of a day to one author; what an earlier day left over comes along."""
    rows = AnswerMail.objects.with_mail_data().select_related("author__user").filter(done_at=None)
    rows = rows.filter(due_at__lte=timezone.now())  # the decision before may still be undone
    parts = list(rows.filter(author=digest.author_id, digest__isnull=False).order_by("pk"))
    wanted = [mail for mail in parts if is_wanted(mail)]
    if wanted:
        _to_authors(wanted, digest).send(using="default")
    now = timezone.now()
    _rows(wanted).update(sent_at=now)
    _rows(parts).update(done_at=now)
    digest.finish(sent_at=now if wanted else None)


def is_wanted(mail: AnswerMail) -> bool:
    """Whether the mail is still true and still asked for; asked again just before it is sent."""
    is_fresh = mail.created_at > timezone.now() - links.DECIDE_WITHIN
    is_public = Post.objects.published().filter(pk=mail.comment.post_id).exists()
    if not (is_fresh and is_public and address_of(mail.author)):
        return False
    if mail.kind == Kind.POST:
        is_open = mail.comment.status in {Status.APPROVED, Status.PENDING}
        return is_open and mail.author.answer_mail != Author.AnswerMail.NEVER
    is_followed = mail.follow is not None and mail.follow.state == Follow.State.ACTIVE
    return is_followed and mail.comment.is_visible


def address_of(author: Author) -> str:
    return author.email or (author.user.email if author.user else "")


def paragraphs(comment: Comment) -> list[str]:
    """Return the words of an answer without any markup, a paragraph each."""
    found = [plain_text(part) for part in comment.body_html.split("</p>")]
    return [words for words in found if words]


def quoted(comment: Comment) -> str:
    """Return the words of an answer as mail programs quote: each line after a ">"."""
    blocks = [
        textwrap.fill(
            words,
            LINE,
            initial_indent="> ",
            subsequent_indent="> ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for words in paragraphs(comment)
    ]
    return "\n>\n".join(blocks)


def _question(mail, follows):
    language = follows[0].language
    wants_mail = any(follow.scope != Follow.Scope.NONE for follow in follows)
    with override(language):
        context = {"link": links.confirm_url(mail), "wants_mail": wants_mail}
        subject = _("Is this your address?")
        headers = {"Message-ID": f"<follow.{mail.pk}@{host()}>"}
        return _message("follow_confirm", subject, mail.author, language, context, headers)


def _to_follower(mail):
    language = mail.follow.language
    is_approved = mail.kind == Kind.APPROVED
    with override(language):
        end_url = links.end_url(mail.follow)
        context = {"entry": _entry(mail), "end_url": end_url}
        names = {"name": mail.comment.name, "title": mail.comment.post.title}
        if is_approved:
            subject = _("Your answer to “%(title)s” has appeared") % names
        else:
            subject = _("%(name)s has answered: “%(title)s”") % names
        headers = {"Message-ID": f"<answer.{mail.pk}@{host()}>"} | one_click_headers(end_url)
        name = "answer_approved" if is_approved else "answer"
        return _message(name, subject, mail.author, language, context, headers)


def _to_authors(mails, digest=None):
    author = mails[0].author
    with override(author.language):
        end_url = links.end_url(author)
        context = {
            "entries": [_entry(mail) for mail in mails],
            "end_url": end_url,
            "decide_days": DECIDE_WITHIN.days,
        }
        if digest is None:
            subject = _subject_of_one(mails[0].comment)
            identity = f"answer.{mails[0].pk}"
        else:
            subject = ngettext(
                "%(count)d answer to your posts", "%(count)d answers to your posts", len(mails)
            ) % {"count": len(mails)}
            identity = f"digest.{digest.pk}"
        headers = {"Message-ID": f"<{identity}@{host()}>"} | one_click_headers(end_url)
        return _message("answers_to_posts", subject, author, author.language, context, headers)


def _subject_of_one(comment):
    names = {"name": comment.name, "title": comment.post.title}
    if comment.is_visible:
        return _("%(name)s has answered your post “%(title)s”") % names
    return _("An answer by %(name)s to “%(title)s” waits for you") % names


def _entry(mail):
    comment = mail.comment
    is_decided_here = mail.kind == Kind.POST and comment.status == Status.PENDING
    return {
        "name": comment.name,
        "title": comment.post.title,
        "language": comment.language,
        "paragraphs": paragraphs(comment),
        "quoted": quoted(comment),
        "url": settings.BASE_URL + comment.get_absolute_url(),
        "decide_url": links.decide_url(mail) if is_decided_here else "",
        "own_url": links.own_url(comment) if links.is_of(comment, mail.author) else "",
    }


def _message(name, subject, author, language, context, headers):
    """Return the message in the language that is on."""
    headers = {"List-Id": f"<answers.{host()}>"} | headers
    return rendered(name, subject, address_of(author), site_context(language) | context, headers)


def _rows(mails) -> QuerySet[AnswerMail]:
    return AnswerMail.objects.filter(pk__in=[mail.pk for mail in mails])
