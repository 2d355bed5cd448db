"""How the classifier learns: by comparing its lessons with what moderators have decided.

Nothing has to be told to it. Each task looks at answers as they stand and does what is missing, so
a lost, doubled or late one does no harm, and a decision that was taken back is unlearned. What it
says itself and what Akismet says is never learned (docs/decisions/0062).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from comments import classifier
from comments.models import Comment, SpamClassifier, SpamLesson, SpamToken

SETTLED_AFTER = timedelta(seconds=40)  # until then a moderator may take a decision back
RECENT = timedelta(hours=1)
SPAM_KEPT_FOR = timedelta(days=365)
MOST_IMPORTED = 5_000
BATCH = 50  # answers in one transaction: it holds the lock, on SQLite that of all writers
FORETOLD = 500  # how many of the last lessons tell how good it is

Status, Reason, Kind = Comment.Status, Comment.Reason, SpamLesson.Kind
BY_HAND = Q(status_reason=Reason.MODERATOR, status__in=[Status.APPROVED, Status.SPAM])
IMPORTED = Q(status_reason=Reason.IMPORTED, status=Status.APPROVED)
IN_LINE = Q(spam_lesson__kind=Kind.SPAM, status=Status.SPAM) | Q(
    spam_lesson__kind=Kind.HAM, status=Status.APPROVED
)


def learn_recent() -> int:
    """Learn what was decided within the last hour; return how many lessons changed."""
    if not _is_learning():
        return 0
    decided = Comment.objects.filter(decided_at__gte=timezone.now() - RECENT)
    return _settle_all(_out_of_line(decided)) + _settle_all(_unlearned(decided.filter(BY_HAND)))


def learn_all() -> int:
    """Learn whatever decisions there are, unlearn what no longer holds; return how many changed.

    What was imported as approved is ham, the newest MOST_IMPORTED of it. Ham is unlearned with its
    answer. What was learned of spam outlives it, for a year.
    """
    if not _is_learning():
        return 0
    changed = _settle_all(_out_of_line(Comment.objects.all()))
    changed += _settle_all(_unlearned(Comment.objects.filter(BY_HAND)))
    known = SpamLesson.objects.filter(comment__status_reason=Reason.IMPORTED).count()
    imported = _unlearned(Comment.objects.filter(IMPORTED)).order_by("-created_at", "-pk")
    changed += _settle_all(imported[: max(MOST_IMPORTED - known, 0)])
    return changed + _unlearn_expired()


@transaction.atomic
def forget(*, is_learning: bool = True, since: datetime | None = None) -> None:
    """Forget everything; then learn from what is decided after `since`, or from all there is."""
    state = SpamClassifier.lock()
    SpamLesson.objects.all().delete()
    SpamToken.objects.all().delete()
    state.is_learning, state.learns_from = is_learning, since
    state.secret_mark = classifier.secret_mark()
    state.save()


def unlearn(comment_ids: Collection[int]) -> None:
    """Forget what was learned of these answers, as spam too: their writer asks for it.

    What stays of them, with no name and no address, is learned again from its text alone.
    """
    _unlearn(SpamLesson.objects.filter(comment__in=comment_ids))


@transaction.atomic
def recount() -> None:
    """Count the words of all lessons anew: they are the truth, the counts an index over them."""
    SpamClassifier.lock()
    SpamToken.objects.all().delete()
    for lessons in batched(SpamLesson.objects.order_by("pk").iterator(), BATCH):
        with _Book() as book:
            for lesson in lessons:
                book.count(lesson.tokens, Kind(lesson.kind), 1)


@dataclass
class Quality:
    """What was learned in a language, and what would have been said of the last lessons before.

    `spam_seen` and `ham_seen` are how many of them it had a word to say about.
    """

    language: str
    spam_learned: int = 0
    ham_learned: int = 0
    spam_seen: int = 0
    spam_held: int = 0
    ham_seen: int = 0
    ham_held: int = 0

    @property
    def spam_missing(self) -> int:
        return max(classifier.LEAST_LESSONS - self.spam_learned, 0)

    @property
    def ham_missing(self) -> int:
        return max(classifier.LEAST_LESSONS - self.ham_learned, 0)

    @property
    def has_a_say(self) -> bool:
        return not (self.spam_missing or self.ham_missing)


def quality(language: str) -> Quality:
    """Return how the classifier does in `language`; two queries."""
    lessons = SpamLesson.objects.filter(language=language).order_by("-learned_at", "-pk")
    learned = Counter(lessons.values_list("kind", flat=True))
    foretold = lessons.exclude(would_hold=None).values_list("kind", "would_hold")[:FORETOLD]
    said = Counter(foretold)
    return Quality(
        language,
        spam_learned=learned[Kind.SPAM],
        ham_learned=learned[Kind.HAM],
        spam_seen=said[Kind.SPAM, True] + said[Kind.SPAM, False],
        spam_held=said[Kind.SPAM, True],
        ham_seen=said[Kind.HAM, True] + said[Kind.HAM, False],
        ham_held=said[Kind.HAM, True],
    )


def qualities() -> list[Quality]:
    return [quality(code) for code, _name in settings.LANGUAGES]


def _is_learning():
    """Whether there is something to do; under another secret all that was learned is void."""
    state = SpamClassifier.load()
    if state.secret_mark != classifier.secret_mark():
        forget(is_learning=state.is_learning, since=state.learns_from)
    return state.is_learning


def _unlearned(comments):
    return comments.filter(~Exists(SpamLesson.objects.filter(comment=OuterRef("pk"))))


def _out_of_line(comments):
    """Of `comments` those that were learned as something else than they are now."""
    return comments.filter(~IN_LINE, spam_lesson__isnull=False)


def _settle_all(comments):
    if not comments.query.is_sliced:
        comments = comments.order_by(F("decided_at").asc(nulls_first=True), "pk")
    ids = list(comments.values_list("pk", flat=True))
    return sum(_settle(batch) for batch in batched(ids, BATCH))


@transaction.atomic
def _settle(ids: Iterable[int]) -> int:
    """Bring the lessons of some answers in line with them; return how many changed."""
    state = SpamClassifier.lock()
    if not state.is_learning:
        return 0
    rows = Comment.objects.in_bulk(ids)
    changed = 0
    with _Book() as book:
        for comment in (rows[pk] for pk in ids if pk in rows):
            if not _may_still_change(comment):
                changed += _settle_one(comment, book, since=state.learns_from)
    return changed


def _settle_one(comment, book, *, since):
    kind, decided_at = _decision(comment)
    lesson = SpamLesson.objects.filter(comment=comment.pk).first()
    if lesson is not None:
        if lesson.kind == kind:
            return False
        book.unlearn(lesson)
    if kind is None or _was_changed_after(comment, decided_at):
        return lesson is not None
    if since and decided_at <= since:
        return lesson is not None
    return book.learn(comment, kind, decided_at) or lesson is not None


def _decision(comment):
    """Return what a person decided about `comment`, and when; None if nobody did."""
    if comment.status_reason == Reason.IMPORTED and comment.status == Status.APPROVED:
        return Kind.HAM, comment.created_at
    if comment.status_reason != Reason.MODERATOR or comment.decided_at is None:
        return None, None
    kinds = {Status.APPROVED: Kind.HAM, Status.SPAM: Kind.SPAM}
    return kinds.get(comment.status), comment.decided_at


def _may_still_change(comment):
    return comment.decided_at and comment.decided_at > timezone.now() - SETTLED_AFTER


def _was_changed_after(comment, decided_at):
    """Whether its text is another one than somebody decided about."""
    return any(at and at > decided_at for at in (comment.edited_at, comment.addendum_at))


def _unlearn_expired():
    is_gone = ~Exists(Comment.objects.filter(pk=OuterRef("comment_id")))
    is_old = Q(decided_at__lt=timezone.now() - SPAM_KEPT_FOR)
    return _unlearn(SpamLesson.objects.filter(is_gone, Q(kind=Kind.HAM) | is_old))


@transaction.atomic
def _unlearn(lessons):
    SpamClassifier.lock()
    expired = list(lessons)
    with _Book() as book:
        for lesson in expired:
            book.unlearn(lesson)
    return len(expired)


class _Book:
    """The counts, while the caller holds the lock on SpamClassifier; written when it is closed."""

    def __init__(self):
        self.counts: dict[int, tuple[int, int]] = {}
        self.changed: set[int] = set()

    def __enter__(self):
        return self

    def __exit__(self, error, *_about):
        if error is None:
            self._write()

    def learn(self, comment: Comment, kind: SpamLesson.Kind, decided_at: datetime) -> bool:
        """Learn a text once; of two decisions about the same text the later one counts."""
        text = classifier.read(comment)
        same = SpamLesson.objects.filter(text_key=text.text_key).first()
        if not text.words or same and (same.kind == kind or same.decided_at >= decided_at):
            return False
        if same:
            self.unlearn(same)
        self._load(text.keys)
        opinion = classifier.judge(text, self.counts)
        SpamLesson.objects.create(
            comment=comment,
            text_key=text.text_key,
            kind=kind,
            language=text.language,
            tokens=text.keys,
            would_hold=None if opinion is None else opinion.would_hold,
            decided_at=decided_at,
        )
        self.count(text.keys, kind, 1)
        return True

    def unlearn(self, lesson: SpamLesson) -> None:
        self.count(lesson.tokens, Kind(lesson.kind), -1)
        lesson.delete()

    def count(self, keys: list[int], kind: SpamLesson.Kind, change: int) -> None:
        self._load(keys)
        self.changed.update(keys)
        for key in keys:
            spam, ham = self.counts[key]
            if kind == Kind.SPAM:
                self.counts[key] = (max(spam + change, 0), ham)
            else:
                self.counts[key] = (spam, max(ham + change, 0))

    def _load(self, keys):
        new = [key for key in keys if key not in self.counts]
        self.counts |= dict.fromkeys(new, (0, 0)) | SpamToken.objects.counts(new)

    def _write(self):
        rows = [SpamToken(key, *self.counts[key]) for key in sorted(self.changed)]
        kept = [row for row in rows if row.spam_count or row.ham_count]
        gone = [row.pk for row in rows if not (row.spam_count or row.ham_count)]
        for keys in batched(gone, 500):
            SpamToken.objects.filter(pk__in=keys).delete()
        SpamToken.objects.bulk_create(
            kept,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["spam_count", "ham_count"],
        )
