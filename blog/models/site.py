"""What an editor decides for the whole site, in one row."""

import time
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from blog.colours import validate_on_dark, validate_on_light
from blog.known import Known
from blog.models.taxonomy import Category
from blog.text import render_bio
from blog.validators import validate_line, validate_text, validate_web_address


def _line(label, help_text=""):
    return models.CharField(
        label, max_length=200, blank=True, validators=[validate_line], help_text=help_text
    )


def _text(label, help_text=""):
    return models.TextField(label, blank=True, validators=[validate_text], help_text=help_text)


class CommentPolicy(models.TextChoices):
    OPEN = "open", _("open")
    HELD = "held", _("open, each waits for approval")
    CLOSES = "closes", _("closes after some days")
    CLOSED = "closed", _("closed")


class Look(models.TextChoices):
    BLOG = "blog", _("Blog: posts one below the other")
    MAGAZINE = "magazine", _("Magazine: a lead story, then sections by category")


class SiteSettings(models.Model):
    """One row; a site that never saved it lives by the defaults below."""

    class AkismetConsent(models.TextChoices):
        ASK = "ask", _("only what its writer agreed to be sent")
        NOTICE = "notice", _("every answer, with a notice beside the form")

    # How old the settings may be in a process that did not save them itself.
    KEPT_SECONDS = 1
    # When the row was last read in this process, and what it said.
    _read: ClassVar[tuple[float, "SiteSettings | None"]] = 0.0, None

    name = models.CharField(
        _("name of the site"),
        max_length=80,
        blank=True,
        validators=[validate_line],
        help_text=_("Empty: the name that the installation has."),
    )
    motto_de = _line(_("motto (German)"), _("One line under the name, on every page."))
    motto_en = _line(_("motto (English)"))
    description_de = _line(_("description (German)"), _("For search engines and feeds."))
    description_en = _line(_("description (English)"))
    logo = models.ImageField(
        _("logo"), upload_to="site/", blank=True, help_text=_("Empty: two arcs beside the name.")
    )
    look = models.CharField(
        _("look"),
        max_length=8,
        choices=Look,
        default=Look.BLOG,
        help_text=_("How the front page and the head of every page are laid out."),
    )
    section_posts = models.PositiveSmallIntegerField(
        _("posts in a section"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("How many posts of a category a magazine shows on its front page."),
    )
    accent_light = models.CharField(
        _("colour on light paper"),
        max_length=7,
        blank=True,
        validators=[validate_on_light],
        help_text=_("Of links and buttons, like #0b5351. It has to be readable."),
    )
    accent_dark = models.CharField(
        _("colour on dark paper"), max_length=7, blank=True, validators=[validate_on_dark]
    )
    footer_de = _line(_("foot of every page (German)"))
    footer_en = _line(_("foot of every page (English)"))
    imprint_de = _text(
        _("legal notice (German)"), _("§ 5 DDG: who runs the site, with address and e-mail.")
    )
    imprint_en = _text(_("legal notice (English)"))
    privacy_de = _text(
        _("about privacy (German)"),
        _("Stands before what this software says itself: who is responsible, hosting, rights."),
    )
    privacy_en = _text(_("about privacy (English)"))
    imprint_html_de = models.TextField(editable=False, blank=True)
    imprint_html_en = models.TextField(editable=False, blank=True)
    privacy_html_de = models.TextField(editable=False, blank=True)
    privacy_html_en = models.TextField(editable=False, blank=True)
    comment_policy = models.CharField(
        _("answers"),
        max_length=6,
        choices=CommentPolicy,
        default=CommentPolicy.OPEN,
        help_text=_("For posts that say nothing else themselves."),
    )
    comment_days = models.PositiveSmallIntegerField(
        _("open for days"), default=120, validators=[MinValueValidator(1)]
    )
    accepts_linkbacks = models.BooleanField(
        _("mentions from other sites"),
        default=True,
        help_text=_("Off: no post takes them, whatever it says itself."),
    )
    likes_enabled = models.BooleanField(
        _("answers can be liked"),
        default=True,
        help_text=_("Without accounts; off: counts stay and are not shown."),
    )
    asks_akismet = models.BooleanField(
        _("ask Akismet"),
        default=True,
        help_text=_("Only if the installation has a key. Off: nothing is sent to Akismet."),
    )
    akismet_consent = models.CharField(
        _("sent to Akismet"),
        max_length=6,
        choices=AkismetConsent,
        default=AkismetConsent.ASK,
        help_text=_("What is not sent waits for a moderator."),
    )
    asks_proof_of_work = models.BooleanField(
        _("let suspicious senders prove themselves"),
        default=True,
        help_text=_("By some work of their browser, or by a mail if they prefer."),
    )
    checks_links = models.BooleanField(
        _("check links to other sites"),
        default=True,
        help_text=_(
            "Once a week, also of drafts: the sites see that this one asks, and nothing of readers."
        ),
    )
    websub_hub = models.URLField(
        _("hub of the feeds"),
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text=_(
            "Like https://pubsubhubbub.appspot.com/: feeds name it, and it is told of new posts, "
            "so that feed readers have them at once (WebSub). Empty: nobody is told."
        ),
    )
    tells_indexnow = models.BooleanField(
        _("tell search engines of new posts"),
        default=False,
        help_text=_(
            "By IndexNow (Bing, Yandex, Seznam and others): addresses of posts that are new, "
            "updated or gone, and nothing else."
        ),
    )

    shows_posters = models.BooleanField(
        _("pictures on the cards of videos"),
        default=True,
        help_text=_(
            "This server asks the provider once and keeps the picture; readers ask nobody. Off: no "
            "new ones, and posts that are saved from then on show words alone."
        ),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="site_settings_one_row"),
            models.CheckConstraint(condition=Q(comment_days__gte=1), name="site_comment_days"),
            models.CheckConstraint(
                condition=Q(section_posts__range=(1, 9)), name="site_section_posts"
            ),
        ]

    def __str__(self):
        return str(_("site settings"))

    def save(self, *args, **kwargs):
        self.pk = 1
        for field in ("imprint", "privacy"):
            for language, _name in settings.LANGUAGES:
                html = render_bio(getattr(self, f"{field}_{language}"))
                setattr(self, f"{field}_html_{language}", html)
        super().save(*args, **kwargs)
        self.forget()

    @classmethod
    def forget(cls) -> None:
        """Have the row read again when it is needed next."""
        cls._read = 0.0, None

    @property
    def title(self) -> str:
        return self.name or settings.SITE_NAME

    def text(self, field: str) -> str:
        """Return what `field` says in the page's language, else in the other one."""
        wanted = (get_language() or settings.LANGUAGE_CODE)[:2]
        others = [language for language, _name in settings.LANGUAGES if language != wanted]
        return next(
            filter(None, (getattr(self, f"{field}_{language}") for language in [wanted, *others])),
            "",
        )

    @property
    def motto(self) -> str:
        return self.text("motto")

    @property
    def description(self) -> str:
        return self.text("description")

    @property
    def footer(self) -> str:
        return self.text("footer")

    @property
    def imprint_html(self) -> str:
        return self.text("imprint_html")

    @property
    def privacy_html(self) -> str:
        return self.text("privacy_html")

    @property
    def colours(self) -> str:
        """What its own colours are called in the address of their stylesheet; "" for ours."""
        if not (self.accent_light or self.accent_dark):
            return ""
        return f"{self.accent_light}-{self.accent_dark}".replace("#", "").lower()

    def menu(self, place: str) -> list["MenuItem"]:
        """Return the editors' own links in the head or at the foot of a page."""
        if self._state.adding:
            return []
        return [item for item in self.menu_items.all() if item.place == place]

    @property
    def head_menu(self):
        return self.menu(MenuItem.Place.HEAD)

    @property
    def foot_menu(self):
        return self.menu(MenuItem.Place.FOOT)

    @property
    def akismet_use(self) -> str:
        """What has to come before an answer is sent to Akismet; "" if none ever is."""
        is_used = bool(settings.AKISMET_API_KEY) and self.asks_akismet
        return self.akismet_consent if is_used else ""

    @classmethod
    def load(cls) -> "SiteSettings":
        """Return the settings, at most KEPT_SECONDS old; most pages pay no query for them.

        All threads of a process get the same row, as long as it says the same: it is there to be
        read, and parts of pages are kept by it.
        """
        read_at, site = cls._read
        if site is None or time.monotonic() - read_at > cls.KEPT_SECONDS:
            rows = cls.objects.prefetch_related("menu_items")
            fresh = rows.filter(pk=1).first() or cls(pk=1)
            if site is None or Known(site=site).state != Known(site=fresh).state:
                site = fresh
            cls._read = time.monotonic(), site
        return site


class MenuItem(models.Model):
    """A link that editors put into every page: to a page of their own, or elsewhere."""

    class Place(models.TextChoices):
        HEAD = "head", _("head of the page")
        FOOT = "foot", _("foot of the page")

    site = models.ForeignKey(SiteSettings, models.CASCADE, related_name="menu_items", default=1)
    place = models.CharField(_("place"), max_length=4, choices=Place, default=Place.HEAD)
    label_de = models.CharField(_("words (German)"), max_length=40, validators=[validate_line])
    label_en = models.CharField(_("words (English)"), max_length=40, validators=[validate_line])
    address = models.CharField(
        _("address"),
        max_length=500,
        validators=[validate_line],
        help_text=_("A path of this site like /categories/service/, or a whole web address."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("link in the menu")
        verbose_name_plural = _("links in the menu")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label_de

    def clean(self):
        if self.address.startswith("/") and not self.address.startswith("//"):
            return
        try:
            validate_web_address(self.address)
            URLValidator(["http", "https"])(self.address)
        except ValidationError as error:
            raise ValidationError({"address": _("This is not a web address.")}) from error

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "").startswith("en") else self.label_de


class FrontSection(models.Model):
    """A category whose newest posts stand together on the front page of a magazine."""

    site = models.ForeignKey(SiteSettings, models.CASCADE, related_name="sections", default=1)
    category = models.OneToOneField(
        Category, models.CASCADE, verbose_name=_("category"), related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("section of the front page")
        verbose_name_plural = _("sections of the front page")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.category.name
