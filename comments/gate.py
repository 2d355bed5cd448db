"""Our own look at a new answer, before anybody else is asked.

Each check gives findings; their weights are added up. Any that weighs something holds the answer
for a moderator, SPAM_FROM and more is spam. What was found is stored as codes and values and told
to moderators in words, in their language.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from disposable_email_domains import blocklist
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from blog.prepared import prepared
from comments import classifier, folding
from comments.formtoken import FormUse
from comments.links import email_domain, linked_hosts, links_in, shown_text
from comments.models import Comment, SpamRule
from comments.models.comment import BEGINNING, BEGINNING_OF_BODY
from comments.models.spamrule import condition

SPAM_FROM = 100  # signs that each may be an accident, all at once
FASTEST_SECONDS = 3
MOST_LINKS = 2
SAME_TEXT_WITHIN = timedelta(days=1)
# A shorter text is written by two people who never met: "Danke für den schönen Beitrag!"
SAME_TEXT_CHARACTERS = 60
REPEATED_WORDS = 20
OF_THE_FORM = frozenset({"too_fast", "trap", "proof", "by_mail"})
REPEATED_LETTER = re.compile(r"(\S)\1{19}")


@dataclass(frozen=True)
class Finding:
    code: str
    weight: int
    values: dict = field(default_factory=dict)


def look(comment: Comment, use: FormUse | None = None) -> list[Finding]:
    """Return what speaks against an unsaved answer; three queries.

    `use` is how its form was sent; None for what came without a form.
    """
    checks = [_form(use), _text(comment), _earlier(comment), _address(comment), _rules(comment)]
    checks.append(_learned(comment))
    return [finding for check in checks for finding in check]


def rules_alone(comment: Comment) -> list[Finding]:
    """Return only what moderators' rules say: people who are known are trusted in all else."""
    return list(_rules(comment))


def is_held(findings: list[Finding]) -> bool:
    return any(finding.weight for finding in findings)


def is_spam(findings: list[Finding]) -> bool:
    return sum(finding.weight for finding in findings) >= SPAM_FROM


def is_confirmed_by_mail(findings: list[Finding]) -> bool:
    """Whether the writer of a suspicious answer chose to confirm it by mail (comments/proof.py)."""
    return any(finding.code == "by_mail" for finding in findings)


def of_the_form(findings: list[Finding]) -> list[Finding]:
    """Return what is about how an answer was sent: a later change of its text leaves it true."""
    return [finding for finding in findings if finding.code in OF_THE_FORM]


def stored(findings: list[Finding]) -> list[dict]:
    return [asdict(finding) for finding in findings]


def loaded(findings: list[dict]) -> list[Finding]:
    return [Finding(found["code"], found["weight"], found["values"]) for found in findings]


def rule_ids(findings: list[dict]) -> list[int]:
    """Return the keys of the rules among stored findings."""
    return [found["values"]["rule"] for found in findings if found["code"] == "rule"]


def in_words(findings: list[dict]) -> str:
    """Say stored findings in one line: "Form in 1.2 s; 4 links"."""
    return "; ".join(str(_sentence(found["code"], found["values"])) for found in findings)


def matches(rule: SpamRule, comment: Comment) -> bool:
    """Whether `comment` is what `rule` looks for."""
    match rule.kind:
        case SpamRule.Kind.WORD:
            texts = [comment.name, comment.website, comment.words, shown_text(comment)]
            return folding.holds_words("\n".join(texts), rule.value)
        case SpamRule.Kind.LINKS:
            return len(links_in(comment)) >= int(rule.value)
        case SpamRule.Kind.DOMAIN:
            return any(_is_below(host, rule.value) for host in _hosts_of(comment))
        case SpamRule.Kind.EMAIL:
            return comment.email.lower() == rule.value
        case SpamRule.Kind.NETWORK:
            return bool(comment.ip) and _is_within(comment.ip, rule.value)
    return False


def _form(use):
    if use is None:
        return
    if use.was_trapped:
        yield Finding("trap", 30)
    if use.age_seconds < FASTEST_SECONDS:
        yield Finding("too_fast", 40, {"seconds": round(use.age_seconds, 1)})


def _text(comment):
    if (count := len(links_in(comment))) > MOST_LINKS:
        yield Finding("links", min(20 + 10 * (count - MOST_LINKS), 60), {"count": count})
    if _repeats_itself(comment.body):
        yield Finding("repetition", 30)


def _repeats_itself(text):
    words = folding.words(text)
    if REPEATED_LETTER.search(text):
        return True
    return len(words) >= REPEATED_WORDS and len(set(words)) * 4 < len(words)


def _earlier(comment):
    """The same text within a day: from the same person at any length, from anybody if it is long.

    An index over how texts begin bounds the rows, however many come in a day.
    """
    since = timezone.now() - SAME_TEXT_WITHIN
    rows = _same_text(since, comment.body, comment.body[:BEGINNING])
    own = [pk for pk, email, ip in rows if _is_same_person(comment, email, ip)]
    if own:
        yield Finding("same_person", 50, {"comment": own[0]})
    elif rows and len(comment.body) >= SAME_TEXT_CHARACTERS:
        yield Finding("same_text", 50, {"comment": rows[0][0]})


@prepared
def _same_text(since, body, beginning):
    # As a range: of "body = x" SQLite makes SUBSTR(x), and then has no use for the index.
    same = Comment.objects.alias(begins=BEGINNING_OF_BODY).filter(
        begins=beginning, created_at__gte=since, body__range=(body, body)
    )
    return same.order_by("-created_at").values_list("pk", "email", "ip")[:20]


def _is_same_person(comment, email, ip):
    return bool(email and email == comment.email) or bool(ip and ip == comment.ip)


def _address(comment):
    domain = email_domain(comment)
    if any(part in blocklist for part in _and_above(domain)):
        yield Finding("disposable", 20, {"domain": domain})


def _rules(comment) -> Iterator[Finding]:
    for rule in _rules_in_force(timezone.now()):
        if matches(rule, comment):
            weight = SPAM_FROM if rule.action == SpamRule.Action.SPAM else 30
            values = {"rule": rule.pk, "kind": rule.kind, "value": rule.value}
            yield Finding("rule", weight, values)


@prepared
def _rules_in_force(now):
    return SpamRule.objects.in_force(now=now)


def _learned(comment) -> Iterator[Finding]:
    """What our own classifier says: a reason to look at it, never enough to call it spam."""
    opinion = classifier.opinion_of(comment)
    if opinion is not None and opinion.would_hold:
        weight = 50 if opinion.score >= classifier.SURE_FROM else 30
        yield Finding("reads_like_spam", weight, {"words": opinion.words[: classifier.WORDS_SHOWN]})


def _hosts_of(comment):
    return [email_domain(comment), *linked_hosts(comment)]


def _is_below(host, domain):
    return host == domain or host.endswith(f".{domain}")


def _and_above(domain):
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _is_within(ip, network):
    address = ipaddress.ip_address(ip)
    return address in ipaddress.ip_network(network)


def _sentence(code, values):
    if code == "rule":
        return format_lazy("{}: {}", _("Rule"), condition(values["kind"], values["value"]))
    if "words" in values:
        values = values | {"words": ", ".join(values["words"])}
    if "seconds" in values:
        values = values | {"seconds": number_format(values["seconds"], 1)}
    return SENTENCES[code] % values


SENTENCES = {
    "too_fast": _("Form in %(seconds)s s"),
    "trap": _("a field that stays empty was filled in at first"),
    "links": ngettext_lazy("%(count)d link", "%(count)d links", "count"),
    "repetition": _("the text repeats itself"),
    "proof": _("the browser has done the work that robots shun"),
    "by_mail": _("the writer chose to confirm it by mail"),
    "same_person": _("the same text by the same person: answer %(comment)d"),
    "same_text": _("the same text as answer %(comment)d"),
    "disposable": _("a throw-away address (%(domain)s)"),
    "reads_like_spam": _("it reads like what is spam here: %(words)s"),
}
