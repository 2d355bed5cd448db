"""What people with a review link do: remark, agree; and telling those whose post it is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.mail import host, rendered, site_context
from blog.models import Post, ReviewAgreement, ReviewLink, ReviewMail, ReviewRemark
from blog.models.review import hash_of
from blog.paragraphs import Paragraph, paragraphs

# Remarks of one sitting go into one mail; somebody is told once an hour at most.
GATHERED_FOR = timedelta(minutes=10)
AT_MOST_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Reviewed:
    """A paragraph with what was said of it."""

    paragraph: Paragraph
    remarks: list[ReviewRemark]

    @property
    def digest(self) -> str:
        return digest_of(self.paragraph)


def make_link(post: Post, *, user: User, for_whom: str) -> tuple[ReviewLink, str]:
    """Return a new link and its address, which is stored nowhere: it can be shown this once."""
    token = secrets.token_urlsafe(32)
    link = post.review_links.create(token_hash=hash_of(token), created_by=user, for_whom=for_whom)
    with override(post.language):
        return link, settings.BASE_URL + reverse("blog:review_detail", args=[token])


def version_of(post: Post) -> str:
    """Return a hash of what somebody agrees to: another title or text is another version."""
    parts = (post.title, post.subtitle, post.body)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def digest_of(paragraph: Paragraph) -> str:
    """Return what a form names its paragraph by, since numbers shift when others are added."""
    return hashlib.sha256(paragraph.html.encode()).hexdigest()[:16]


def reviewed(post: Post, link: ReviewLink) -> tuple[list[Reviewed], list[ReviewRemark]]:
    """Return the paragraphs of a post with their remarks, and remarks on what is gone.

    A remark belongs to the words it was made about, wherever they stand now.
    """
    pieces = paragraphs(post.body_html)
    unmoved = {(piece.words, piece.number) for piece in pieces}
    numbers = {piece.words: piece.number for piece in reversed(pieces)}
    at: dict[int | None, list[ReviewRemark]] = {}
    for made in link.remarks.all():
        stays = (made.quote, made.paragraph) in unmoved
        at.setdefault(made.paragraph if stays else numbers.get(made.quote), []).append(made)
    return [Reviewed(piece, at.get(piece.number, [])) for piece in pieces], at.get(None, [])


@transaction.atomic
def remark(link: ReviewLink, paragraph: Paragraph, *, name: str, text: str) -> ReviewRemark:
    """Keep what somebody says of a paragraph, and have the people of the post told."""
    kept = link.remarks.create(
        paragraph=paragraph.number, quote=paragraph.words, name=name, text=text
    )
    _tell(link.post)
    return kept


@transaction.atomic
def agree(link: ReviewLink, *, name: str) -> ReviewAgreement:
    """Keep that somebody agrees to the post as it stands now; sent twice, it counts once."""
    post = Post.objects.select_for_update().get(pk=link.post_id)
    agreement, is_new = link.agreements.get_or_create(name=name, version=version_of(post))
    if is_new:
        _tell(post)
    return agreement


def agreements(post: Post) -> list[tuple[ReviewAgreement, bool]]:
    """Return who agreed, oldest first, and whether to the post as it is."""
    found = ReviewAgreement.objects.filter(link__post=post).select_related("link")
    current = version_of(post)
    return [(agreement, agreement.version == current) for agreement in found]


def is_agreed(post: Post) -> bool:
    """Whether somebody with a review link has agreed to the post as it is."""
    version = version_of(post)
    return ReviewAgreement.objects.filter(link__post=post, version=version).exists()


def _tell(post):
    """Note a mail for each person of the post, if none is noted yet."""
    from blog.tasks import send_review_mails

    for person, language in _people(post):
        mails = ReviewMail.objects.filter(post=post, **person)
        last = mails.exclude(sent_at=None).order_by("-sent_at").values_list("sent_at", flat=True)
        due = max([timezone.now() + GATHERED_FOR, *(at + AT_MOST_EVERY for at in last[:1])])
        fields = person | {"post": post, "due_at": due, "language": language}
        mails.get_or_create(done_at=None, defaults=fields)
    transaction.on_commit(send_review_mails.enqueue, robust=True)


def _people(post):
    """Return the authors of a post and the makers of its links with an address, each once."""
    authors = list(post.authors.exclude(email=None))
    people = [({"author": author}, author.language) for author in authors]
    makers = {link.created_by for link in post.review_links.select_related("created_by")} - {None}
    known = {author.user_id for author in authors}
    others = [user for user in makers if user.email and user.pk not in known]
    return people + [({"user": user}, post.language) for user in others]


def send(mail: ReviewMail) -> None:
    """Tell one person what was said since their last mail; raise what goes wrong."""
    mail = ReviewMail.objects.select_related("post", "author", "user").get(pk=mail.pk)
    told_from = mail.post.review_mails.filter(author=mail.author_id, user=mail.user_id)
    last = told_from.exclude(sent_at=None).order_by("-sent_at").first()
    new = Q(link__post=mail.post) & (Q(at__gt=last.sent_at) if last else Q())
    now = timezone.now()
    remarks = list(ReviewRemark.objects.filter(new, at__lte=now, done_at=None))
    agreed = list(ReviewAgreement.objects.filter(new, at__lte=now))
    if mail.address and (remarks or agreed):
        with override(mail.language):
            _message(mail, remarks, agreed).send(using="default")
        mail.finish(sent_at=now)
    else:
        mail.finish()
    if ReviewRemark.objects.filter(link__post=mail.post, at__gt=now).exists():
        _tell(mail.post)  # came while this one was being written


def _message(mail, remarks, agreed):
    page = reverse("admin:blog_post_review", args=[mail.post_id])
    context = site_context(mail.language) | {
        "title": mail.post.title,
        "remarks": remarks,
        "agreed": agreed,
        "url": settings.BASE_URL + page,
    }
    subject = _("Remarks on “%(title)s”") % {"title": mail.post.title}
    headers = {"Message-ID": f"<review.{mail.pk}@{host()}>"}
    return rendered("review", subject, mail.address, context, headers)
