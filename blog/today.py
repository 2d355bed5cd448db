"""What there is to do now, for the first page of the admin; each app adds its sections and charts.

A section is asked with the account that looks and answers only what that account may act on. No
section makes more queries for more rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import spans
from blog.errands import Errand
from blog.models import Author, OutsideLink, Post, PostAuthor, PostOutsideLink, SiteSettings

LINES = 5  # of a section; the rest stands in the list it leads to
WEEKS = 12


@dataclass(frozen=True)
class Line:
    """One thing to do: a link that says what, and when it is due or was written."""

    words: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True)
class Section:
    title: str
    lines: Sequence[Line]
    more_url: str = ""  # of the whole list, if there may be more


@dataclass(frozen=True)
class Chart:
    """How many acts a week saw, the oldest week first."""

    title: str
    weeks: Sequence[tuple[date, int]]

    @property
    def total(self) -> int:
        return sum(count for _week, count in self.weeks)

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """Left edge, top and height of each bar in a picture of 240 by 60."""
        most = max([count for _week, count in self.weeks] + [1])
        heights = [round(56 * count / most) if count else 1 for _week, count in self.weeks]
        return [(place * 20 + 2, 60 - height, height) for place, height in enumerate(heights)]


SECTIONS: list[Callable[[User], Section | None]] = []
CHARTS: list[Callable[[User], Chart | None]] = []


def sections_of(user: User) -> list[Section]:
    found = [section(user) for section in SECTIONS]
    return [section for section in found if section is not None and section.lines]


def charts_of(user: User) -> list[Chart]:
    found = [chart(user) for chart in CHARTS]
    return [chart for chart in found if chart is not None]


def by_week(title: str, rows: QuerySet, field: str) -> Chart:
    """Count `rows` by the week of `field`, for the WEEKS that end with this one; one query."""
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    edges = [*map(spans.midnight, weeks), timezone.now()]
    return Chart(title, list(zip(weeks, spans.counts(rows, field, edges), strict=True)))


def posts_to_review(user):
    if not user.has_perm("blog.publish_post"):
        return None
    rows = Post.objects.filter(status=Post.Status.IN_REVIEW).order_by("updated_at", "pk")
    return _posts(_("Waiting for your review"), rows, "status__exact=in_review")


def drafts(user):
    if not user.has_perm("blog.change_post"):
        return None
    rows = Post.objects.at_desk_of(user).filter(status=Post.Status.DRAFT)
    return _posts(_("Drafts"), rows.order_by("-updated_at", "-pk"), "status__exact=draft")


def scheduled(user):
    if not user.has_perm("blog.publish_post"):
        return None
    rows = Post.objects.filter(status=Post.Status.PUBLISHED, published_at__gt=timezone.now())
    query = "status__exact=published&o=-5"
    return _posts(_("Scheduled"), rows.order_by("published_at", "pk"), query)


def pictures(user):
    if not user.has_perm("blog.change_post"):
        return None
    rows = Post.objects.at_desk_of(user).filter(undescribed_count__gt=0).order_by("-pk")
    return _posts(_("Pictures without a description"), rows, "undescribed_count__gt=0")


def author_boxes(user):
    """People whose posts show a box that is empty in one of the languages."""
    if not user.has_perm("blog.change_author"):
        return None
    # From the few who write: most people only answer or read, and have empty boxes, too.
    writers = PostAuthor.objects.order_by().values("author")
    people = Author.objects.filter(Q(bio_de="") | Q(bio_en=""), pk__in=writers)
    if not user.has_perm("blog.view_author"):
        people = people.filter(user=user)
    lines = []
    for person in people.order_by("name", "pk").only("name", "bio_de", "bio_en")[:LINES]:
        text = _("%(name)s: nothing in German") if not person.bio_de else ""
        text = text or _("%(name)s: nothing in English")
        if not person.bio_de and not person.bio_en:
            text = _("%(name)s: nothing at all")
        url = reverse("admin:blog_author_change", args=[person.pk])
        lines.append(Line(text % {"name": person.name}, url))
    return Section(_("Author boxes that say too little"), lines)


def dead_links(user):
    """Links of posts that lead nowhere; each line to the post that holds one."""
    if not (user.has_perm("blog.change_post") and SiteSettings.load().checks_links):
        return None
    dead = PostOutsideLink.objects.filter(link__standing=OutsideLink.Standing.DEAD)
    if not user.has_perm("blog.publish_post"):
        dead = dead.filter(post__in=Post.objects.at_desk_of(user))
    shown = dead.select_related("link", "post").order_by("link__missing_since", "pk")
    lines = [
        Line(
            f"{use.post.title}: {use.link.address}",
            reverse("admin:blog_post_change", args=[use.post_id]),
            use.link.missing_since,
        )
        for use in shown.only("post__title", "link__address", "link__missing_since")[: LINES + 1]
    ]
    more_url = ""
    if len(lines) > LINES and user.has_perm("blog.view_outsidelink"):
        more_url = f"{reverse('admin:blog_outsidelink_changelist')}?standing__exact=dead"
    return Section(_("Links that lead nowhere"), lines[:LINES], more_url)


def failed_errands(user):
    """Mails and checks that have failed and are tried again; one query for all kinds."""
    kinds = {
        model._meta.label_lower: model
        for model in apps.get_models()
        if issubclass(model, Errand)
        and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    }
    counts = [
        model._default_manager.failed()
        .order_by()
        .values(errand=Value(label))
        .annotate(failures=Count("pk"))
        .values_list("errand", "failures")
        for label, model in kinds.items()
    ]
    if not counts:
        return None
    found = counts[0].union(*counts[1:], all=True).order_by() if len(counts) > 1 else counts[0]
    lines = [_failed(kinds[label], count) for label, count in sorted(found) if count]
    return Section(_("What has failed"), lines)


def _failed(model, count):
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return Line(f"{count} {name}", f"{url}?errand=failed")


def posts_by_week(user):
    return by_week(_("Posts"), Post.objects.published(), "published_at")


def recommendations_by_week(user):
    """People who came because somebody had asked them, by when they said yes."""
    if not user.has_perm("blog.view_author"):
        return None
    people = Author.objects.filter(merged_into=None)
    return by_week(_("Recommendations"), people, "invited_at")


def _posts(title, rows, query):
    changelist = reverse("admin:blog_post_changelist")
    shown = rows.only("title", "published_at")[: LINES + 1]
    lines = [
        Line(post.title, reverse("admin:blog_post_change", args=[post.pk]), post.published_at)
        for post in shown
    ]
    more_url = f"{changelist}?{query}" if len(lines) > LINES else ""
    return Section(title, lines[:LINES], more_url)


SECTIONS += [
    posts_to_review, failed_errands, dead_links, scheduled, drafts, pictures, author_boxes,
]  # fmt: skip
CHARTS += [posts_by_week, recommendations_by_week]
