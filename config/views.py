"""Pages of the machine itself: is it alive, and what went wrong."""

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request):
    """Answer 200 while the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """Answer 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever the driver raises, the balancer needs one answer
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request, exception=None):
    return _error_page(request, 400)


def csrf_failure(request, reason=""):
    """Give back what somebody typed into a form whose token is no longer valid.

    Only if it comes from a page of ours, as far as the browser says: strangers are lent no page.
    """
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    typed = request.POST.get("body", "") if is_ours else ""
    return _error_page(request, 403, template="403_csrf.html", context={"typed": typed})


def permission_denied(request, exception=None):
    return _error_page(request, 403)


def page_not_found(request, exception=None):
    return _error_page(request, 404)


def too_many_requests(request, *, retry_after_seconds: int):
    response = _error_page(request, 429)
    response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def server_error(request):
    """Answer 500 with a page that needs nothing of what may just have failed."""
    page = render_to_string("500.html", {"SITE_NAME": settings.SITE_NAME})
    return _never_kept(HttpResponse(page, status=500))


def _error_page(request, status, template=None, context=None):
    return _never_kept(render(request, template or f"{status}.html", context, status=status))


def _never_kept(response):
    response.headers["Cache-Control"] = "no-store"
    return response
