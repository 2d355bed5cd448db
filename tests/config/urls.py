"""The site's addresses and one for each way to fail."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path
from django.views.decorators.csrf import csrf_protect

from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from config.urls import urlpatterns as site
from config.views import too_many_requests


def bad_request(request):
    raise SuspiciousOperation("not this way")


def forbidden(request):
    raise PermissionDenied


@csrf_protect
def form(request):
    raise AssertionError("a form without a token must not get here")


def too_often(request):
    return too_many_requests(request, retry_after_seconds=90)


def broken(request):
    raise RuntimeError("the view broke")


urlpatterns = [
    *i18n_patterns(
        path("fail/400/", bad_request),
        path("fail/403/", forbidden),
        path("fail/403_csrf/", form),
        path("fail/429/", too_often),
        path("fail/500/", broken),
        prefix_default_language=False,
    ),
    *site,
]
