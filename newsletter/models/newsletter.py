"""What one can subscribe to."""

from email.headerregistry import Address
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext_lazy as _

from blog.addresses import address
from blog.models import SiteSettings
from blog.slugs import free_slug, make_slug
from blog.validators import validate_line, validate_text


class NewsletterQuerySet(models.QuerySet):
    def public(self):
        """Newsletters any visitor may sign up for."""
        return self.filter(is_public=True)

    def language_first(self, language: str):
        """Those in `language` before the others, each in the editors' order."""
        is_other = Case(When(language=language, then=Value(0)), default=Value(1))
        return self.order_by(is_other, "position", "pk")

    def with_counts(self):
        """Add `active_count` and `pending_count` of the subscriptions."""
        return self.annotate(
            active_count=Count("subscriptions", filter=Q(subscriptions__state="active")),
            pending_count=Count("subscriptions", filter=Q(subscriptions__state="pending")),
        )


class Newsletter(models.Model):
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    slug = models.SlugField(_("address of the page"), max_length=100, unique=True, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    description = models.TextField(
        _("description"),
        validators=[validate_text],
        help_text=_(
            "The newsletter's own words about itself: what it brings, for whom. Plain text, "
            "an empty line between paragraphs. It is part of what people agree to."
        ),
    )
    rhythm = models.CharField(
        _("how often"),
        max_length=120,
        validators=[validate_line],
        help_text=_("In words, such as “every other Thursday”. People agree to this, too."),
    )
    sender_name = models.CharField(
        _("sender"),
        max_length=120,
        blank=True,
        validators=[validate_line],
        help_text=_("Empty: the name of the site."),
    )
    sender_email = models.EmailField(
        _("sender's address"), blank=True, help_text=_("Empty: the address of the site.")
    )
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Empty: to the sender's address.")
    )
    is_public = models.BooleanField(
        _("public"), default=True, help_text=_("Off: nobody new can sign up; nobody is removed.")
    )
    position = models.PositiveSmallIntegerField(
        _("place"), default=0, help_text=_("Of several newsletters the smallest comes first.")
    )

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.slug:
            others = Newsletter.objects.exclude(pk=self.pk)
            self.slug = free_slug(
                make_slug(self.name, self.language), others, fallback="newsletter"
            )
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("newsletter:newsletter_detail", self.slug)

    @property
    def sender(self) -> str:
        """Who sends it, for people to read."""
        return self.sender_name or SiteSettings.load().title

    @property
    def from_email(self) -> str:
        """The `From` header, its name quoted where RFC 5322 asks for it."""
        if not self.sender_email:
            return settings.DEFAULT_FROM_EMAIL
        return str(Address(self.sender, addr_spec=self.sender_email))

    @property
    def list_id(self) -> str:
        """The `List-Id` header (RFC 2919): stable, in a name space of our own, without a phrase."""
        return f"<{self.slug}.{urlsplit(settings.BASE_URL).hostname}>"
