"""Signing up, confirming, leaving. A mailed link shows a button; only the button does something."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blog.ratelimit import is_over_limit, network_of
from config.http import client_ip, render_page_or_partial, wants_partial
from config.views import too_many_requests
from newsletter import tokens, wording
from newsletter.actions import Origin, Way, confirm, end, resume, sign_up
from newsletter.forms import SignupForm
from newsletter.models import Newsletter, Subscription

SIGNUPS_PER_WINDOW = 20
WINDOW = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter_detail(request, slug):
    newsletter = get_object_or_404(Newsletter.objects.public(), slug=slug)
    is_post = request.method == "POST"
    form = SignupForm(request.POST if is_post else None, newsletter=newsletter)
    context = {"newsletter": newsletter, "form": form}
    if not is_post:
        return _form_page(request, context, 200)
    if not form.is_valid():
        return _form_page(request, context, 422)
    if _is_over_limit(request):
        return _too_many(request, context)
    data = form.cleaned_data
    sign_up(newsletter, email=data["email"], name=data["name"], origin=_origin(request))
    if wants_partial(request):
        return render(request, "newsletter/signup_done.html#done", context)
    return redirect("newsletter:signup_done", slug=newsletter.slug)


@require_safe
def signup_done(request, slug):
    newsletter = get_object_or_404(Newsletter.objects.public(), slug=slug)
    return render(request, "newsletter/signup_done.html", {"newsletter": newsletter})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_confirm(request, token):
    try:
        subscription = tokens.read_confirm_token(token)
    except tokens.TokenError as error:
        return _dead_link(request, error)
    context = {
        "newsletter": subscription.newsletter,
        "is_active": subscription.state == Subscription.State.ACTIVE,
        "wording": wording.confirm_wording(subscription.newsletter),
    }
    if request.method == "POST":
        context["is_fresh"] = confirm(subscription, _origin(request, token))
        context["is_active"] = True
    return render(request, "newsletter/subscription_confirm.html", context)


@csrf_exempt  # RFC 8058: a mail program posts without cookie; the token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_end(request, token):
    """Page with a button, and one-click address of mail programs; answers 200, never a redirect."""
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    try:
        subscription = tokens.read_unsubscribe_token(token)
    except tokens.TokenOutdated as error:
        return _one_click_done() if is_one_click else _dead_link(request, error)
    except tokens.TokenError as error:
        return _dead_link(request, error)
    with override(subscription.language):
        if request.method != "POST":
            return _end_page(request, subscription, token)
        end(subscription, _origin(request, token, Way.ONE_CLICK if is_one_click else Way.PAGE))
        subscription.refresh_from_db(fields=["state", "ended_at"])
        return _one_click_done() if is_one_click else _end_page(request, subscription, token)


@never_cache
@require_POST
def subscription_resume(request, token):
    try:
        subscription = tokens.read_resume_token(token)
        with override(subscription.language):
            if not resume(subscription, _origin(request, token)):
                raise tokens.TokenOutdated
            context = {"newsletter": subscription.newsletter}
            return _in_language(render(request, "newsletter/subscription_resume.html", context))
    except tokens.TokenError as error:
        return _dead_link(request, error)


def _form_page(request, context, status):
    if wants_partial(request):
        context["form"].put_focus()
    return render_page_or_partial(
        request, "newsletter/newsletter_detail.html", "signup", context, status=status
    )


def _end_page(request, subscription, token):
    newsletter = subscription.newsletter
    context = {
        "newsletter": newsletter,
        "token": token,
        "is_ended": subscription.state == Subscription.State.ENDED,
        "can_resume": subscription.can_resume,
        "wording": wording.end_wording(newsletter),
        "resume_wording": wording.resume_wording(newsletter),
    }
    return _in_language(render(request, "newsletter/subscription_end.html", context))


def _one_click_done():
    text = _("You will get no more mails of this newsletter.")
    return _in_language(HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8"))


def _dead_link(request, error):
    context = {"newsletter": Newsletter.objects.public().language_first(get_language()).first()}
    return render(request, "dead_link.html", context, status=error.status)


def _in_language(response):
    """Say the language of a page whose address does not name one."""
    response.headers["Content-Language"] = get_language()
    return response


def _origin(request, token="", way=Way.PAGE):
    """Where the request comes from; the token in its address is not kept."""
    path = request.path.replace(token, "…") if token else request.path
    return Origin(get_language(), settings.BASE_URL + path, client_ip(request), way)


def _is_over_limit(request):
    network = network_of(client_ip(request))
    return is_over_limit("newsletter.signup", network, limit=SIGNUPS_PER_WINDOW, window=WINDOW)


def _too_many(request, context):
    """Answer 429: inside another page as an error of the form, which keeps what was typed."""
    seconds = int(WINDOW.total_seconds())
    if not wants_partial(request):
        return too_many_requests(request, retry_after_seconds=seconds)
    context["form"].add_error(
        None, _("There were too many sign-ups from your network. Please try again in an hour.")
    )
    response = _form_page(request, context, 429)
    response.headers["Retry-After"] = str(seconds)
    return response
