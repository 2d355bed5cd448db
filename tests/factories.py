"""Rows for tests: valid by default, nothing random; a test names only what it is about."""

import time
from datetime import UTC, datetime, timedelta
from io import BytesIO

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from blog import library
from blog.models import Author, Category, Post, PostAuthor, Series
from comments import formtoken, tree
from comments.formtoken import FormToken
from comments.models import Comment, Report, SpamRule
from newsletter.models import Newsletter, Subscription

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
# What locking a thread asks: a savepoint, a look, the lock, a second look, the release. On SQLite
# nothing: the transaction is the lock.
LOCKING_QUERIES = 5 if connection.features.has_select_for_update else 0


def make_author(name="Ada Beispiel", **fields):
    return Author.objects.create(name=name, **fields)


def make_category(name="Kundenservice", **fields):
    return Category.objects.create(name=name, **fields)


def make_post(title="Ein Beitrag", *, authors=None, tags=(), **fields):
    fields = {
        "status": Post.Status.PUBLISHED,
        "published_at": NOON,
        "body": "<p>Ein Absatz.</p>",
    } | fields
    post = Post.objects.create(title=title, **fields)
    for position, author in enumerate(authors if authors is not None else [make_author()]):
        PostAuthor.objects.create(post=post, author=author, position=position)
    post.tags.set(tags)
    return post


def make_comment(post, *, parent=None, body="Gut gesagt.", minutes=0, **fields):
    from blog.text import clean_comment

    fields = {
        "name": "Berta Leserin",
        "status": Comment.Status.APPROVED,
        "created_at": NOON + timedelta(minutes=minutes),
    } | fields
    comment = Comment(post=post, parent=parent, body=body, body_html=clean_comment(body), **fields)
    return tree.add(comment)


def make_chain(post, length):
    """Insert `length` turns, each an answer to the one before, as an import does; return them."""
    turns = [
        Comment(
            post=post,
            name="Berta Leserin",
            body=f"Zug {turn}.",
            body_html=f"<p>Zug {turn}.</p>",
            status=Comment.Status.APPROVED,
            created_at=NOON,
        )
        for turn in range(length)
    ]
    parents = {turn: turn - 1 if turn else None for turn in range(length)}
    tree.add_threads(dict(enumerate(turns)), parents)
    tree.count(post.pk)
    return turns


def make_user(username="moderator", **fields):
    return get_user_model().objects.create_user(username, **fields)


def make_newsletter(name="TALER & TALAR <x>", **fields):
    fields = {
        "language": "de",
        "description": "Gedanken über Geld & Kleider.\n\nOhne Werbung.",
        "rhythm": "alle zwei Wochen",
    } | fields
    return Newsletter.objects.create(name=name, **fields)


def make_subscription(newsletter=None, *, author=None, email="leser@example.org", **fields):
    """An active subscription, or one in another `state` with the times you name."""
    fields = {"state": "active", "requested_at": NOON, "confirmed_at": NOON} | fields
    return Subscription.objects.create(
        newsletter=newsletter or make_newsletter(),
        author=author or make_author(email=email),
        **fields,
    )


def make_form_token(post, *, seconds=60, was_trapped=False):
    """What the form of an answer carries, opened so many seconds ago; as a dict to send along."""
    opened_at_ms = int((time.time() - seconds) * 1000)
    token = FormToken(post.pk, "a-nonce", opened_at_ms, was_trapped)
    return {formtoken.FIELD: str(token)}


def make_spam_rule(kind="word", value="Casino", **fields):
    return SpamRule.objects.create(kind=kind, value=value, **fields)


def make_report(comment, *, reason="insult", **fields):
    """An open report of a sender of its own."""
    return Report.objects.create(comment=comment, reason=reason, **fields)


def make_lessons(
    *, spam="Casino Bonus gratis", ham="Danke, guter Gedanke", count=20, language="de"
):
    """Decided answers that the classifier has learned: `count` of each kind, no text twice."""
    from comments import classifiertraining

    post = make_post("Gelernt", authors=[])
    for number in range(count):
        for status, words in [("spam", spam), ("approved", ham)]:
            make_comment(
                post, body=f"{words} {'x' * 3}{number}", name="", language=language,
                status=status, status_reason="moderator", decided_at=NOON + timedelta(days=number),
            )  # fmt: skip
    classifiertraining.learn_all()


def make_picture_file(name="foto.png", *, size=(60, 40), color="navy", mode="RGB", **options):
    """A picture as a browser sends it."""
    out = BytesIO()
    Image.new(mode, size, color).save(out, "PNG", **options)
    return SimpleUploadedFile(name, out.getvalue())


def make_media(title="Hafen", *, size=(60, 40), color="navy", **fields):
    """A picture in the library; another `size` or `color` makes it another picture."""
    return library.add(make_picture_file(size=size, color=color), title=title, **fields)


def make_series(name="Eine Serie", **fields):
    return Series.objects.create(name=name, **fields)
