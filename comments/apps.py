from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        from blog.models.author import PAGE_GROUNDS
        from comments.models import has_answered

        PAGE_GROUNDS.append(has_answered)
