"""How good our own spam classifier is, and what it costs: `python -m bench.classifier`.

Prints two tables. The first tells quality on texts it has not seen, at the threshold that is used:
"known" are other texts of the campaigns and manners it has learned, "new" are of campaigns and
manners held back altogether, "copied" are honest ones whose very sentences it has met as the
innocent part of spam alone: the worst that a spammer can do to it. The texts are made up
(bench/corpus.py), so the figures compare one version with another and promise nothing about a real
site. The second is the time of one look at a
new answer, with 2,000 lessons learned in the database, and how many queries it takes.
"""

import os
import statistics
import time
from collections import Counter
from collections.abc import Iterable

from bench.corpus import Sample, families, samples
from bench.post_page import machine
from bench.server import temporary_site

SIZES = [int(size) for size in os.environ.get("BENCH_LESSONS", "40 100 200 500 2000").split()]
TESTED = 1_000  # texts of each kind
# Held back while it learns; what a moderator has never seen, the trickiest honest ones included.
NEW = {
    "de": {"backlinks", "kontakt", "krypto", "pillen", "zauber", "beruf", "geschichte", "hinweis"},
    "en": {"backlinks", "dating", "crypto", "pills", "spells", "trade", "story", "pointer"},
}


def main() -> None:
    with temporary_site():
        print(f"Made-up texts, {TESTED} of each kind tried, {machine()}\n")
        print(
            f"{'language':8}  {'lessons':>7}  {'texts':6}  {'precision':>9}  {'recall':>9}  "
            f"{'ham held':>8}"
        )
        for language in ("de", "en"):
            for size in SIZES:
                report_all(language, size)
        print()
        report_cost()


def report_all(language: str, size: int) -> None:
    known, new = (chosen(language, TESTED, is_new=is_new, seed=2) for is_new in (False, True))
    counts = learned(chosen(language, size // 2, is_new=False, seed=1))
    report(language, size, "known", known, counts)
    report(language, size, "new", new, counts)
    counts = learned(chosen(language, size // 2, is_new=False, seed=1, copies_all=True))
    report(language, size, "copied", [sample for sample in new if not sample.is_spam], counts)


def chosen(
    language: str, count: int, *, is_new: bool, seed: int, copies_all: bool = False
) -> list[Sample]:
    """Return `count` texts of each kind, spam and ham by turns.

    Spam takes innocent sentences from the manners that are learned, or from all of them.
    """
    honest = families(language, is_spam=False)
    known = [name for name in honest if copies_all or name not in NEW[language]]

    def of_kind(is_spam):
        names = families(language, is_spam=is_spam)
        wanted = [name for name in names if (name in NEW[language]) == is_new]
        return samples(
            language, is_spam=is_spam, families=wanted, innocent=known, count=count, seed=seed
        )

    return [sample for pair in zip(of_kind(True), of_kind(False), strict=True) for sample in pair]


def comment_of(sample: Sample):
    from comments.models import Comment

    fields = {"body": sample.body, "name": sample.name, "email": sample.email}
    return Comment(language=sample.language, **fields)


def learned(texts: Iterable[Sample]) -> dict[int, tuple[int, int]]:
    """Return what SpamToken would hold after these lessons."""
    from comments import classifier

    spam: Counter[int] = Counter()
    ham: Counter[int] = Counter()
    for sample in texts:
        (spam if sample.is_spam else ham).update(classifier.read(comment_of(sample)).keys)
    return {key: (spam[key], ham[key]) for key in spam.keys() | ham.keys()}


def report(language: str, size: int, texts: str, tested: list[Sample], counts: dict) -> None:
    from comments import classifier

    held: Counter[bool] = Counter()
    for sample in tested:
        opinion = classifier.judge(classifier.read(comment_of(sample)), counts)
        held[sample.is_spam] += bool(opinion and opinion.would_hold)
    tried = Counter(sample.is_spam for sample in tested)
    figures = [(held[True], held.total()), (held[True], tried[True]), (held[False], tried[False])]
    row = "".join(
        f"  {part / whole:>9.1%}" if tried[True] and whole else f"  {'-':>9}"
        for part, whole in figures[:2]
    )
    print(
        f"{language:8}  {size:>7,}  {texts:6}{row}  {held[False] / tried[False]:>8.1%}", flush=True
    )


def report_cost() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from comments import classifier

    fill(2_000)
    story = " ".join(sample.body for sample in chosen("de", 2_000, is_new=True, seed=3))
    different = " ".join(f"wort{number}" for number in range(3_000))
    print(f"{'text':>24}  {'characters':>10}  {'words':>5}  {'ms median':>9}  {'queries':>7}")
    for what, body in [
        ("an answer", story[:300]), ("a long one", story[:20_000]),
        ("no word twice", different[:20_000]),
    ]:  # fmt: skip
        comment = comment_of(Sample(body, "Berta", "b@mail.example", "de", "", False))
        with CaptureQueriesContext(connection) as queries:
            classifier.opinion_of(comment)
        words = len(classifier.read(comment).words)
        taken = median(lambda comment=comment: classifier.opinion_of(comment))
        print(f"{what:>24}  {len(body):>10,}  {words:>5}  {taken:>9.2f}  {len(queries):>7}")


def fill(count: int) -> None:
    """Let the site learn `count` decisions, as its task does at night."""
    from django.utils import timezone

    from blog.models import Post
    from comments import classifiertraining, tree
    from comments.models import Comment

    post = Post.objects.create(title="Gelernt", status="published", published_at=timezone.now())
    decided_at = timezone.now() - classifiertraining.SETTLED_AFTER
    for sample in chosen("de", count // 2, is_new=False, seed=1):
        comment = comment_of(sample)
        comment.post, comment.decided_at = post, decided_at
        comment.status = Comment.Status.SPAM if sample.is_spam else Comment.Status.APPROVED
        comment.status_reason = Comment.Reason.MODERATOR
        tree.add(comment)
    started = time.perf_counter()
    lessons = classifiertraining.learn_all()
    taken = (time.perf_counter() - started) * 1000
    print(f"{lessons:,} lessons learned in {taken:,.0f} ms, {taken / lessons:.1f} ms each\n")


def median(act) -> float:
    taken = []
    for _ in range(50):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
