"""100,000 posts and as many answers for bench/search.py: made up, the same every time.

Words are drawn as in a language: a few in every text, most in few (Zipf's law). Every fourth text
is English. Texts are short notes to long essays, hyphens and umlauts among them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate

VOCABULARY = 40_000
BATCH = 5_000
AUTHORS, CATEGORIES, TAGS = 25, 15, 201
START = datetime(2016, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=50)  # 100,000 posts in nine and a half years
LENGTHS = [30, 60, 90, 120, 150, 300]  # words of a post
SYLLABLES = {
    "de": "ba be da el en fü ge hau im ka le li mö na or pa ra ser ta um ver wa zei schaft",
    "en": "an be con dis er ful gra hop ing jo ly mis ness out per qu re so tion un with",
}  # fmt: skip


@dataclass
class Language:
    """Made-up words of one language, the most frequent first."""

    code: str
    words: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.chance = random.Random(self.code)
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            length = self.chance.randint(2, 5)
            words["".join(self.chance.choices(SYLLABLES[self.code].split(), k=length))] = None
        self.words = list(words)
        # The tenth word comes a tenth as often as the first.
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))

    def text(self, count: int) -> str:
        words = self.chance.choices(self.words, cum_weights=self.weights, k=count)
        if count > 20:
            words[9] = f"{words[9]}-{words[10].title()}"
        return " ".join(words)


LANGUAGES = {code: Language(code) for code in SYLLABLES}


def language_of(number: int) -> Language:
    return LANGUAGES["en" if number % 4 == 3 else "de"]


def fill(size: int) -> None:
    """Add posts, each with an answer, until there are `size`; then have them all indexed."""
    from blog.models import Post
    from blog.search import index
    from blog.search.sources import POST, SOURCES

    for numbers in _batches(Post.objects.count(), size):
        posts = _add_posts(numbers)
        _add_answers(posts)
        source = SOURCES[POST]
        rows = source.indexed().filter(pk__in=[post.pk for post in posts])
        index.put(POST, [source.document(row) for row in rows])


def _batches(first: int, size: int) -> Iterator[range]:
    for start in range(first, size, BATCH):
        yield range(start, min(start + BATCH, size))


def _add_posts(numbers):
    """Every fiftieth is by one of the rarer authors, each has a category and two tags."""
    from blog.models import Author, Category, Post, PostAuthor, Tag

    authors = [Author.objects.get_or_create(name=f"Author {n}")[0] for n in range(AUTHORS)]
    categories = [
        Category.objects.get_or_create(name=f"Category {n}")[0] for n in range(CATEGORIES)
    ]
    tags = [Tag.objects.get_or_create(name=f"Tag {n}")[0] for n in range(TAGS)]
    posts = Post.objects.bulk_create(
        Post(
            title=language_of(number).text(5).title(),
            slug=f"post-{number}",
            language=language_of(number).code,
            status=Post.Status.PUBLISHED,
            published_at=START + APART * number,
            category=categories[number % CATEGORIES],
            body=f"<p>{language_of(number).text(LENGTHS[number % len(LENGTHS)])}.</p>",
        )
        for number in numbers
    )
    PostAuthor.objects.bulk_create(
        PostAuthor(post=post, author=authors[_rarely(number)])
        for number, post in zip(numbers, posts, strict=True)
    )
    tagged = Post.tags.through
    tagged.objects.bulk_create(
        tagged(post=post, tag=tags[place])
        for number, post in zip(numbers, posts, strict=True)
        for place in {number % TAGS, (number * 7) % TAGS}
    )
    return posts


def _rarely(number):
    return number // 50 % (AUTHORS - 1) + 1 if number % 50 == 0 else 0


def _add_answers(posts):
    from comments import tree
    from comments.models import Comment

    comments = {
        post.pk: Comment(
            post=post,
            name=f"Reader {post.pk % 97}",
            body=(text := LANGUAGES[post.language].text(20)),
            body_html=f"<p>{text}</p>",
            language=post.language,
            status=Comment.Status.APPROVED,
            created_at=post.published_at + timedelta(hours=1),
        )
        for post in posts
    }
    tree.add_threads(comments, dict.fromkeys(comments))
