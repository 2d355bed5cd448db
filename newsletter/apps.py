from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self):
        from blog.erasing import HOLDINGS, Holding
        from newsletter import erasing

        HOLDINGS.append(Holding(erasing.survey, erasing.erase))
