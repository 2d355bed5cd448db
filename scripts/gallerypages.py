"""The pages that scripts/gallery.py takes pictures of: each kind that somebody can be shown.

Those that only a mailed link leads to, forms with mistakes and pages of errors are among them. What
they need is put into the site; nothing that is pressed there changes what the next picture shows.
"""

from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from blog import review
from blog.models import Author, Post, ReviewLink, Series, Tag
from blog.paragraphs import paragraphs
from comments import actions, own
from comments.models import AnswerMail, Comment, Follow, FollowMail, Invitation
from comments.notices import links
from config import views
from newsletter import tokens
from newsletter.models import Newsletter, Subscription

SENT = "main form .button:not(.button-quiet)"  # an empty form, sent


class Visit(NamedTuple):
    path: str
    press: str = ""  # what is pressed there
    cookies: tuple[tuple[str, str], ...] = ()
    html: str = ""  # shown in place of what the server says


def visits(language: str, session: dict[str, str]) -> dict[str, Visit]:
    """Return what to look at, by the name of its picture; `session` is a cookie of the team."""
    talked = Post.objects.published().filter(threads__is_linkback=False)
    post = talked.order_by("-tally__answer_count", "pk")[0]
    answer = Comment.objects.visible().answers().filter(post=post).order_by("pk")[0]
    with override(language):
        return {
            **of_posts(post, answer),
            **of_search(),
            **of_answers(post, answer),
            **of_own_answers(post),
            **of_mails(post),
            **of_newsletters(),
            **of_guests(answer),
            **of_team(post, session),
            **of_errors(),
        }


def of_posts(post: Post, answer: Comment) -> dict[str, Visit]:
    newest = Post.objects.published().newest_first()
    day = post.published_at or timezone.now()
    quiet = newest.exclude(pk=post.pk)
    rows = {
        "post": post,
        "post-quiet": quiet.first(),
        "post-older": quiet.last(),
        "author": post.bylines.get(position=0).author,
        "category": post.category,
        "tag": Tag.objects.filter(posts__in=newest).first(),
        "series": series_of(list(quiet)[-3:]),
    }
    return {
        "front": Visit(reverse("blog:post_list")),
        **{kind: Visit(row.get_absolute_url()) for kind, row in rows.items() if row},
        "thread": Visit(reverse("comments:thread_detail", args=[post.slug, answer.tree_id])),
        "newest": Visit(f"{post.get_absolute_url()}?order=newest"),
        "archive": Visit(reverse("blog:archive_list")),
        "year": Visit(reverse("blog:year_detail", args=[day.year])),
        "month": Visit(reverse("blog:month_detail", args=[day.year, day.month])),
        "imprint": Visit(reverse("blog:imprint")),
        "privacy": Visit(reverse("blog:privacy")),
        "feed": Visit(reverse("blog:feed")),
    }


def series_of(posts: list[Post]) -> Series:
    """Return a series of these posts."""
    series, is_new = Series.objects.get_or_create(
        name="Zuhören lernen", defaults={"description": "Was man hört, wenn man nichts sagt."}
    )
    for post in posts if is_new else []:
        post.series = series
        post.save()
    return series


def of_search() -> dict[str, Visit]:
    search = reverse("blog:search")
    return {
        "search": Visit(search),
        "search-found": Visit(f"{search}?q=und"),
        "search-nothing": Visit(f"{search}?q=Xylophonquartett"),
        "search-wrong": Visit(f"{search}?q=und&year=1066"),
    }


def of_answers(post: Post, answer: Comment) -> dict[str, Visit]:
    create = reverse("comments:comment_create", args=[post.slug])
    report = reverse("comments:comment_report", args=[answer.pk])
    claim = reverse("comments:comment_claim", args=[answer.pk])
    return {
        "answer": Visit(create),
        "answer-wrong": Visit(create, SENT),
        "reply": Visit(reverse("comments:comment_reply", args=[post.slug, answer.pk])),
        "reply-here": Visit(post.get_absolute_url(), "[data-reply] .button"),
        "report": Visit(report),
        "report-wrong": Visit(report, SENT),
        "reported": Visit(reverse("comments:comment_reported", args=[answer.pk])),
        "claim": Visit(claim),
        "claim-wrong": Visit(claim, SENT),
        "like": Visit(reverse("comments:comment_like", args=[answer.pk])),
    }


def of_own_answers(post: Post) -> dict[str, Visit]:
    """What readers see of answers that they wrote themselves: one that waits, one that may no
    longer be changed.
    """
    waiting, old = answer_to(post), answer_to(post)
    Comment.objects.filter(pk=old.pk).update(
        status=Comment.Status.APPROVED, created_at=timezone.now() - timedelta(days=1)
    )
    cookie = signing.dumps([waiting.pk, old.pk], salt=own.SALT)
    mine = ((own.COOKIE, cookie),)
    change = reverse("comments:comment_update", args=[waiting.pk])
    return {
        "post-own": Visit(post.get_absolute_url(), cookies=mine),
        "change": Visit(change, cookies=mine),
        "change-preview": Visit(change, "main form [name=preview]", mine),
        "addendum-wrong": Visit(
            reverse("comments:comment_update", args=[old.pk]), "main form .button", mine
        ),
        "delete": Visit(reverse("comments:comment_delete", args=[waiting.pk]), cookies=mine),
        "own": Visit(path_of(links.own_url(waiting))),
    }


def of_mails(post: Post) -> dict[str, Visit]:
    """What the links in mails about answers lead to."""
    answer, language = answer_to(post), get_language()
    reader = Author.objects.get_or_create_by_email(answer.email, name=answer.name)[0]
    Author.objects.filter(pk=reader.pk).update(language=language)
    wish = {"author": reader, "post": post, "language": language}
    Follow.objects.create(comment=answer, **wish)
    ended = Follow.objects.create(comment=answer_to(post), **wish, state="active")
    asked = FollowMail.objects.create(author=reader, done_at=timezone.now())
    used = FollowMail.objects.create(author=reader, done_at=timezone.now(), used_at=timezone.now())
    writer = post.bylines.get(position=0).author
    told, _is_new = AnswerMail.objects.get_or_create(
        author=writer, comment=answer, defaults={"kind": "post"}
    )
    return {
        "confirm": Visit(path_of(links.confirm_url(asked))),
        "confirm-used": Visit(path_of(links.confirm_url(used))),
        "decide": Visit(path_of(links.decide_url(told))),
        "end": Visit(path_of(links.end_url(ended))),
        "ended": Visit(
            path_of(links.end_url(ended)), html=pressed(links.end_url(ended), what="this")
        ),
        "dead-link": Visit(reverse("newsletter:subscription_confirm", args=["x"])),
    }


def of_newsletters() -> dict[str, Visit]:
    newsletter = Newsletter.objects.public().language_first(get_language())[0]
    address, now = newsletter.get_absolute_url(), timezone.now()
    states = {
        "pending": {},
        "active": {"confirmed_at": now},
        "ended": {"confirmed_at": now, "ended_at": now},
    }
    rows = {
        state: Subscription.objects.create(
            newsletter=newsletter, author=somebody(), language=get_language(), state=state, **times
        )
        for state, times in states.items()
    }
    confirm, end = "newsletter:subscription_confirm", "newsletter_machine:subscription_end"
    ending = {state: tokens.make_unsubscribe_token(row) for state, row in rows.items()}
    return {
        "newsletter": Visit(address),
        "newsletter-wrong": Visit(address, SENT),
        "signed-up": Visit(reverse("newsletter:signup_done", args=[newsletter.slug])),
        "subscribe": Visit(reverse(confirm, args=[tokens.make_confirm_token(rows["pending"])])),
        "subscribed": Visit(reverse(confirm, args=[tokens.make_confirm_token(rows["active"])])),
        "unsubscribe": Visit(reverse(end, args=[ending["active"]])),
        "unsubscribed": Visit(reverse(end, args=[ending["ended"]])),
    }


def of_guests(answer: Comment) -> dict[str, Visit]:
    """The page of an invitation to a guest post, in each state."""
    words = "Ihre Antwort hat mir keine Ruhe gelassen. Machen Sie einen Beitrag daraus?"
    rows = {
        state: Invitation.objects.create(
            author=somebody(), comment=answer, language="de", words=words, title="Wer fragt",
            state=state, saved_at=timezone.now() if state == Invitation.State.PROMISED else None,
        )
        for state in Invitation.State
    }  # fmt: skip
    found = {f"guest-{key}": Visit(path_of(links.invitation_url(row))) for key, row in rows.items()}
    found["guest-wrong"] = Visit(found["guest-promised"].path, "[value=hand_in]")
    return found


def of_team(post: Post, session: dict[str, str]) -> dict[str, Visit]:
    """A post under review, as people without an account see it, and the page of all parts."""
    shown = Post.objects.create(
        title=post.title, subtitle=post.subtitle, body=post.body, language=post.language,
        cover=post.cover, category=post.category, status=Post.Status.IN_REVIEW,
    )  # fmt: skip
    shown.bylines.create(author=post.bylines.get(position=0).author, position=0)
    link, token = link_to(shown)
    _link, new_token = link_to(shown)
    ended, old_token = link_to(shown)
    ReviewLink.objects.filter(pk=ended.pk).revoke()
    paragraph = paragraphs(shown.body_html)[0]
    review.remark(link, paragraph, name="Berta", text="Das würde ich streichen.")
    shown_at = reverse("blog:review_detail", args=[token])
    remark = reverse("blog:review_remark", args=[token, review.digest_of(paragraph)])
    login = ((session["name"], session["value"]),)
    return {
        "review": Visit(shown_at),
        "review-wrong": Visit(reverse("blog:review_detail", args=[new_token]), "#agree .button"),
        "review-remark": Visit(remark, SENT),
        "review-over": Visit(reverse("blog:review_detail", args=[old_token])),
        "style": Visit(reverse("blog:style_page"), cookies=login),
    }


def of_errors() -> dict[str, Visit]:
    """Pages of errors, as the site makes them; while it is developed Django shows its own."""
    front = reverse("blog:post_list")
    asked = RequestFactory().get(front)
    pages = {
        "bad-request": views.bad_request(asked),
        "forbidden": views.permission_denied(asked),
        "send-again": views.csrf_failure(_typed(front)),
        "not-found": views.page_not_found(asked),
        "gone": render(asked, "410.html"),
        "too-often": views.too_many_requests(asked, retry_after_seconds=60),
        "broken": views.server_error(asked),
    }
    return {kind: Visit(f"{front}{kind}/", html=page.text) for kind, page in pages.items()}


def _typed(path: str) -> HttpRequest:
    return RequestFactory().post(path, {"body": "Was ich sagen wollte, ist länger als eine Zeile."})


def somebody() -> Author:
    """Return a reader whom nobody knows yet."""
    number = Author.objects.count()
    return Author.objects.create(name="Berta Leserin", email=f"reader-{number}@example.org")


def answer_to(post: Post) -> Comment:
    """Return a new answer by a reader, which waits."""
    number = Comment.objects.count()
    comment = Comment(
        post=post, name="Berta Leserin", email=f"writer-{number}@example.org", language="de",
        body=f"So habe ich es noch nie gesehen. Danke für die {number} Gedanken!",
    )  # fmt: skip
    return actions.submit_comment(comment)


def link_to(post: Post) -> tuple[ReviewLink, str]:
    """Return a new link to a post under review, and its token."""
    link, address = review.make_link(post, user=User.objects.all()[0], for_whom="Berta")
    return link, address.rstrip("/").rpartition("/")[2]


def pressed(address: str, **sent: str) -> str:
    """Return the page that a button leads to which does something, and so can be pressed once."""
    return client().post(path_of(address), sent).text


def answer_of(visit: Visit) -> tuple[int, str]:
    """Return status and text of what a browser without script gets: of a form that is sent empty,
    or of the page.
    """
    if visit.html:
        return 200, visit.html
    browser = client()
    browser.cookies.load(dict(visit.cookies))
    answer = browser.post(visit.path) if visit.press == SENT else browser.get(visit.path)
    return answer.status_code, answer.text


def client() -> Client:
    return Client(headers={"host": urlsplit(settings.BASE_URL).netloc})


def path_of(address: str) -> str:
    return address.removeprefix(settings.BASE_URL)
