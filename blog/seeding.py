"""Posts, pictures and links for benchmarks of the desk: as many as wanted, the same every time."""

from datetime import UTC, datetime, timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from blog.models import (
    Author,
    MediaFile,
    MediaRendering,
    OutsideLink,
    Post,
    PostAuthor,
    PostMedia,
    PostOutsideLink,
    ReviewMail,
)

START = datetime(2026, 6, 1, tzinfo=UTC)
STATUSES = ["draft", "in_review", "published", "published"]
AT_ONCE = 5_000


def seed_posts(count: int) -> None:
    """Make posts of every status by two people, half with a picture that nobody has described."""
    made = Post.objects.bulk_create(
        (
            Post(
                title=f"P{number}",
                slug=f"p{number}",
                status=STATUSES[number % 4],
                body="<p>x</p>" * 50,
                published_at=START - timedelta(hours=number),
                undescribed_count=number % 2,
            )
            for number in range(count)
        ),
        batch_size=AT_ONCE,
    )
    people = [Author.objects.get_or_create(name=name)[0] for name in ("Ada Muster", "Max Muster")]
    PostAuthor.objects.bulk_create(
        (
            PostAuthor(post=post, author=author, position=position)
            for post in made
            for position, author in enumerate(people)
        ),
        batch_size=AT_ONCE,
    )


def seed_files(count: int) -> None:
    """Make rows of pictures (no files), half of them shown in one post."""
    rows = (
        MediaFile(
            file=f"library/{number:016x}.webp",
            title=f"Bild {number}",
            digest=f"{number:064x}",
            folder=f"Ordner {number % 100}",
            alt_de="Ein Bild" if number % 3 else "",
            width=1600,
            height=900,
            byte_size=90_000,
            has_renditions=True,
        )
        for number in range(count)
    )
    MediaFile.objects.bulk_create(rows, batch_size=AT_ONCE)
    post = Post.objects.create(title="Zeigt Bilder")
    used = MediaFile.objects.values_list("pk", flat=True)[: count // 2]
    PostMedia.objects.bulk_create(
        (PostMedia(post=post, media_id=number) for number in used), batch_size=AT_ONCE
    )


def seed_links(count: int) -> None:
    """Make links to other sites, spread over the posts that are there; one in a hundred is dead."""
    rows = (
        OutsideLink(
            address=f"https://h{number % 1000}.example.org/{number}",
            host=f"h{number % 1000}.example.org",
            standing="alive" if number % 100 else "dead",
            missing_since=None if number % 100 else START,
            checked_at=START,
            due_at=START + timedelta(days=3650),
        )
        for number in range(count)
    )
    OutsideLink.objects.bulk_create(rows, batch_size=AT_ONCE)
    posts = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    links = OutsideLink.objects.order_by("pk").values_list("pk", flat=True)
    PostOutsideLink.objects.bulk_create(
        (
            PostOutsideLink(post_id=posts[place % len(posts)], link_id=link)
            for place, link in enumerate(links)
        ),
        batch_size=AT_ONCE,
    )


def seed_done(count: int, user) -> None:
    """Make what programs leave behind: `count` rows of pictures drawn, mails sent and acts logged.

    One in a thousand has failed. Pictures and posts are there already, at least one of each.
    """
    files = list(MediaFile.objects.order_by("pk").values_list("pk", flat=True)[:count])
    posts = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    MediaRendering.objects.bulk_create(
        (
            MediaRendering(media_id=files[number % len(files)], **_end(number))
            for number in range(count)
        ),
        batch_size=AT_ONCE,
    )
    writer = Author.objects.order_by("pk").first()
    ReviewMail.objects.bulk_create(
        (
            ReviewMail(
                post_id=posts[number % len(posts)], author=writer, language="de", done_at=START
            )
            for number in range(count)
        ),
        batch_size=AT_ONCE,
    )
    kind = ContentType.objects.get_for_model(Post)
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                user=user,
                content_type=kind,
                object_id=str(posts[number % len(posts)]),
                object_repr=f"P{number}",
                action_flag=CHANGE,
                change_message="[]",
                action_time=START - timedelta(minutes=number),
            )
            for number in range(count)
        ),
        batch_size=AT_ONCE,
    )


def _end(number):
    if number % 1000:
        return {"done_at": START}
    return {"last_error": "OSError: no space left", "due_at": START}
