"""The one person model: whoever writes, answers or subscribes is an Author."""

import functools
import operator
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import IntegrityError, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from blog.addresses import address
from blog.models.rows import QuickRows
from blog.prepared import prepared
from blog.slugs import free_slug, make_slug
from blog.text import render_bio
from blog.validators import normalise_email, validate_line, validate_text, validate_web_address


class AuthorQuerySet(models.QuerySet):
    def with_page(self):
        """People who have a public page: who wrote something under their own name in public.

        Typing a name into a form gives nobody a page about themselves or somebody else, and a
        subscriber stays unseen.
        """
        return self.filter(functools.reduce(operator.or_, (ground() for ground in PAGE_GROUNDS)))

    def get_or_create_by_email(self, email: str, *, name: str, **defaults: object):
        """Return (author, created) for an address as typed; an existing row is left as it is."""
        email, defaults = normalise_email(email), {"name": name, **defaults}
        if found := Author.with_email(email):
            return found, False
        try:
            return self.get_or_create(email=email, defaults=defaults)
        except IntegrityError:
            # Somebody of the same name came at the same moment and took the slug.
            defaults["slug"] = f"{make_slug(name) or 'person'}-{get_random_string(6).lower()}"
            return self.get_or_create(email=email, defaults=defaults)

    def bring(self, author: int, host: "Author") -> None:
        """Note, once, that `host` has brought a person here: they confirmed by a mailed link."""
        new = self.filter(pk=author, invited_at=None, invited_by=None).exclude(pk=host.pk)
        new.update(invited_by=host, invited_at=timezone.now())


def new_face() -> str:
    """A random number of this person, which pictures of them are drawn from."""
    return secrets.token_hex(8)


class Author(QuickRows):
    class AnswerMail(models.TextChoices):
        EACH = "each", _("one for each answer")
        DAILY = "daily", _("one a day, if there were answers")
        NEVER = "never", _("none")

    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    slug = models.SlugField(_("address of the page"), max_length=140, unique=True, blank=True)
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        null=True,
        blank=True,
        help_text=_("Never shown. Empty for people known only by name."),
    )
    email_verified_at = models.DateTimeField(_("e-mail verified"), null=True, blank=True)
    website = models.URLField(
        _("website"), max_length=500, blank=True, validators=[validate_web_address]
    )
    bio_de = models.TextField(_("about (German)"), blank=True, validators=[validate_text])
    bio_en = models.TextField(_("about (English)"), blank=True, validators=[validate_text])
    bio_html_de = models.TextField(editable=False, blank=True)
    bio_html_en = models.TextField(editable=False, blank=True)
    portrait = models.ImageField(_("portrait"), upload_to="portraits/", blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    answer_mail = models.CharField(
        _("mails about answers to own posts"),
        max_length=5,
        choices=AnswerMail,
        default=AnswerMail.EACH,
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        related_name="author",
    )
    invited_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("invited by"),
        null=True,
        blank=True,
        editable=False,
        related_name="invited",
    )
    invited_at = models.DateTimeField(
        _("invited at"),
        null=True,
        blank=True,
        editable=False,
        help_text="When this person came because somebody had asked them; see bring().",
    )
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("joined to"),
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="The row of the same person that is shown; never one that is joined itself.",
    )
    face = models.CharField(max_length=16, default=new_face, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email_verified_at=None) | Q(email__isnull=False),
                name="author_verified_has_email",
            )
        ]
        indexes = [
            models.Index(
                fields=["invited_at"], condition=Q(invited_at__isnull=False), name="author_brought"
            )
        ]

    def __str__(self):
        return self.name

    @classmethod
    def with_email(cls, email: str) -> "Author | None":
        """Return the row of an address as typed; None if there is none."""
        return next(iter(_with_email(normalise_email(email))), None)

    def save(self, *args, **kwargs):
        self.email = normalise_email(self.email) if self.email else None
        self.bio_html_de = render_bio(self.bio_de)
        self.bio_html_en = render_bio(self.bio_en)
        if not self.slug:
            others = Author.objects.exclude(pk=self.pk)
            self.slug = free_slug(make_slug(self.name), others, fallback="person")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("blog:author_detail", self.slug)

    @property
    def person(self):
        """The row of this person that is shown: itself, or the one it was joined to."""
        return self.merged_into or self

    @property
    def is_verified(self):
        return self.email_verified_at is not None

    @property
    def bio_html(self):
        """The text about this person in the page's language, else in the other one."""
        return self.bio_in_language[0]

    @property
    def bio_language(self):
        return self.bio_in_language[1]

    @property
    def bio_in_language(self):
        bios = {"de": self.bio_html_de, "en": self.bio_html_en}
        wanted = (get_language() or settings.LANGUAGE_CODE)[:2]
        other = "en" if wanted == "de" else "de"
        return (bios[wanted], wanted) if bios.get(wanted) else (bios[other], other)


@prepared
def _with_email(email):
    return Author.objects.filter(email=email).order_by()


def has_published() -> Exists:
    from blog.models.byline import PostAuthor
    from blog.models.post import Post  # the post knows its authors

    posts = Post.objects.readable()
    return Exists(PostAuthor.objects.filter(author=OuterRef("pk"), post__in=posts))


# What gives an Author (OuterRef("pk")) a public page; apps that blog does not know add theirs.
PAGE_GROUNDS: list[Callable[[], Exists]] = [has_published]
