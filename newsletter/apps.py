from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self):
        from blog import roles
        from blog.changes import SITE, watch
        from blog.erasing import HOLDINGS, Holding
        from blog.people import SHARES, Share
        from blog.sitemaps import SITEMAPS
        from blog.today import CHARTS
        from newsletter import erasing, people, today
        from newsletter.models import Newsletter
        from newsletter.sitemaps import NewsletterSitemap

        roles.grant(
            roles.NEWSLETTER, "newsletter", newsletter="view add change delete",
            subscription="view change", consentevent="view", confirmationmail="view change",
        )  # fmt: skip
        watch(Newsletter, lambda row: [SITE])  # every post's page offers one
        SITEMAPS["newsletters"] = NewsletterSitemap
        CHARTS.append(today.subscribers_by_week)
        HOLDINGS.append(Holding(erasing.survey, erasing.erase))
        SHARES.append(Share("newsletters", people.survey))
