from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        from blog.erasing import HOLDINGS, Holding
        from blog.models.author import PAGE_GROUNDS
        from blog.rendering import RENDERED, Rendered
        from blog.text import clean_comment
        from comments import erasing
        from comments.models import Comment, has_answered

        PAGE_GROUNDS.append(has_answered)
        HOLDINGS.append(Holding(erasing.survey, erasing.erase))
        RENDERED.append(Rendered(Comment, "body_html", ("body",), clean_comment))
        RENDERED.append(Rendered(Comment, "addendum_html", ("addendum",), clean_comment))
