from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = _("Blog")

    def ready(self):
        from blog.changes import POSTS, SITE, tag_of, watch, watch_relation
        from blog.models import (
            Author,
            Category,
            MenuItem,
            Post,
            PostAuthor,
            Series,
            SiteSettings,
            Tag,
        )  # fmt: skip

        def own_tag(row):
            return [tag_of(row)]

        def forget_menu(row):
            SiteSettings.forget()
            return [SITE]

        watch(Post, own_tag, if_deleted=[POSTS])
        watch(PostAuthor, lambda row: [f"post:{row.post_id}", f"author:{row.author_id}", POSTS])
        watch_relation(Post.tags.through)
        for model in (Category, Tag, Series):
            watch(model, own_tag, if_new=False, if_deleted=[SITE])
        # Whoever answers has a row, and with a portrait a face on every page they answered on.
        watch(Author, lambda row: [SITE], if_new=False)
        watch(SiteSettings, lambda row: [SITE])
        watch(MenuItem, forget_menu)
