"""What every template knows of the site; its settings come from a cache, without a query."""

from django.conf import settings

from blog.models import SiteSettings


def site(request):
    loaded = SiteSettings.load()
    return {
        "SITE": loaded,
        "SITE_NAME": loaded.title,
        "BASE_URL": settings.BASE_URL,
        "DEBUG": settings.DEBUG,
    }
