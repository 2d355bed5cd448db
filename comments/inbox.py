"""What waits for a moderator, read for a page: a fixed number of queries, however much there is.

An item is an answer with the reasons why it is here: it waits, readers have reported it, or both.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from comments import words
from comments.links import addresses_in, email_domain, linked_hosts, links_of
from comments.models import Comment, Decision, Report
from comments.models.spamrule import SpamRule
from comments.paging import microseconds, moment_at

PER_PAGE = 20
CONTEXT = 3  # answers above and below an item
MOST_REPORTED = 500

Status = Comment.Status
# Its writer was asked to confirm it by mail first (docs/decisions/0063); it stands under "Waiting".
AWAITS_WRITER = Q(status_reason=Comment.Reason.UNCONFIRMED)
STATES = [
    ("open", _("To decide")),
    ("waiting", _("Waiting")),
    ("reported", _("Reported")),
    ("spam", _("Spam")),
]
KINDS = [("", _("answers and mentions")), ("answer", _("answers")), ("mention", _("mentions"))]
OFFERED = {
    Status.PENDING: ["approve", "spam", "remove"],
    Status.APPROVED: ["keep", "spam", "remove"],
    Status.SPAM: ["approve", "remove"],
}


class FilterForm(forms.Form):
    """Which items; what makes no sense is left out, never an error."""

    state = forms.ChoiceField(choices=STATES, required=False, widget=forms.HiddenInput)
    after = forms.RegexField(r"\A[0-9]{1,17}-[0-9]{1,17}\Z", required=False)
    q = forms.CharField(label=_("Name, e-mail or text"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    post = forms.ModelChoiceField(
        Post.objects.none(), label=_("Post"), required=False, empty_label=_("all posts")
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("all languages")), *settings.LANGUAGES],
        required=False,
    )
    shown = ["q", "kind", "post", "language"]

    def __init__(self, data, posts):
        super().__init__(data)
        self.fields["post"].queryset = posts
        self.is_valid()

    @property
    def state_name(self) -> str:
        return self.cleaned_data.get("state") or "open"

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.shown)

    def fields_shown(self):
        return [self[name] for name in self.shown]

    def query(self, **changes: object) -> str:
        """Return the address's query for these filters, with `changes`."""
        values = self.cleaned_data | changes
        query = QueryDict(mutable=True)
        for name, value in values.items():
            if value:
                query[name] = str(value.pk if isinstance(value, Post) else value)
        return query.urlencode()


@dataclass
class Item:
    comment: Comment
    above: list[tuple[Comment, str]] = field(default_factory=list)  # with an excerpt of each
    below: list[tuple[Comment, str]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    next_pk: int | None = None

    @property
    def why(self) -> str:
        return words.why(self.comment)

    @property
    def offered(self) -> list[str]:
        return OFFERED.get(Status(self.comment.status), [])

    @property
    def approved_before(self) -> int:
        return self.counts.get(Status.APPROVED, 0)

    @property
    def spam_before(self) -> int:
        return self.counts.get(Status.SPAM, 0) + self.counts.get(Status.REMOVED, 0)

    @cached_property
    def links(self) -> list[str]:
        """The addresses that its links lead to, marked up or not."""
        comment = self.comment
        marked = addresses_in(comment.body_html + comment.addendum_html)
        return list(dict.fromkeys([*marked, *links_of(comment.words)]))

    @property
    def domains(self) -> list[str]:
        return list(domains_of(self.comment))

    @property
    def rules(self) -> list[SpamRule]:
        """The rules that caught it, as they were then."""
        found = [found["values"] for found in self.comment.findings if found["code"] == "rule"]
        return [SpamRule(pk=of["rule"], kind=of["kind"], value=of["value"]) for of in found]

    @property
    def decided(self) -> list[str]:
        return [words.decided(decision) for decision in self.decisions]


@dataclass
class Inbox:
    items: list[Item]
    form: FilterForm
    counts: dict[str, int]
    next_query: str

    @property
    def tabs(self) -> list[tuple[str, str, int, bool]]:
        """Query, name, number and whether it is the one shown."""
        shown = self.form.state_name
        return [
            (self.form.query(state=name, after="", post=None), str(label), self.counts[name],
             name == shown)
            for name, label in STATES
        ]  # fmt: skip


def load(data: QueryDict) -> Inbox:
    """Return the page of the inbox that an address asks for."""
    reported = list(
        Report.objects.open().order_by().values_list("comment", flat=True).distinct()
    )[:MOST_REPORTED]  # fmt: skip
    state = data.get("state", "open")
    posts = Post.objects.filter(pk__in=_rows(state, reported).values("post")).order_by("title")
    form = FilterForm(data, posts)
    found = _page(_narrowed(_rows(form.state_name, reported), form.cleaned_data), form)
    page = found[:PER_PAGE]
    has_more = len(found) > PER_PAGE
    return Inbox(
        items=_items(page),
        form=form,
        counts=_counts(reported),
        next_query=form.query(after=_cursor(page[-1])) if has_more else "",
    )


def domains_of(comment: Comment) -> Iterable[str]:
    """The hosts that an answer names: of its address, its website and its links."""
    hosts = [email_domain(comment), *linked_hosts(comment)]
    return dict.fromkeys(host for host in hosts if "." in host)


def _rows(state: str, reported: list[int]) -> QuerySet[Comment]:
    """What belongs to a state. The reported are given by number: an OR over a subquery would read
    every answer of the site."""
    is_reported = Q(pk__in=reported, status__in=[Status.PENDING, Status.APPROVED])
    by_state = {
        "waiting": Q(status=Status.PENDING),
        "reported": is_reported,
        "spam": Q(status=Status.SPAM),
    }
    to_decide = Q(status=Status.PENDING) & ~AWAITS_WRITER
    return Comment.objects.filter(by_state.get(state, to_decide | is_reported))


def _narrowed(rows, chosen):
    if kind := chosen.get("kind"):
        is_answer = Q(kind=Comment.Kind.COMMENT)
        rows = rows.filter(is_answer if kind == "answer" else ~is_answer)
    if post := chosen.get("post"):
        rows = rows.filter(post=post)
    if language := chosen.get("language"):
        rows = rows.filter(language=language)
    for word in chosen.get("q", "").split():
        parts = ["name", "email", "website", "source_url", "body"]
        places = [Q((f"{part}__anycase", word)) for part in parts]
        rows = rows.filter(Q(*places, _connector=Q.OR))
    return rows


def _page(rows, form):
    """One more row than a page shows: the longest waiting first, of spam the newest."""
    is_spam = form.state_name == "spam"
    if after := form.cleaned_data.get("after"):
        number, pk = map(int, after.split("-"))
        moment = moment_at(number)
        side = "lt" if is_spam else "gt"
        beyond = Q((f"created_at__{side}", moment)) | Q((f"pk__{side}", pk), created_at=moment)
        rows = rows.filter(beyond)
    order = ["-created_at", "-pk"] if is_spam else ["created_at", "pk"]
    return list(rows.select_related("post", "author").order_by(*order)[: PER_PAGE + 1])


def _cursor(comment):
    return f"{microseconds(comment.created_at)}-{comment.pk}"


def _counts(reported):
    """How many items each state has; two queries."""
    queued = Comment.objects.filter(status__in=[Status.PENDING, Status.SPAM]).order_by()
    numbers = queued.values_list("status").annotate(
        Count("pk"), unconfirmed=Count("pk", filter=AWAITS_WRITER)
    )
    counts = {status: (number, unconfirmed) for status, number, unconfirmed in numbers}
    waiting, unconfirmed = counts.get(Status.PENDING, (0, 0))
    noticed = dict(
        _rows("reported", reported).order_by().values_list("status").annotate(Count("pk"))
    )
    return {
        "open": waiting - unconfirmed + noticed.get(Status.APPROVED, 0),
        "waiting": waiting,
        "reported": sum(noticed.values()),
        "spam": counts.get(Status.SPAM, (0, 0))[0],
    }


def _items(comments: list[Comment]) -> list[Item]:
    items = {comment.pk: Item(comment) for comment in comments}
    if not items:
        return []
    for comment, after in zip(comments, comments[1:], strict=False):
        items[comment.pk].next_pk = after.pk
    for report in Report.objects.open().filter(comment__in=items).order_by("created_at", "pk"):
        items[report.comment_id].reports.append(report)
    decisions = Decision.objects.by_people().filter(comment__in=items)
    for decision in decisions.order_by("-at", "-pk"):
        items[decision.comment_id].decisions.append(decision)
    _add_context(list(items.values()))
    _add_counts(list(items.values()))
    return list(items.values())


def _add_context(items):
    """Find up to three answers that each item answers, and three that answer it; one query.

    In a tree without gaps the first three below have their left edge within five of the item's.
    """
    near = Q()
    for comment in (item.comment for item in items):
        above = Q(lft__lt=comment.lft, rght__gt=comment.rght, level__gte=comment.level - CONTEXT)
        reach = comment.lft + 2 * CONTEXT - 1
        below = Q(lft__gt=comment.lft, lft__lte=reach, rght__lt=comment.rght)
        near |= Q(tree_id=comment.tree_id) & (above | below)
    trees = defaultdict(list)
    for row in Comment.objects.filter(near).order_by("tree_id", "lft"):
        trees[row.tree_id].append(row)
    for item in items:
        own = item.comment
        rows = trees[own.tree_id]
        above = [row for row in rows if row.lft < own.lft and row.rght > own.rght]
        below = [row for row in rows if own.lft < row.lft < own.rght]
        item.above = [(row, words.excerpt(row)) for row in above[-CONTEXT:]]
        item.below = [(row, words.excerpt(row)) for row in below[:CONTEXT]]


def _add_counts(items):
    """Count what the same person, by the address typed, has written besides; one query."""
    authors = {item.comment.author_id for item in items} - {None}
    rows = Comment.objects.filter(author__in=authors).order_by().values_list("author", "status")
    found = defaultdict(dict)
    for author, status, count in rows.annotate(Count("pk")):
        found[author][status] = count
    for item in items:
        counts = dict(found[item.comment.author_id])
        if counts:
            counts[item.comment.status] -= 1
        item.counts = counts
