"""Links that show an unpublished post to people without an account, and what these say of it."""

import hashlib
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand
from blog.models.author import Author
from blog.models.post import Post
from blog.validators import validate_line, validate_text

KEPT = timedelta(days=7)


class ReviewLinkQuerySet(models.QuerySet):
    def open(self):
        """Links that still show something."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def by_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_of(token))

    def revoke(self) -> int:
        """End links at once; return how many."""
        return self.open().update(revoked_at=timezone.now())


def _expires_at():
    return timezone.now() + KEPT


class ReviewLink(models.Model):
    post = models.ForeignKey(
        Post, models.CASCADE, related_name="review_links", verbose_name=_("post")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    for_whom = models.CharField(
        _("for whom"),
        max_length=120,
        validators=[validate_line],
        help_text=_("Only editors read this."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"), default=_expires_at)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("review link")
        verbose_name_plural = _("review links")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.for_whom

    @property
    def is_open(self):
        return self.revoked_at is None and self.expires_at > timezone.now()


class ReviewRemark(models.Model):
    """What somebody says of one paragraph, which is kept as it stood then."""

    link = models.ForeignKey(ReviewLink, models.CASCADE, related_name="remarks")
    paragraph = models.PositiveIntegerField(_("paragraph"))
    quote = models.TextField(_("what it is about"))
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    text = models.TextField(_("remark"), validators=[validate_text])
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["paragraph", "pk"]

    def __str__(self):
        return f"{self.name}: {self.quote[:40]}"


class ReviewAgreement(models.Model):
    """That somebody agreed to a post, as it stood then."""

    link = models.ForeignKey(ReviewLink, models.CASCADE, related_name="agreements")
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    at = models.DateTimeField(default=timezone.now)
    version = models.CharField(max_length=64)  # blog.review.version_of the post

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.name


class ReviewMail(Errand):
    """That one person is to be told of all that was said about a post since the last mail."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="review_mails")
    # One of the two: whom the post is by, or who made the link.
    author = models.ForeignKey(Author, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta(Errand.Meta):
        verbose_name = _("mail about a review")
        verbose_name_plural = _("mails about reviews")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "author"],
                condition=models.Q(done_at=None),
                name="reviewmail_author_once",
            ),
            models.UniqueConstraint(
                fields=["post", "user"],
                condition=models.Q(done_at=None),
                name="reviewmail_user_once",
            ),
        ]

    def __str__(self):
        return f"{self.post}: {self.author or self.user}"

    @property
    def address(self):
        return (self.author.email if self.author else self.user.email) or ""


def hash_of(token: str) -> str:
    """Return what is stored of a token, which has 256 bits: nobody finds it by trying."""
    return hashlib.sha256(token.encode()).hexdigest()
