"""Pages to sign up on, for search engines."""

from django.conf import settings

from blog.sitemaps import PublicSitemap
from newsletter.models import Newsletter


class NewsletterSitemap(PublicSitemap):
    """Each public newsletter's page in every language; nobody notes when its words change."""

    i18n = alternates = x_default = True

    def items(self):
        return Newsletter.objects.public().order_by("pk")

    def get_languages_for_item(self, item):
        return [code for code, _name in settings.LANGUAGES]

    def lastmod(self, newsletter):
        return None
