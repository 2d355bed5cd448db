"""What every template knows of the site; no query, so it costs a page nothing."""

from django.conf import settings


def site(request):
    return {
        "SITE_NAME": settings.SITE_NAME,
        "BASE_URL": settings.BASE_URL,
        "DEBUG": settings.DEBUG,
    }
