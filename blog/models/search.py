"""What can be searched, as rows; each database makes its own index over them (blog/search)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from blog.models.author import Author
from blog.models.post import Post
from blog.models.rows import QuickRows


class SearchEntry(QuickRows):
    """One post or answer in the index: its text as read, and as terms (blog/search/analysis.py).

    Under the term columns lies an index that Django does not know, fed by the database itself: FTS5
    by triggers, a tsvector by a generated column. Whatever migration alters this table on SQLite
    makes it anew without its triggers, and has to end with those of migration `search`.
    """

    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    post = models.ForeignKey(Post, models.CASCADE, related_name="search_entries")
    author = models.ForeignKey(
        Author,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="search_entries",
        help_text="Who has proved to have written an answer; the authors of a post are its own.",
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    published_at = models.DateTimeField()
    is_stale = models.BooleanField(default=False)
    # Long ones last: SQLite reads a row from its beginning, and mostly only that.
    title = models.CharField(max_length=250, blank=True)
    title_terms = models.TextField(blank=True)
    about_terms = models.TextField(blank=True)
    text = models.TextField(blank=True)
    body_terms = models.TextField(blank=True)
    other_terms = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_once")]
        indexes = [models.Index(fields=["id"], condition=Q(is_stale=True), name="search_stale")]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class SearchWord(models.Model):
    """A word that was indexed once, for suggestions; whether it still finds anything is asked."""

    word = models.CharField(max_length=40, unique=True)
    spelling = models.CharField(max_length=40)
    head = models.CharField(max_length=2)
    tail = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["head", "length"], name="searchword_head"),
            models.Index(fields=["tail", "length"], name="searchword_tail"),
        ]

    def __str__(self):
        return self.spelling
