from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self):
        from blog.changes import SITE, watch
        from blog.erasing import HOLDINGS, Holding
        from newsletter import erasing
        from newsletter.models import Newsletter

        watch(Newsletter, lambda row: [SITE])  # every post's page offers one
        HOLDINGS.append(Holding(erasing.survey, erasing.erase))
