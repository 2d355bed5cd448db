import itertools

from django.core.management.base import BaseCommand

from comments.seeding import seed_post


class Command(BaseCommand):
    help = (
        "Make posts and answers for a load test, the same every time. They are as public as any "
        "others: use a site of its own. Subscribers are made by seed_subscribers."
    )

    def add_arguments(self, parser):
        parser.add_argument("--posts", type=_positive, default=100, metavar="N")
        parser.add_argument("--comments", type=_positive, default=1_000, metavar="N")

    def handle(self, *args, posts, comments, **options):
        for number, batch in enumerate(_shares(comments, posts), start=1):
            seed_post(number, batch)
        self.stdout.write(f"Made: {posts} posts, {comments} answers.")


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _shares(comments, posts):
    """Yield how many answers each post gets; together they are exactly `comments`."""
    ends = [comments * number // posts for number in range(posts + 1)]
    return (end - start for start, end in itertools.pairwise(ends))
