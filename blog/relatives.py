"""Which posts are near a post, and why: by tags, by rare words of the search, by series, category.

The work of one post is bounded however many posts there are: of each thing that is shared only the
newest posts with it are looked at, and what more than MOST_WITH_WORD are about makes no pair.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from django.db.models import Q

from blog.likeness import main_words, rarity
from blog.models import Post, SearchEntry
from blog.search.dialects import PLACES, newest
from blog.search.limits import KIND
from blog.search.query import Part, Query
from blog.search.sources import POST
from blog.text import plain_text

MOST_WITH_TAG = 200
MOST_WITH_WORD = 200
MOST_TAGS = 10
MOST_BESIDE = 50
MOST_NEAR = 100
WORDS_NAMED = 3

TAG, WORD, SERIES, CATEGORY = 2.0, 1.0, 1.0, 0.5
EVEN_A_COMMON_TAG = 0.25
OTHER_LANGUAGE = 0.5
ABOUT = PLACES[1]  # in the title, or what a text is about

ONLY_POSTS = [[f"{KIND}{POST}"]]

Tagged = Post.tags.through


@dataclass
class Near:
    """One candidate: what it shares with the post, and how much that counts."""

    tags: dict[int, float] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)
    series: bool = False
    category: bool = False
    factor: float = 1.0

    @property
    def score(self) -> float:
        shared = TAG * sum(self.tags.values()) + WORD * sum(self.words.values())
        return round((shared + SERIES * self.series + CATEGORY * self.category) * self.factor, 4)

    @property
    def reason(self) -> dict:
        """What is stored of it, as blog.models.Relative says; what counts most first."""
        named = {
            "tags": _best(self.tags, len(self.tags)),
            "words": _best(self.words, WORDS_NAMED),
            "series": self.series,
            "category": self.category,
        }
        return {name: value for name, value in named.items() if value}


class Corpus:
    """How many posts there are, and with each tag: asked once for all posts of one run."""

    def __init__(self):
        self.with_tag: dict[int, int] = {}

    @cached_property
    def size(self) -> int:
        return Post.objects.filter(status=Post.Status.PUBLISHED).count()

    def rarity_of_tag(self, tag: int) -> float:
        if tag not in self.with_tag:
            self.with_tag[tag] = Tagged.objects.filter(tag=tag).count()
        return EVEN_A_COMMON_TAG + rarity(self.with_tag[tag], self.size)


def near(post: Post, corpus: Corpus) -> dict[int, Near]:
    """Return the posts nearest to `post` by their numbers, the nearest first; MOST_NEAR at most.

    Scheduled ones are among them: they are asked for once their time has come. None is a version
    of `post`, or of another one that is nearer, or one that an editor has taken out.
    """
    found: dict[int, Near] = {}
    tags = sorted(post.tags.values_list("pk", flat=True), key=corpus.rarity_of_tag)[-MOST_TAGS:]
    _add_tagged(found, tags, corpus)
    _add_by_words(found, post, corpus)
    _add_beside(found, post)
    found.pop(post.pk, None)
    first = sorted(found, key=lambda pk: (-found[pk].score, -pk))[:MOST_NEAR]
    found = {pk: found[pk] for pk in first}
    _complete_tags(found, tags, corpus)
    return _once_each(found, post)


def _add_tagged(found, tags, corpus):
    for tag in tags:
        newest = Tagged.objects.filter(tag=tag).order_by("-pk")
        for pk in newest.values_list("post", flat=True)[:MOST_WITH_TAG]:
            _of(found, pk).tags[tag] = corpus.rarity_of_tag(tag)


def _add_by_words(near, post, corpus):
    # On a small site, what every fifth post is about tells nothing either.
    most = min(max(3, corpus.size // 5), MOST_WITH_WORD)
    for word in words_of(post).values():
        query = Query(word, (Part((word,)),))
        found = newest(query, ONLY_POSTS, [ABOUT], most + 1)
        entries = [pk for pk, _place in islice(found, most + 1)]
        if len(entries) <= most:
            posts = SearchEntry.objects.filter(pk__in=entries).values_list("object_id", flat=True)
            for pk in posts:
                _of(near, pk).words[word] = rarity(len(entries), corpus.size)


def words_of(post: Post) -> dict[str, str]:
    """Return {term: spelling} of what the text of `post` is about."""
    body = f"{post.excerpt} {plain_text(post.body)}"
    return main_words(title=post.title, about=[post.subtitle], body=body, language=post.language)


def _add_beside(found, post):
    posts = Post.objects.filter(status=Post.Status.PUBLISHED)
    if post.series_id:
        for pk in posts.filter(series=post.series_id).values_list("pk", flat=True)[:MOST_BESIDE]:
            _of(found, pk).series = True
    if post.category_id:
        newest = posts.filter(category=post.category_id).order_by("-published_at", "-id")
        for pk in newest.values_list("pk", flat=True)[:MOST_BESIDE]:
            _of(found, pk).category = True


def _complete_tags(found, tags, corpus):
    """Name all shared tags: by one of them, a post may be too old to be looked at."""
    shared = Tagged.objects.filter(tag__in=tags, post__in=found)
    for pk, tag in shared.values_list("post", "tag"):
        found[pk].tags[tag] = corpus.rarity_of_tag(tag)


def _once_each(found, post):
    hidden = set(post.unrelated.values_list("pk", flat=True))
    fields = "pk", "language", "category", "series", "translation_of"
    posts = Post.objects.filter(Q(pk__in=found), status=Post.Status.PUBLISHED)
    rows = {row[0]: row for row in posts.order_by().values_list(*fields)}
    for pk, language, category, series, _original in rows.values():
        found[pk].factor = 1.0 if language == post.language else OTHER_LANGUAGE
        found[pk].category = bool(category) and category == post.category_id
        found[pk].series = bool(series) and series == post.series_id
    seen, kept = {post.original_id}, {}
    for pk in sorted(rows, key=lambda pk: (-found[pk].score, -pk)):
        original = rows[pk][-1] or pk
        if pk not in hidden and original not in seen:
            seen.add(original)
            kept[pk] = found[pk]
    return kept


def _of(found: dict[int, Near], pk: int) -> Near:
    return found.setdefault(pk, Near())


def _best(shares: dict, most: int) -> list:
    return sorted(shares, key=lambda one: (-shares[one], str(one)))[:most]
