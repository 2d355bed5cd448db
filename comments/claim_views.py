"""How writers get hold of their answer from another browser: by a link sent to its address."""

from datetime import timedelta

from django import forms
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from blog.models import Post
from blog.ratelimit import is_over_limit, network_of
from blog.validators import validate_line
from comments import claims
from comments.guard import GuardedForm
from comments.models import Comment
from comments.notices import links
from comments.own import remember
from config.http import client_ip

CLAIMS_PER_WINDOW = 10
WINDOW = timedelta(hours=1)
WAYS = {"change": "comments:comment_update", "delete": "comments:comment_delete"}


class ClaimForm(GuardedForm):
    email = forms.EmailField(
        label=gettext_lazy("The e-mail address you wrote it with"),
        validators=[validate_line],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Please give the address you wrote the answer with."),
            "invalid": gettext_lazy("This is not an e-mail address."),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_claim(request, pk):
    """Ask for the link to an own answer; the page says the same whether one goes out or not."""
    answers = Comment.objects.visible().answers().filter(post__in=Post.objects.readable())
    comment = get_object_or_404(answers.select_related("post"), pk=pk)
    form = ClaimForm(request.POST if request.method == "POST" else None, post_id=comment.post_id)
    if request.method != "POST":
        return _page(request, comment, form)
    network = network_of(client_ip(request))
    if is_over_limit("claim.network", network, limit=CLAIMS_PER_WINDOW, window=WINDOW):
        form.add_error(None, _("That was a lot at once. Please try again in an hour."))
        return _page(request, comment, form, status=429)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    claims.ask(comment, form.cleaned_data["email"], get_language())
    return _page(request, comment, form, is_done=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_own(request, token):
    """Hand the right to one answer to this browser, by a button; looking changes nothing."""
    try:
        comment = links.read_own(token)
    except links.LinkError as error:
        return render(request, "dead_link.html", status=error.status)
    if request.method != "POST":
        return render(request, "comments/comment_own.html", {"comment": comment})
    way = WAYS.get(request.POST.get("way", ""))
    if way is None:
        return HttpResponseBadRequest()
    response = redirect(way, comment.pk)
    remember(request, response, comment.pk)
    return response


def _page(request, comment, form, *, status=200, is_done=False):
    context = {"comment": comment, "form": form, "is_done": is_done}
    return render(request, "comments/comment_claim.html", context, status=status)
