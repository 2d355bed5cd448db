"""Posts and pictures for benchmarks of the desk: as many as wanted, the same every time."""

from datetime import UTC, datetime, timedelta

from blog.models import MediaFile, Post, PostMedia

START = datetime(2026, 6, 1, tzinfo=UTC)
STATUSES = ["draft", "in_review", "published", "published"]
AT_ONCE = 5_000


def seed_posts(count: int) -> None:
    """Make posts of every status, half of them with a picture that nobody has described."""
    Post.objects.bulk_create(
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
