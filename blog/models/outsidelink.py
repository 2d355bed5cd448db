"""Where posts lead outside this site, and whether something is still there."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand, ErrandQuerySet
from blog.htmlparts import Parts

MAX_BYTES = 1000  # what an index of PostgreSQL holds; of longer addresses nobody says anything
HOST_RESTS_FOR = timedelta(minutes=1)
CHECK_EVERY = timedelta(days=7)
# After no clear answer, and after the first that says there is nothing.
CHECK_AGAIN = [timedelta(days=1), timedelta(days=2), timedelta(days=4), CHECK_EVERY]


@dataclass(frozen=True)
class Found:
    """What came of a check; `is_there` is None if the answer says neither yes nor no."""

    is_there: bool | None
    status: int | None = None
    said: str = ""


class OutsideLinkQuerySet(ErrandQuerySet):
    def one_of_each_host(self):
        """Links that may be checked now: one of a host, none of one that was asked just now."""
        now = timezone.now()
        is_asked = Q(leased_until__gt=now) | Q(checked_at__gt=now - HOST_RESTS_FOR)
        resting = OutsideLink.objects.filter(is_asked).order_by().values("host")
        hosts = self.due().exclude(host__in=resting).order_by().values("host")
        return self.filter(pk__in=hosts.annotate(first=Min("pk")).values("first"))

    def dead(self):
        return self.filter(standing=OutsideLink.Standing.DEAD)


class OutsideLink(Errand):
    """An address that posts link to; `due_at` is when it is checked next, and it is never done."""

    class Standing(models.TextChoices):
        NEW = "new", _("not checked yet")
        ALIVE = "alive", _("there")
        UNKNOWN = "unknown", _("no clear answer")
        DEAD = "dead", _("leads nowhere")

    address = models.CharField(_("address"), max_length=MAX_BYTES, unique=True)
    host = models.CharField(max_length=255, db_index=True, editable=False)
    posts = models.ManyToManyField(
        "blog.Post", through="PostOutsideLink", related_name="+", verbose_name=_("posts")
    )
    standing = models.CharField(_("state"), max_length=7, choices=Standing, default=Standing.NEW)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    said = models.CharField(_("answer"), max_length=300, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, db_index=True)
    missing_since = models.DateTimeField(_("nothing there since"), null=True, blank=True)

    objects = OutsideLinkQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Errand.Meta):
        verbose_name = _("link to another site")
        verbose_name_plural = _("links to other sites")
        indexes = [
            *Errand.Meta.indexes,
            models.Index(fields=["standing", "missing_since"], name="outsidelink_standing"),
        ]

    def __str__(self):
        return self.address

    def note(self, found: Found) -> None:
        """Keep what a check found, and say when to check next.

        A link is dead when it led nowhere on two days; one that was, until it is seen again.
        """
        now = timezone.now()
        wait = CHECK_AGAIN[min(self.attempts, len(CHECK_AGAIN)) - 1]
        missing_since = self.missing_since
        if found.is_there:
            standing, missing_since, wait = self.Standing.ALIVE, None, CHECK_EVERY
        elif self.standing == self.Standing.DEAD or (
            found.is_there is False and _is_another_day(missing_since, now)
        ):
            standing, wait = self.Standing.DEAD, CHECK_EVERY
        else:
            standing = self.Standing.UNKNOWN
        if found.is_there is False and missing_since is None:
            missing_since, wait = now, CHECK_AGAIN[0]
        self._save(
            standing=standing, missing_since=missing_since, checked_at=now, due_at=now + wait,
            status=found.status, said=found.said[:300], leased_until=None, last_error="",
            attempts=self.attempts if standing == self.Standing.UNKNOWN else 0,
        )  # fmt: skip


class PostOutsideLink(models.Model):
    """That the text of a post holds a link to another site; kept by Post.save."""

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="outside_links")
    link = models.ForeignKey(OutsideLink, models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "link"], name="outsidelink_once")]

    def __str__(self):
        return str(self.link)

    @classmethod
    def keep(cls, post: models.Model, addresses: set[str]) -> None:
        """Note that `post` links to these addresses and no others."""
        known = dict(cls.objects.filter(post=post).values_list("link__address", "pk"))
        if gone := known.keys() - addresses:
            cls.objects.filter(pk__in=[known[address] for address in gone]).delete()
        if new := sorted(addresses - known.keys()):
            OutsideLink.objects.bulk_create(
                [OutsideLink(address=one, host=urlsplit(one).hostname or "") for one in new],
                ignore_conflicts=True,
            )
            found = OutsideLink.objects.filter(address__in=new).values_list("pk", flat=True)
            rows = [PostOutsideLink(post_id=post.pk, link_id=pk) for pk in sorted(found)]
            PostOutsideLink.objects.bulk_create(rows, ignore_conflicts=True)


def outside_addresses(markup: str) -> set[str]:
    """Return the addresses of other sites that an HTML text links to, without their fragments."""
    return {found for link in Parts(markup).links if (found := outside_address(link))}


def outside_address(link: str) -> str:
    """Return what of a link is to be checked; "" if it leads to no other site."""
    try:
        parts = urlsplit(link.strip())
        host = parts.hostname or ""
    except ValueError:  # "http://[" is no address
        return ""
    if parts.scheme not in {"http", "https"} or parts.netloc == urlsplit(settings.BASE_URL).netloc:
        return ""
    found = parts._replace(fragment="").geturl()
    fits = 0 < len(host) <= 255 and len(found.encode("utf-8", "replace")) <= MAX_BYTES
    return found if fits and "\0" not in found else ""


def _is_another_day(since, now):
    return since is not None and timezone.localdate(since) < timezone.localdate(now)
