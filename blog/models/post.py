import re
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from blog import changes
from blog.addresses import address
from blog.editor import EDITOR_EXTENSIONS
from blog.figures import render_body
from blog.htmlparts import Parts
from blog.models.announcement import TOLD_BY, Announcement
from blog.models.answered import Answered
from blog.models.author import Author
from blog.models.byline import PostAuthor, bylines
from blog.models.media import MediaFile, PostMedia
from blog.models.oldaddress import POSTS, OldAddress
from blog.models.outsidelink import PostOutsideLink, outside_addresses
from blog.models.poster import Poster
from blog.models.redirect import Redirect
from blog.models.related import PostLink, own_paths
from blog.models.rows import QuickRows
from blog.models.series import Series
from blog.models.taxonomy import Category, Tag
from blog.models.translation import SAME_LANGUAGE, Translated, TranslatedQuerySet
from blog.slugs import free_slug, make_slug
from blog.text import clean_post, embed_pages, media_numbers, plain_text
from blog.validators import validate_line, validate_text

# What decides where a post stands in lists, and beside which others.
LISTED_BY = (
    "status",
    "published_at",
    "language",
    "category_id",
    "series_id",
    "series_position",
    "translation_of_id",
    "is_pinned",
)

# After a word of four letters: what is shorter may be an abbreviation, a number an ordinal.
SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4})(?<!Prof)[.!?][“”»)]*(?= [^a-zäöü])")
PLACE_TAKEN = _("Another part of the series has this place.")


class PostQuerySet(TranslatedQuerySet):
    def published(self, *, now=None):
        """Posts any visitor may read: marked published, and their time has come.

        `now` is only for queries that are prepared before that time is known.
        """
        return self.filter(status=Post.Status.PUBLISHED, published_at__lte=now or timezone.now())

    def readable(self, *, now=None):
        """Posts that have a page: published ones, and archived ones, which stand in no list."""
        return self.filter(
            status__in=[Post.Status.PUBLISHED, Post.Status.ARCHIVED],
            published_at__lte=now or timezone.now(),
        )

    def at_paths(self, paths):
        """Posts that stand, or once stood, at these paths (blog.models.redirect.plain_path)."""
        slugs = [path.removeprefix(POSTS) for path in paths if path.startswith(POSTS)]
        once = OldAddress.objects.filter(path__in=paths)
        return self.filter(Q(slug__in=slugs) | Q(pk__in=once.values("post")))

    def own_drafts(self, user):
        """What `user` has written, alone or with others, and nobody has published yet."""
        own = PostAuthor.objects.filter(author__user=user)
        unfinished = [Post.Status.DRAFT, Post.Status.IN_REVIEW]
        return self.filter(status__in=unfinished, pk__in=own.values("post"))

    def at_desk_of(self, user):
        """Posts that `user` finds in the admin: who publishes all, others what their role says."""
        if user.has_perm("blog.publish_post"):
            return self
        found = self.none()
        if user.has_perm("blog.change_post"):
            found = self.own_drafts(user)
        if user.has_perm("blog.view_post"):
            found = found | self.published()
        return found

    def changeable_by(self, user):
        """Posts that `user` may change: who publishes all, others own drafts."""
        return self.all() if user.has_perm("blog.publish_post") else self.own_drafts(user)

    def newest_first(self):
        return self.order_by("-published_at", "-pk")

    def pinned_first(self):
        return self.order_by("-is_pinned", "-published_at", "-pk")

    def with_card_data(self):
        """Load all that `blog/_post_card.html` shows; two queries."""
        return self.select_related("category", "cover").prefetch_related(bylines())

    def with_page_data(self):
        """Load all that `blog/post_detail.html` shows of the post itself; three queries."""
        return self.select_related("category", "cover").prefetch_related(bylines(), "tags")


class Post(QuickRows, Answered, Translated):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    title = models.CharField(_("title"), max_length=200, validators=[validate_line])
    subtitle = models.CharField(
        _("subtitle"), max_length=250, blank=True, validators=[validate_line]
    )
    slug = models.SlugField(_("address"), max_length=140, unique=True, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    authors = models.ManyToManyField(
        Author, through="PostAuthor", related_name="posts", verbose_name=_("authors")
    )
    excerpt = models.TextField(
        _("teaser"),
        blank=True,
        validators=[validate_text],
        help_text=_("Plain text for lists, feeds and search results. Empty: the first sentences."),
    )
    body = ProseEditorField(
        _("text"),
        blank=True,
        extensions=EDITOR_EXTENSIONS,
        sanitize=clean_post,
        validators=[validate_text],
    )
    body_html = models.TextField(editable=False, blank=True)
    category = models.ForeignKey(
        Category,
        models.SET_NULL,
        verbose_name=_("category"),
        null=True,
        blank=True,
        related_name="posts",
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="posts")
    series = models.ForeignKey(
        Series,
        models.SET_NULL,
        verbose_name=_("series"),
        null=True,
        blank=True,
        related_name="posts",
    )
    series_position = models.PositiveSmallIntegerField(
        _("place in the series"), null=True, blank=True, help_text=_("Empty: at the end.")
    )
    related = models.ManyToManyField(
        "self",
        through="RelatedPost",
        symmetrical=False,
        related_name="+",
        verbose_name=_("related posts, chosen by hand"),
    )
    unrelated = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="+",
        verbose_name=_("not shown as related"),
    )
    cover = models.ForeignKey(
        MediaFile,
        models.PROTECT,
        verbose_name=_("cover picture"),
        null=True,
        blank=True,
        related_name="covered_posts",
    )
    cover_alt = models.CharField(
        _("what the cover shows"),
        max_length=250,
        blank=True,
        validators=[validate_line],
        help_text=_("Only if the library's description does not fit this post."),
    )
    undescribed_count = models.PositiveSmallIntegerField(
        default=0,
        editable=False,
        help_text="Pictures without a description, the cover included (blog/ready.py).",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("A time in the future: the post appears by itself then."),
    )
    answered_from = models.ForeignKey(
        "comments.Comment",
        models.SET_NULL,
        verbose_name=_("grown from the answer"),
        null=True,
        blank=True,
        editable=False,
        related_name="grown_posts",
    )
    is_pinned = models.BooleanField(
        _("pinned"), default=False, help_text=_("Stands at the top of the front page.")
    )
    modified_at = models.DateTimeField(_("updated"), null=True, editable=False)
    change_note = models.CharField(
        _("what has changed"),
        max_length=200,
        blank=True,
        validators=[validate_line],
        help_text=_("One sentence for readers, below the post, with the date of the update."),
    )
    import_key = models.CharField(
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="Site and number of an imported post, so that a second import adds nothing.",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PostQuerySet.as_manager()

    # What an editor decides: a revision holds all of it (blog/revisions.py).
    REVISED = (
        "title",
        "subtitle",
        "slug",
        "language",
        "translation_of",
        "authors",
        "body",
        "excerpt",
        "category",
        "tags",
        "series",
        "series_position",
        "related",
        "unrelated",
        "cover",
        "cover_alt",
        "status",
        "published_at",
        "is_pinned",
        "comment_policy",
        "comment_days",
        "accepts_linkbacks",
        "change_note",
        "modified_at",
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_post", "Can publish posts, and work on those of others")]
        indexes = [
            # The status stands in front and is no condition: SQLite does not see that a value
            # which is bound later meets the condition of an index, and would sort every post.
            models.Index(fields=["status", "-published_at", "-id"], name="post_newest"),
            models.Index(
                fields=["status", "-is_pinned", "-published_at", "-id"], name="post_pinned"
            ),
            models.Index(
                fields=["category", "status", "-published_at", "-id"], name="post_of_category"
            ),
            # What the desk lists: posts of every status, and those somebody works on.
            models.Index(fields=["-published_at", "-id"], name="post_by_time"),
            models.Index(fields=["status", "updated_at", "id"], name="post_worked_on"),
            models.Index(
                fields=["id"], condition=Q(undescribed_count__gt=0), name="post_undescribed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="post_published_has_time",
            ),
            models.CheckConstraint(condition=Q(comment_days__gte=1), name="post_comment_days"),
            models.UniqueConstraint(
                fields=["series", "series_position"],
                name="post_place_in_series",
                violation_error_message=PLACE_TAKEN,
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"],
                name="post_version_once_a_language",
                violation_error_message=SAME_LANGUAGE,
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        self._publish_now_if_no_time()
        self.clean_translation()
        given_away = OldAddress.objects.slugs().exclude(post=self.pk)
        if self.slug and given_away.filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("Another post was once found under this address.")})
        if self.series_id and self.series_position is not None:
            parts = Post.objects.filter(series=self.series_id).exclude(pk=self.pk)
            if parts.filter(series_position=self.series_position).exists():
                raise ValidationError({"series_position": PLACE_TAKEN})

    @transaction.atomic(savepoint=False)
    def save(self, *args, **kwargs):
        """Save it with all that follows from it, or nothing: what others are to be told, too."""
        if not self.slug:
            self.slug = free_slug(
                make_slug(self.title, self.language),
                Post.objects.exclude(pk=self.pk),
                OldAddress.objects.slugs().exclude(post=self.pk),
                fallback="post",
            )
        before = Post.objects.filter(pk=self.pk).values(*{*TOLD_BY, *LISTED_BY}).first()
        if before:
            self._keep_old_slug(before["slug"])
        if before is None or before["slug"] != self.slug:
            Redirect.objects.free(f"{POSTS}{self.slug}")
        self._publish_now_if_no_time()
        self._take_place_in_series()
        self.point_to_original()
        self.body_html = render_body(self.body, self.language)
        self.undescribed_count = self.count_undescribed()
        super().save(*args, **kwargs)
        self.bring_translations_along()
        shown = media_numbers(self.body) | ({self.cover_id} if self.cover_id else set())
        PostMedia.keep(self, shown)
        Poster.keep(self, embed_pages(self.body))
        self.keep_links()
        if self.is_public:
            self.review_links.revoke()
        if before is None or any(before[name] != getattr(self, name) for name in LISTED_BY):
            changes.note(changes.POSTS)
        Announcement.keep(self, before and {name: before[name] for name in TOLD_BY})

    def _publish_now_if_no_time(self):
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()

    def _take_place_in_series(self):
        if self.series is None:
            self.series_position = None
        elif self.series_position is None:
            self.series_position = self.series.next_position()

    def _keep_old_slug(self, old):
        """Every slug ever used leads here: a link given away does not die of a better title."""
        if old != self.slug:
            OldAddress.objects.get_or_create(path=f"{POSTS}{old}", defaults={"post": self})
            self.old_addresses.filter(path=f"{POSTS}{self.slug}").delete()

    def keep_links(self):
        """Note where the text leads, and have the pages made anew that tell of it."""
        PostOutsideLink.keep(self, outside_addresses(self.body_html))
        own = f"{POSTS}{self.slug}"
        if changed := PostLink.keep(self, own_paths(self.body_html) - {own}):
            changes.note(*map(changes.tag_of, Post.objects.at_paths(changed)))

    def leave_gone(self):
        """Before it is deleted: whoever comes for what was once public hears that it is gone."""
        if self.published_at is not None and self.published_at <= timezone.now():
            paths = self.old_addresses.values_list("path", flat=True)
            Redirect.objects.mark_gone([f"{POSTS}{self.slug}", *paths])
        self.announcements.filter(done_at=None).exclude(event=Announcement.Event.GONE).delete()
        if self.has_page:
            Announcement.tell_gone(self.get_canonical_url())

    def get_absolute_url(self):
        """The page of this post with everything around it in the reader's language."""
        return address("blog:post_detail", self.slug)

    @property
    def feed_id(self):
        """What feeds know this post by; never the address, which a better slug changes."""
        return f"{settings.BASE_URL}/#post-{self.pk}"

    def get_own_url(self):
        """The page of this post with everything around it in its own language, too."""
        return address("blog:post_detail", self.slug, language=self.language)

    def get_canonical_url(self):
        """The one absolute address of this post: in its own language."""
        return settings.BASE_URL + self.get_own_url()

    @property
    def is_public(self):
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_archived(self):
        return self.status == self.Status.ARCHIVED

    @property
    def has_page(self):
        """Whether any visitor may read it: it is public, or was until it was archived."""
        has_appeared = self.published_at is not None and self.published_at <= timezone.now()
        return self.is_public or (self.is_archived and has_appeared)

    @property
    def is_updated(self):
        """Whether an editor has called a change since it appeared one that readers want to know."""
        return bool(self.modified_at and self.published_at) and self.modified_at > self.published_at

    @property
    def bylined_authors(self):
        """The authors in their order, from the rows that `with_card_data` has loaded."""
        return [byline.author for byline in self.bylines.all()]

    @property
    def teaser(self):
        return self.excerpt or _first_sentences(self.body_html)

    @property
    def cover_text(self):
        """What the cover shows, in the post's language."""
        return self.cover_alt or (self.cover.alt(self.language) if self.cover else "")

    def count_undescribed(self) -> int:
        """Count the pictures that have no description, the cover included."""
        in_text = Parts(self.body_html).undescribed_count
        return in_text + bool(self.cover and not self.cover_text)

    @property
    def has_embed(self):
        return 'class="embed"' in self.body_html


@lru_cache(maxsize=256)
def _first_sentences(body_html: str) -> str:
    """Return at most 45 words of the first paragraph: whole sentences, if half of it are."""
    first = plain_text(body_html.partition("<p>")[2].partition("</p>")[0] or body_html)
    cut = Truncator(first).words(45, truncate=" …")
    ends = [match.end() for match in SENTENCE_END.finditer(cut)] if cut != first else []
    return cut[: ends[-1]] if ends and ends[-1] > len(cut) / 2 else cut
