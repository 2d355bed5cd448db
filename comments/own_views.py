"""The pages on which writers change, add to and delete their own answers."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from blog.models import Post
from blog.ratelimit import is_over_limit, network_of
from blog.text import clean_comment
from comments import actions, editing, threads
from comments.drawing import draw_one
from comments.forms import AddendumForm, ChangeForm
from comments.models import Comment, Decision
from comments.models.decision import Act
from comments.own import forget, own_ids, owned, remember
from config.http import client_ip

CHANGES_PER_WINDOW = 30
WINDOW = timedelta(minutes=10)
TEMPLATE = "comments/comment_update.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_update(request, pk):
    """Change an own answer while that is possible, later add to it once."""
    comment = get_object_or_404(owned(request).select_related("author", "parent"), pk=pk)
    comment.post = Post.objects.with_page_data().get(pk=comment.post_id)
    is_open = editing.may_change(comment)
    form = _form(request, comment, is_open=is_open)
    context = {"comment": comment, "post": comment.post, "form": form, "is_open": is_open}
    if request.method != "POST" or form is None:
        return render(request, TEMPLATE, context)
    if _is_over_limit(request):
        form.add_error(None, _("That was a lot at once. Please try again in a few minutes."))
        return render(request, TEMPLATE, context, status=429)
    if not form.is_valid():
        return render(request, TEMPLATE, context, status=422)
    return (_preview if "preview" in request.POST else _save)(request, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_delete(request, pk):
    comment = get_object_or_404(owned(request).select_related("post"), pk=pk)
    if request.method != "POST":
        return render(request, "comments/comment_delete.html", {"comment": comment})
    try:
        actions.delete(comment.pk, Act(Decision.By.WRITER, reason=Decision.Reason.DELETION))
    except Comment.DoesNotExist:
        raise Http404 from None
    response = redirect(f"{comment.post.get_absolute_url()}#answers")
    forget(request, response, comment.pk)
    return response


def _form(request, comment, *, is_open):
    """Return the form that fits the time; None if there is nothing left to add."""
    if is_open:
        return ChangeForm(request.POST or None, initial={"body": comment.body})
    if comment.addendum:
        return None
    form = AddendumForm(request.POST or None)
    if request.POST.get("part") == "body":  # the time ran out while somebody typed
        form.add_error(None, _too_late())
    return form


def _preview(request, context):
    comment, text = context["comment"], context["form"].cleaned_data["body"]
    shown = Comment.objects.select_related("author", "parent").get(pk=comment.pk)
    shown.status = Comment.Status.APPROVED
    if context["is_open"]:
        shown.body_html = clean_comment(text)
    else:
        shown.addendum_html, shown.addendum_at = clean_comment(text), timezone.now()
    context["preview"] = draw_one(shown, context["post"])
    return render(request, TEMPLATE, context)


def _save(request, context):
    comment, text = context["comment"], context["form"].cleaned_data["body"]
    save = editing.change_body if context["is_open"] else editing.add_addendum
    agent = request.headers.get("User-Agent", "")[:500]
    try:
        save(comment.pk, text, ip=client_ip(request) or None, user_agent=agent)
    except editing.Closed:
        context["form"].add_error(None, _too_late())
        return render(request, TEMPLATE, context, status=409)
    except Comment.DoesNotExist:
        raise Http404 from None
    response = redirect(threads.address_of(comment, own=own_ids(request) | {comment.pk}))
    remember(request, response, comment.pk)
    return response


def _too_late():
    return _(
        "The time for changing this answer has run out. Your text is kept here: you can publish it "
        "as an addendum."
    )


def _is_over_limit(request):
    network = network_of(client_ip(request))
    return is_over_limit("own-answer", network, limit=CHANGES_PER_WINDOW, window=WINDOW)
