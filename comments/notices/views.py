"""What mailed links lead to: a page with buttons; only a button does something."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from blog.models import Author
from comments.actions import DecidedMeanwhile
from comments.models import Comment, Follow
from comments.notices import confirming, follows, links
from comments.notices.forms import ConfirmForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_confirm(request, token):
    try:
        mail = links.read_confirm(token)
    except links.LinkError as error:
        return _dead_link(request, error)
    wishes = [] if mail.used_at else confirming.asked_for(mail.author)
    form = ConfirmForm(request.POST if request.method == "POST" else None, follows=wishes)
    context = {"form": form, "is_used": not wishes}
    if not form.is_bound:
        return render(request, "comments/follow_confirm.html", context)
    if not form.is_valid():
        return render(request, "comments/follow_confirm.html", context, status=422)
    if not form.scopes:
        context["form"] = ConfirmForm(follows=wishes)
    elif confirming.confirm(mail, form.scopes):
        chosen = {scope for scope in form.scopes.values() if scope}
        is_followed = bool(chosen - {Follow.Scope.NONE})
        context |= {"is_done": True, "is_followed": is_followed, "is_confirmed": bool(chosen)}
        context["own_answers"] = _own_answers(mail.author, wishes, form.scopes)
    else:
        context["is_used"] = True
    return render(request, "comments/follow_confirm.html", context)


def _own_answers(author, wishes, scopes):
    """Pairs of an answer that was just confirmed and the link by which it can be changed."""
    comments = [wish.comment for wish in wishes if scopes.get(wish.pk)]
    own = [each for each in comments if each.is_changeable and links.is_of(each, author)]
    return [(comment, links.own_url(comment)) for comment in own]


@csrf_exempt  # RFC 8058: a mail program posts without cookie; the token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_end(request, token):
    """Page with buttons, and one-click address of mail programs; answers 200, never a redirect."""
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    try:
        row = links.read_end(token)
    except links.LinkOutdated as error:
        return _one_click_done() if is_one_click else _dead_link(request, error)
    except links.LinkError as error:
        return _dead_link(request, error)
    author = row.author if isinstance(row, Follow) else row
    with override(row.language):
        if request.method != "POST":
            return _end_page(request, row, author)
        undo = _end(row, author, request.POST.get("what", ""))
        return _one_click_done() if is_one_click else _end_page(request, row, author, undo)


@never_cache
@require_POST
def follow_resume(request, token):
    try:
        author_id, follow_ids, answer_mail = links.read_undo(token)
    except links.LinkError as error:
        return _dead_link(request, error)
    author = Author.objects.filter(pk=author_id).first()
    if author is None:
        return _dead_link(request, links.LinkOutdated())
    follows.resume(author_id, follow_ids, answer_mail)
    with override(author.language):
        return _in_language(render(request, "comments/follow_resume.html"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_decide(request, token):
    """Approve, spam or remove by the author of a post; signed, expiring and good for once."""
    try:
        mail = links.read_decide(token)
        if mail.acted_at or not confirming.may_decide(mail.author, mail.comment):
            raise links.LinkOutdated
        if request.method == "POST":
            return _decide(request, mail)
    except links.LinkError as error:
        return _dead_link(request, error)
    return _decide_page(request, mail.comment)


def _decide(request, mail):
    decision = request.POST.get("decision", "")
    if decision not in confirming.DECISIONS:
        return HttpResponseBadRequest()
    try:
        confirming.decide(mail, decision, seen=request.POST.get("seen", ""))
    except DecidedMeanwhile:
        mail.comment.refresh_from_db()
        return _decide_page(request, mail.comment, status=409, is_decided_meanwhile=True)
    mail.comment.refresh_from_db()
    return _decide_page(request, mail.comment, is_done=True)


def _decide_page(request, comment, *, status=200, **context):
    context |= {"comment": comment, "is_open": comment.status == Comment.Status.PENDING}
    return render(request, "comments/answer_decide.html", context, status=status)


def _end(row, author, what):
    """End what was asked for; return the token that brings it back, "" if nothing was active."""
    before = author.answer_mail
    if what == "all":
        ids = follows.end_all(author)
    elif isinstance(row, Follow):
        ids, before = follows.end(row), ""
    else:
        is_daily = what == "daily"
        ids, choice = [], Author.AnswerMail.DAILY if is_daily else Author.AnswerMail.NEVER
        follows.set_answer_mail(author, choice)
        before = "" if before == choice else before
    author.refresh_from_db(fields=["answer_mail"])
    return links.undo_token(author, ids, before) if ids or before else ""


def _end_page(request, row, author, undo=None):
    context = {
        "follow": row if isinstance(row, Follow) else None,
        "author": author,
        "is_done": undo is not None,
        "undo": undo,
    }
    return _in_language(render(request, "comments/follow_end.html", context))


def _one_click_done():
    text = _("You will get no more of these mails.")
    return _in_language(HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8"))


def _dead_link(request, error):
    return render(request, "dead_link.html", status=error.status)


def _in_language(response):
    """Say the language of a page whose address does not name one."""
    response.headers["Content-Language"] = get_language()
    return response
