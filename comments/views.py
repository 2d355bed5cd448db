"""Answering, and the pages of single threads and comments; posts' own pages are blog's."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blog.changes import tag_of
from blog.models import Author, Post, SiteSettings
from blog.prepared import prepared
from blog.ratelimit import is_over_limit, network_of
from blog.reading import published_post
from blog.text import clean_comment
from comments import gate, policy, proof, sending, threads
from comments.actions import is_trusted, submit_once
from comments.drawing import draw_one, is_shown
from comments.forms import CommentForm
from comments.models import Comment, Tally, Thread
from comments.models.follow import CONFIRM_WITHIN
from comments.notices import follows
from comments.own import own_ids, remember
from config.http import client_ip, render_page_or_partial, shared, wants_partial

ANSWERS_PER_WINDOW = 10
PREVIEWS_PER_WINDOW = 60
WINDOW = timedelta(minutes=10)
TEMPLATE = "comments/comment_create.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_create(request, slug, parent_id=None):
    try:
        post = published_post(slug)
    except Post.DoesNotExist:
        raise Http404 from None
    parent = _visible_parent(post, parent_id)
    context = {"post": post, "parent": parent}
    person = _person(request)
    if not policy.may_answer(post, parent, own=own_ids(request), person=person):
        return render_page_or_partial(request, "comments/comment_closed.html", "closed", context)
    context["akismet_use"] = _akismet_use(post, person)
    form = context["form"] = _form(request, person, **context)
    if request.method != "POST":
        return render_page_or_partial(request, TEMPLATE, "form", context)
    is_preview = "preview" in request.POST
    if not is_preview and (earlier := sending.earlier(_sending_key(request, post, parent))):
        return _show_taken(request, earlier, context)
    if _is_over_limit(request, is_preview=is_preview):
        form.add_error(None, _too_many())
        return render_page_or_partial(request, TEMPLATE, "form", context, status=429)
    if not form.is_valid():
        return render_page_or_partial(request, TEMPLATE, "form", context, status=422)
    return (_preview if is_preview else _take)(request, form, context)


@require_safe
def comment_detail(request, pk):
    """Lead to the page and place where a comment stands now."""
    own = own_ids(request)
    comment = get_object_or_404(
        Comment.objects.select_related("post").filter(post__in=Post.objects.readable()), pk=pk
    )
    if not is_shown(comment, own) and not _has_visible_below(comment):
        raise Http404
    return redirect(threads.address_of(comment, own=own))


@require_safe
@cache_control(public=True, max_age=30)
def answer_news(request, slug):
    """Say how many answers have come since a page showed `seen` of them; 204 if none has."""
    tally = get_object_or_404(Tally, post__in=Post.objects.readable(), post__slug=slug)
    news_count = tally.answer_count - (_number(request.GET.get("seen")) or 0)
    if news_count <= 0:
        return HttpResponse(status=204)
    context = {"slug": slug, "news_count": news_count}
    return render(request, "comments/_news.html", context)


@require_safe
def thread_detail(request, slug, pk):
    posts = Post.objects.readable().with_page_data()
    thread = get_object_or_404(Thread, pk=pk, post__in=Post.objects.readable())
    thread.post = get_object_or_404(posts, pk=thread.post_id, slug=slug)
    after = _number(request.GET.get("after"))
    rows, closing, more = threads.thread_page(thread, after=after, own=own_ids(request))
    if not rows:
        raise Http404
    context = {
        "post": thread.post,
        "thread": thread,
        "rows": rows,
        "closing": closing,
        "more": more,
        "is_part": bool(after or more),
    }
    return shared(render(request, "comments/thread_detail.html", context), tag_of(thread.post))


def _form(request, person, post, parent, akismet_use):
    return CommentForm(
        request.POST or None,
        person=person,
        asks_consent=akismet_use == SiteSettings.AkismetConsent.ASK,
        post_id=post.pk,
        auto_id=f"id_{parent.pk if parent else None}_%s",
    )


def _take(request, form, context):
    """Submit a valid answer and show it as its writer sees it, or ask for a further step first."""
    post, parent = context["post"], context["parent"]
    comment = form.comment(
        post=post,
        parent=parent,
        language=get_language(),
        ip=client_ip(request) or None,
        user_agent=request.headers.get("User-Agent", "")[:500],
        referrer=request.headers.get("Referer", "")[:1000],
        sending_key=_sending_key(request, post, parent),
    )
    how = _how(request, form, comment)
    if how is None:
        if earlier := sending.earlier(comment.sending_key):
            return _show_taken(request, earlier, context)  # taken while this one was looked at
        return _ask_for_step(request, form, context)
    try:
        comment = submit_once(comment, **how)
    except Comment.DoesNotExist:
        form.add_error(None, _("The answer you reply to has just been deleted."))
        return render_page_or_partial(request, TEMPLATE, "form", context, status=409)
    except proof.Spent:
        return _ask_for_step(request, form, context)
    except follows.TooManyQuestions:
        form.add_error(None, _too_many_mails())
        return _ask_for_step(request, form, context, status=429)
    return _show_taken(request, comment, context)


def _how(request, form, comment):
    """Return how an answer is to be submitted; None if its sender has to take a further step."""
    how = {"use": form.use, "follow_in": form.follow_in}
    if form.person is not None:
        return how
    findings = gate.look(comment, form.use)
    if not proof.is_needed(findings):
        return how | {"findings": findings}
    if "by_mail" in request.POST:
        findings = [*findings, gate.Finding("by_mail", 0)]
        return how | {"findings": findings, "confirm_in": get_language()}
    work = proof.read(request.POST.get(proof.FIELD, ""), form.token)
    findings = [*findings, gate.Finding("proof", 0)]
    return how | {"findings": findings, "proof": work} if work else None


def _ask_for_step(request, form, context, *, status=422):
    """Give the form back with its text, and the two ways to go on: some work, or a mail."""
    form.token = form.token.coming_back()
    context["step"] = {
        "challenge": proof.challenge(form.token),
        "most": proof.MOST,
        "has_failed": bool(request.POST.get(proof.FIELD)),
        "confirm_days": CONFIRM_WITHIN.days,
    }
    return render_page_or_partial(request, TEMPLATE, "form", context, status=status)


def _show_taken(request, comment, context):
    """Show an answer to who has just sent it, for the first time or once more."""
    if wants_partial(request):
        row = draw_one(comment, context["post"], {comment.pk})
        context |= {"row": row, "comment": comment}
        response = render_page_or_partial(request, "comments/comment_create.html", "taken", context)
        response.headers["HX-Trigger"] = "answer-taken"  # static/js/draft.js forgets the draft
    else:
        own = own_ids(request) | {comment.pk}
        response = redirect(threads.address_of(comment, own=own))
    remember(request, response, comment.pk)
    return response


def _preview(request, form, context):
    """Show a valid answer as it would appear, above its form; nothing is stored."""
    post, parent = context["post"], context["parent"]
    comment = form.comment(post=post, parent=parent, language=get_language())
    comment.body_html, comment.status = clean_comment(comment.body), Comment.Status.APPROVED
    comment.tree_id, comment.level = (parent.tree_id, parent.level + 1) if parent else (0, 0)
    context["preview"] = draw_one(comment, post)
    return render_page_or_partial(request, TEMPLATE, "form", context)


def _sending_key(request, post, parent):
    return sending.key_of(request.POST, post.pk, parent.pk if parent else None)


def _visible_parent(post, parent_id):
    if parent_id is None:
        return None
    found = _visible_answer(post.pk, parent_id)
    if not found:
        raise Http404
    return found[0]


@prepared
def _visible_answer(post, pk):
    answers = Comment.objects.visible().answers().order_by()
    return answers.filter(post=post, pk=pk).select_related("parent")


def _has_visible_below(comment):
    below = Comment.objects.filter(
        tree_id=comment.tree_id, lft__gt=comment.lft, rght__lt=comment.rght
    )
    return below.visible().order_by().exists()


def _person(request):
    """The Author whose account is logged in; reading the session is this page's only cookie."""
    if not request.user.is_authenticated:
        return None
    return Author.objects.filter(user=request.user).first()


def _akismet_use(post, person):
    """What comes before an answer is sent to Akismet; of the team and known people none is."""
    is_nobody_told = person is not None and is_trusted(person, post)
    return "" if is_nobody_told else SiteSettings.load().akismet_use


def _is_over_limit(request, *, is_preview=False):
    network = network_of(client_ip(request))
    if is_preview:
        return is_over_limit("preview", network, limit=PREVIEWS_PER_WINDOW, window=WINDOW)
    return is_over_limit("comment", network, limit=ANSWERS_PER_WINDOW, window=WINDOW)


def _too_many():
    minutes = int(WINDOW.total_seconds() // 60)
    return ngettext(
        "That was a lot of answers at once. Please try again in %(minutes)d minute; "
        "your text is kept here.",
        "That was a lot of answers at once. Please try again in %(minutes)d minutes; "
        "your text is kept here.",
        minutes,
    ) % {"minutes": minutes}


def _too_many_mails():
    return _(
        "Too many mails have been asked for from where you are today. Your text is kept here; "
        "please let your browser do the work instead, or try again tomorrow."
    )


def _number(value):
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None
