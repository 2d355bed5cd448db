"""Answers as feeds in three formats: of the whole site, of a post, of one thread.

Each entry says what it answers by RFC 4685 (Atom threading): the post, and the answer above it.
"""

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.changes import tag_of
from blog.feeds import PagedFeed, absolute_addresses
from blog.models import Post, SiteSettings
from blog.text import plain_text
from comments.models import Comment, Thread
from comments.tallies import ANSWERS

ANSWERS_PER_FEED = 50


class AnswerFeed(PagedFeed):
    """The newest answers of the site; what the others share."""

    NAMES = {"rss": "feed", "atom": "atom", "json": "json"}
    per_page = ANSWERS_PER_FEED

    def get_object(self, request):
        self.page_tags.append(ANSWERS)

    def title(self, target):
        return _("Answers on %(site)s") % {"site": SiteSettings.load().title}

    def description(self, target):
        return self.title(target)

    def page_path(self, target):
        return target.get_absolute_url() if target else reverse("blog:post_list")

    def first_url(self, target):
        path = reverse(f"comments:{self.NAMES[self.format]}", args=self.address_of(target))
        return settings.BASE_URL + path

    def address_of(self, target):
        """Return what the feed's address holds of `target`, as a list."""
        return []

    def items(self, target):
        answers = Comment.objects.visible().answers().filter(post__in=Post.objects.published())
        newest = self.of(answers, target).order_by("-created_at", "-pk")
        return self.page_of(newest.select_related("post", "parent"))

    def of(self, answers, target):
        return answers

    def item_title(self, comment):
        names = {"name": comment.name, "title": comment.post.title}
        return _("%(name)s on “%(title)s”") % names

    def item_description(self, comment):
        return plain_text(_said(comment))

    def item_link(self, comment):
        return _address(comment)

    def item_guid(self, comment):
        return _address(comment)

    def item_pubdate(self, comment):
        return comment.created_at

    def item_updateddate(self, comment):
        return comment.edited_at or comment.created_at

    def item_extra_kwargs(self, comment):
        answered = [(comment.post.feed_id, comment.post.get_canonical_url())]
        if comment.parent is not None:
            answered.append((_address(comment.parent), _address(comment.parent)))
        return {
            "content": absolute_addresses(_said(comment)),
            "authors": [{"name": comment.name}],
            "language": comment.language,
            "image": None,
            "replies": None,
            "in_reply_to": answered,
        }


class PostAnswerFeed(AnswerFeed):
    NAMES = {"rss": "post_feed", "atom": "post_atom", "json": "post_json"}

    def get_object(self, request, slug):
        post = get_object_or_404(Post.objects.readable(), slug=slug)
        self.page_tags.append(tag_of(post))
        return post

    def address_of(self, post):
        return [post.slug]

    def title(self, post):
        return _("Answers to “%(title)s”") % {"title": post.title}

    def of(self, answers, post):
        return answers.filter(post=post)


class ThreadAnswerFeed(PostAnswerFeed):
    NAMES = {"rss": "thread_feed", "atom": "thread_atom", "json": "thread_json"}

    def get_object(self, request, slug, pk):
        threads = Thread.objects.filter(post__in=Post.objects.readable(), is_linkback=False)
        thread = get_object_or_404(threads.select_related("post"), pk=pk, post__slug=slug)
        self.page_tags.append(tag_of(thread.post))
        return thread

    def address_of(self, thread):
        return [thread.post.slug, thread.pk]

    def title(self, thread):
        return _("An exchange about “%(title)s”") % {"title": thread.post.title}

    def page_path(self, thread):
        return reverse("comments:thread_detail", args=[thread.post.slug, thread.pk])

    def of(self, answers, thread):
        return answers.filter(tree_id=thread.pk)


def _said(comment):
    return comment.body_html + comment.addendum_html


def _address(comment):
    # The identity of an entry: without a language, so that it is one in every feed.
    return f"{settings.BASE_URL}/c/{comment.pk}/"
