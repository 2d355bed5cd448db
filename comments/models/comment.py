"""The comment tree. Every write of it goes through comments/tree, under the thread's lock."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Lower
from django.db.models.query_utils import DeferredAttribute
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from blog.addresses import address
from blog.models import Author, Post
from blog.models.rows import QuickInsert, QuickRows
from blog.validators import validate_line, validate_text, validate_web_address

# Where a comment stands: `parent` is the truth, the others are an index over it.
TREE_FIELDS = frozenset({"parent", "parent_id", "tree_id", "lft", "rght", "level"})

# By how a text begins the same one is found. Numbers as literals, or SQLite finds no index by them.
BEGINNING = 60  # characters
BEGINNING_OF_BODY = Func(
    F("body"), template=f"SUBSTR(%(expressions)s, 1, {BEGINNING})", output_field=models.TextField()
)


class Thread(QuickInsert):
    """One top-level comment and all below it; its key is their `tree_id`, and the lock on them.

    No reply updates this row, so waiters do not chase new versions of it.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="threads")
    is_linkback = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"thread {self.pk}"


class CommentQuerySet(TreeQuerySet):
    def visible(self):
        """Comments any visitor may read."""
        return self.filter(status=Comment.Status.APPROVED)

    def answers(self):
        """What people wrote here, without mentions from other sites."""
        return self.filter(kind=Comment.Kind.COMMENT)

    def changeable(self):
        """What its writer may still do something with: answers that wait or are shown."""
        return self.answers().filter(
            status__in=Comment.STATUSES_OF_WRITERS, post__in=Post.objects.readable()
        )

    def delete(self):
        raise RuntimeError("deleting a queryset leaves gaps in the tree: use comments.tree.delete")

    def update(self, **fields):
        if not TREE_FIELDS.isdisjoint(fields):
            raise RuntimeError("an update of tree fields corrupts silently: use comments.tree")
        return super().update(**fields)


class CommentManager(TreeManager.from_queryset(CommentQuerySet)):  # type: ignore[misc]
    """Close off the calls of mptt that race, renumber or recurse (docs/decisions/0003)."""

    def _get_next_tree_id(self):
        raise RuntimeError("a root comment gets its tree_id from its Thread: use comments.tree.add")

    def _closed_off(self, *args, **kwargs):
        raise RuntimeError("this call of mptt knows no lock: use comments.tree")

    rebuild = partial_rebuild = build_tree_nodes = _closed_off
    move_node = disable_mptt_updates = delay_mptt_updates = _closed_off


class Comment(QuickRows, QuickInsert, MPTTModel):
    class Kind(models.TextChoices):
        COMMENT = "comment", _("answer")
        PINGBACK = "pingback", _("mention")
        TRACKBACK = "trackback", _("mention (trackback)")
        REBLOG = "reblog", _("passed on")
        WEBMENTION = "webmention", _("mention (webmention)")

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for approval")
        APPROVED = "approved", _("approved")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")

    class Reason(models.TextChoices):
        """Why a comment has its status: a code in the row, a sentence in the reader's language."""

        FIRST_ANSWER = "first_answer", _("first answer of this person")
        UNVERIFIED = "unverified", _("the address is not proved")
        SPAM_CHECK = "spam_check", _("waiting for the spam check")
        NO_VERDICT = "no_verdict", _("the spam check gave no answer")
        TEAM = "team", _("by the author of the post or the team")
        KNOWN = "known", _("by somebody known and verified")
        NOT_SENT = "not_sent", _("not sent to Akismet")
        HELD = "held", _("held by our own checks")
        UNCONFIRMED = "unconfirmed", _("waits for its writer's click in a mail")
        ALL_WAIT = "all_wait", _("every answer to this post is approved by hand")
        LOCAL_SPAM = "local_spam", _("spam by our own checks")
        AKISMET_HAM = "akismet_ham", _("Akismet: no spam")
        AKISMET_SPAM = "akismet_spam", _("Akismet: spam")
        AKISMET_DISCARD = "akismet_discard", _("Akismet: blatant spam")
        MODERATOR = "moderator", _("decided by a moderator")
        IMPORTED = "imported", _("as it was where it was imported from")
        DELETED = "deleted", _("deleted; it keeps its place because of the answers to it")
        EDITED = "edited", _("its writer added links to it")

    post = models.ForeignKey(Post, models.CASCADE, related_name="comments", verbose_name=_("post"))
    parent = TreeForeignKey(
        "self",
        # Like PROTECT, but lets a whole post go together with its answers.
        models.RESTRICT,
        verbose_name=_("in answer to"),
        null=True,
        blank=True,
        related_name="children",
        db_index=True,
    )
    tree_id = models.BigIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMMENT)
    author = models.ForeignKey(
        Author,
        models.SET_NULL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        related_name="comments",
        help_text=_("By the address typed; a proof only where the comment is verified."),
        db_index=False,
    )
    is_verified = models.BooleanField(
        _("verified"),
        default=False,
        help_text=_("Written while logged in, or confirmed by a mailed link."),
    )
    name = models.CharField(_("name as typed"), max_length=120, validators=[validate_line])
    email = models.EmailField(_("e-mail as typed"), blank=True)
    website = models.URLField(
        _("website as typed"), max_length=500, blank=True, validators=[validate_web_address]
    )
    source_url = models.URLField(
        _("source"), max_length=1000, blank=True, validators=[validate_web_address]
    )
    body = models.TextField(_("text as typed"), blank=True, validators=[validate_text])
    body_html = models.TextField(editable=False, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.PENDING, db_index=True
    )
    status_reason = models.CharField(_("why"), max_length=20, choices=Reason, blank=True)
    # What comments/gate.py found, as {"code": …, "weight": …, and values}; words are made from it.
    findings = models.JSONField(default=list, blank=True, editable=False)
    status_before_removal = models.CharField(
        max_length=8, choices=Status, blank=True, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True, unpack_ipv4=True)
    user_agent = models.CharField(_("browser"), max_length=500, blank=True)
    referrer = models.CharField(_("referrer"), max_length=1000, blank=True)
    akismet_consent_at = models.DateTimeField(
        _("may be sent to Akismet since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When its writer agreed to that."),
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    visible_count = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="On a root: how many of its thread are visible, itself included. Else 0.",
    )
    like_count = models.PositiveIntegerField(_("likes"), default=0, editable=False)
    addendum = models.TextField(_("addendum as typed"), blank=True, validators=[validate_text])
    addendum_html = models.TextField(editable=False, blank=True)
    addendum_at = models.DateTimeField(_("added to"), null=True, blank=True, editable=False)
    sending_key = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="What one sending of a form comes to, so that sending it again adds nothing.",
    )
    import_key = models.CharField(
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="Site and number of an imported comment, so that a second import adds nothing.",
    )

    objects = CommentManager()

    # What a moderator took away is no longer its writer's to change.
    STATUSES_OF_WRITERS = frozenset({Status.PENDING, Status.APPROVED})

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        # Declared, or mptt's automatic index would reach the tests' database but no migration.
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="comment_tree_lft"),
            models.Index(
                fields=["post", "tree_id"], condition=Q(parent=None), name="comment_roots"
            ),
            models.Index(fields=["status", "-created_at"], name="comment_queue"),
            # What of a person is approved, however much of them waits. Also the author's own index.
            models.Index(fields=["author", "status"], name="comment_of_person"),
            # Whether a new answer says the same as one of late, in a day of a thousand.
            models.Index(BEGINNING_OF_BODY, F("created_at").desc(), name="comment_same_text"),
            # What moderators decided of late, for the classifier to learn.
            models.Index(
                fields=["decided_at"], condition=Q(decided_at__isnull=False), name="comment_decided"
            ),
            # Whether a person has answered a post already, when one more answer is counted.
            models.Index(
                F("post"),
                F("author"),
                Lower("name"),
                condition=Q(status="approved", kind="comment"),
                name="comment_people",
            ),
            # Threads with something to show, in the order of a page, however much spam waits
            # beside them (docs/decisions/0040).
            models.Index(
                fields=["post", "created_at", "tree_id"],
                condition=Q(visible_count__gt=0, kind="comment"),
                name="comment_visible_threads",
            ),
            models.Index(
                fields=["post", "created_at", "tree_id"],
                condition=Q(visible_count__gt=0) & ~Q(kind="comment"),
                name="comment_visible_mentions",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tree_id"], condition=Q(parent=None), name="comment_one_root"
            ),
            models.CheckConstraint(
                condition=Q(lft__gte=1, rght__gt=F("lft")), name="comment_edges"
            ),
        ]

    @classmethod
    def from_db(cls, db, field_names, values, *, fetch_mode=None):
        row = super().from_db(db, field_names, values, fetch_mode=fetch_mode)
        # What mptt's `__init__` remembers, for its `save` to see whether the parent is another.
        row._mptt_cached_fields = {"parent": row.__dict__.get("parent_id", DeferredAttribute)}
        return row

    def __str__(self):
        return f"{self.name}, {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        # A full save of a loaded row writes its old parent back after a move (facts of mptt).
        if not self._state.adding:
            fields = kwargs.get("update_fields")
            if fields is None or not TREE_FIELDS.isdisjoint(fields):
                raise RuntimeError("save a loaded comment with update_fields, and no tree fields")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise RuntimeError("use comments.tree.delete, which holds the thread's lock")

    def get_absolute_url(self):
        return address("comments:comment_detail", self.pk)

    @property
    def anchor(self):
        return f"comment-{self.pk}"

    @property
    def is_visible(self):
        return self.status == self.Status.APPROVED

    @property
    def words(self):
        """All that its writer says: the text and what was added to it."""
        return join_words(self.body, self.addendum)

    @property
    def is_changeable(self):
        """Whether its writer may still do something with it: it waits or is shown."""
        return self.kind == self.Kind.COMMENT and self.status in self.STATUSES_OF_WRITERS

    @property
    def is_tombstone(self):
        """Whether text and name are gone for good and only the place in the thread is left."""
        return self.status_reason == self.Reason.DELETED

    @property
    def awaits_verdict(self):
        """Whether the spam check may still decide: nobody else has done so meanwhile."""
        return self.status == self.Status.PENDING and self.status_reason == self.Reason.SPAM_CHECK

    @property
    def awaits_writer(self):
        """Whether its writer still has to confirm it by mail; nobody else is troubled with it."""
        is_open = self.status == self.Status.PENDING and not self.is_verified
        return is_open and any(found["code"] == "by_mail" for found in self.findings)

    @property
    def is_linkback(self):
        return self.kind != self.Kind.COMMENT


def join_words(body: str, addendum: str) -> str:
    return "\n\n".join(filter(None, [body, addendum]))


class Tally(models.Model):
    """What a post's visible answers come to; counted anew by `comments.tallies.count`."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="tally")
    answer_count = models.PositiveIntegerField(_("answers"), default=0)
    people_count = models.PositiveIntegerField(_("people"), default=0)
    reblog_count = models.PositiveIntegerField(_("passed on"), default=0)
    mention_count = models.PositiveIntegerField(_("mentions"), default=0)

    def __str__(self):
        return f"{self.post_id}: {self.answer_count}"


def has_answered() -> Exists:
    """Whether a person (OuterRef("pk") is the Author) is known to have answered in public."""
    answers = Comment.objects.visible().answers().order_by()
    return Exists(
        answers.filter(author=OuterRef("pk"), is_verified=True, post__in=Post.objects.readable())
    )
