"""What the site's moderators do not want: words, links, addresses and networks, each a sentence."""

import ipaddress

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from blog.validators import normalise_email, validate_line
from comments import folding


class SpamRuleQuerySet(models.QuerySet):
    def in_force(self, *, now=None):
        """Rules that are switched on and whose end has not come.

        `now` is only for queries that are prepared before that time is known.
        """
        has_not_ended = Q(ends_at=None) | Q(ends_at__gt=now or timezone.now())
        return self.filter(has_not_ended, is_active=True).order_by("pk")

    def note_hits(self, ids: list[int]) -> None:
        if not ids:  # Django asks nothing then, but says so only after it has made the SQL
            return
        self.filter(pk__in=ids).update(hit_count=F("hit_count") + 1, last_hit_at=timezone.now())

    def note_mistakes(self, ids: list[int], change: int) -> None:
        """A moderator approved what these rules caught (+1), or took that back (-1)."""
        self.filter(pk__in=ids).update(mistake_count=F("mistake_count") + change)


class SpamRule(models.Model):
    """Something to look for in new answers; with an end it is a block for a time."""

    class Kind(models.TextChoices):
        WORD = "word", _("word or words")
        LINKS = "links", _("number of links")
        DOMAIN = "domain", _("domain")
        EMAIL = "email", _("e-mail address")
        NETWORK = "network", _("IP address or network")

    class Action(models.TextChoices):
        HOLD = "hold", _("hold for a moderator")
        SPAM = "spam", _("put among spam")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    value = models.CharField(
        _("what to look for"),
        max_length=254,
        validators=[validate_line],
        help_text=_(
            "Words are found whole, in any spelling: “anal” is not in “Analyse”. A number of links "
            "is the least that is too many. A domain is found in links, websites and addresses, "
            "with all below it. A network is written like 192.0.2.0/24 or 2001:db8::/64."
        ),
    )
    action = models.CharField(_("then"), max_length=4, choices=Action, default=Action.HOLD)
    ends_at = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("Empty: until it is switched off.")
    )
    is_active = models.BooleanField(_("in force"), default=True)
    note = models.CharField(_("why there is this rule"), max_length=200, blank=True)
    hit_count = models.PositiveIntegerField(_("hits"), default=0, editable=False)
    mistake_count = models.IntegerField(
        _("mistakes"), default=0, editable=False, help_text="Hits that a moderator approved."
    )
    last_hit_at = models.DateTimeField(_("last hit"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = SpamRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule against spam")
        verbose_name_plural = _("rules against spam")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="spam_rule_once")]

    def __str__(self):
        sentence = f"{self.condition}: {self.get_action_display()}"
        if self.ends_at is None:
            return sentence
        end = date_format(timezone.localtime(self.ends_at), "SHORT_DATETIME_FORMAT")
        return _("%(rule)s, until %(end)s") % {"rule": sentence, "end": end}

    def clean(self):
        """Bring `value` into the one form in which it is compared."""
        normalise = {
            self.Kind.WORD: _words,
            self.Kind.LINKS: _number,
            self.Kind.DOMAIN: _domain,
            self.Kind.EMAIL: _email,
            self.Kind.NETWORK: _network,
        }.get(self.kind)
        if normalise and self.value:
            try:
                self.value = normalise(self.value.strip())
            except ValueError as error:
                raise ValidationError({"value": WRONG[self.kind]}) from error

    @property
    def condition(self) -> str:
        return condition(self.kind, self.value)


def condition(kind: str, value: str) -> str:
    """Say in words what a rule of `kind` looks for."""
    return CONDITIONS[kind] % {"value": value}


CONDITIONS = {
    "word": _("the text holds “%(value)s”"),
    "links": _("%(value)s links or more"),
    "domain": _("the domain %(value)s"),
    "email": _("the address %(value)s"),
    "network": _("sent from %(value)s"),
}
WRONG = {
    "word": _("There is no word in this."),
    "links": _("Please give a whole number from 1 to 999."),
    "domain": _("This is not a domain; one looks like example.org."),
    "email": _("This is not an e-mail address."),
    "network": _("This is neither an IP address nor a network."),
}


def _words(value):
    if not folding.words(value):
        raise ValueError(value)
    return " ".join(value.split())


def _number(value):
    if not 1 <= int(value) <= 999:
        raise ValueError(value)
    return str(int(value))


def _domain(value):
    host = value.lower().removeprefix("@").strip(".").encode("idna").decode("ascii")
    if "." not in host or not all(label.replace("-", "").isalnum() for label in host.split(".")):
        raise ValueError(value)
    return host


def _email(value):
    address = normalise_email(value)
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise ValueError(value)
    return address


def _network(value):
    return str(ipaddress.ip_network(value, strict=False))
