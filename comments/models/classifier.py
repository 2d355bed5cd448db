"""What our own classifier has learned: counts of words nobody can read (docs/decisions/0062)."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.prepared import prepared
from comments.models.comment import Comment

FEW = 60  # words of an answer of usual length


class SpamTokenQuerySet(models.QuerySet):
    def counts(self, keys: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return for each key that is known in how many texts it stood: (spam, ham); one query."""
        keys = list(keys)
        is_usual = len(keys) <= FEW
        rows = _counts_of_few(keys) if is_usual else list(_counts_of(keys))
        return {key: (spam, ham) for key, spam, ham in rows}


class SpamToken(models.Model):
    """In how many texts a word stood that moderators decided about.

    Only the lessons are the truth; this is an index over them, written by one trainer at a time.
    """

    key = models.BigIntegerField(primary_key=True)
    spam_count = models.PositiveIntegerField(default=0)
    ham_count = models.PositiveIntegerField(default=0)

    objects = SpamTokenQuerySet.as_manager()

    def __str__(self):
        return f"{self.key}: {self.spam_count}, {self.ham_count}"


def _counts_of(keys):
    return SpamToken.objects.filter(pk__in=keys).order_by().values_list()


_counts_of_few = prepared(_counts_of, keys=FEW)


class SpamLesson(models.Model):
    """One text that was learned, as the keys of its words, so that it can be unlearned exactly."""

    class Kind(models.TextChoices):
        SPAM = "spam", _("spam")
        HAM = "ham", _("no spam")

    # Loose: the number stays when the comment is gone, and deleting one costs no query more.
    comment = models.OneToOneField(
        Comment, models.DO_NOTHING, db_constraint=False, related_name="spam_lesson"
    )
    text_key = models.CharField(
        max_length=32, unique=True, help_text="The same text a hundred times is one lesson."
    )
    kind = models.CharField(max_length=4, choices=Kind)
    language = models.CharField(max_length=5)
    tokens = models.JSONField(help_text="Keys of SpamToken.")
    would_hold = models.BooleanField(
        null=True,
        help_text="What the classifier would have said before this lesson; null: nothing yet.",
    )
    decided_at = models.DateTimeField()
    learned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["language", "-learned_at"], name="spam_lesson_recent")]

    def __str__(self):
        return f"{self.comment_id}: {self.kind}"


class SpamClassifier(models.Model):
    """One row: whether and from when on it learns. Who trains holds the lock on it."""

    is_learning = models.BooleanField(_("learns"), default=True)
    learns_from = models.DateTimeField(
        _("learns from decisions since"), null=True, blank=True, editable=False
    )
    secret_mark = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Of the secret by which keys are made: under another one they mean nothing.",
    )

    class Meta:
        verbose_name = _("our own classifier")
        verbose_name_plural = _("our own classifier")

    def __str__(self):
        return str(_("our own classifier"))

    @classmethod
    def load(cls) -> Self:
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def lock(cls) -> Self:
        """Return the row, locked until the transaction of the caller ends."""
        cls.load()
        return cls.objects.select_for_update().get(pk=1)
