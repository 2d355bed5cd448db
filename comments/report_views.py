"""The page on which readers report an answer."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blog.models import Post
from blog.ratelimit import is_over_limit, network_of
from comments import reports
from comments.models import Comment
from comments.reportform import ReportForm
from config.http import client_ip

REPORTS_PER_WINDOW = 10
WINDOW = timedelta(hours=1)
# An address that is typed here gets mail: a receipt, later the decision.
REPORTS_PER_ADDRESS = 5
ADDRESS_WINDOW = timedelta(days=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_report(request, pk):
    comment = get_object_or_404(_reportable(), pk=pk)
    form = ReportForm(request.POST if request.method == "POST" else None, post_id=comment.post_id)
    if request.method != "POST":
        return _page(request, comment, form)
    network = network_of(client_ip(request))
    if is_over_limit("report", network, limit=REPORTS_PER_WINDOW, window=WINDOW):
        form.add_error(None, _too_many())
        return _page(request, comment, form, status=429)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    if _is_address_over_limit(form.cleaned_data["email"]):
        form.add_error("email", _too_many_mails())
        return _page(request, comment, form, status=429)
    reports.take(form.report(comment, network))
    return redirect("comments:comment_reported", comment.pk)


@never_cache
@require_safe
def comment_reported(request, pk):
    """Thank who has reported an answer; the page knows nothing of the report."""
    comment = get_object_or_404(_reportable(), pk=pk)
    return render(request, "comments/comment_reported.html", {"comment": comment})


def _page(request, comment, form, *, status=200):
    context = {"comment": comment, "form": form}
    return render(request, "comments/comment_report.html", context, status=status)


def _reportable():
    """What visitors can read; what they cannot read has no page to report it."""
    published = Post.objects.readable()
    return Comment.objects.visible().filter(post__in=published).select_related("post")


def _is_address_over_limit(email):
    if not email:
        return False
    limit, window = REPORTS_PER_ADDRESS, ADDRESS_WINDOW
    return is_over_limit("report.address", email.lower(), limit=limit, window=window)


def _too_many():
    return _(
        "That was a lot of reports at once. Please try again in an hour; your text is kept here."
    )


def _too_many_mails():
    return _(
        "This address has been given in many reports today. Please leave it out, or try again "
        "tomorrow; your text is kept here."
    )
