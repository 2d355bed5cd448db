from django.apps import AppConfig, apps
from django.db.models.signals import post_delete, post_migrate, pre_delete
from django.utils.translation import gettext_lazy as _


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = _("Blog")

    def ready(self):
        from blog import anycase, related, roles, signins
        from blog.cards import forget_card
        from blog.changes import POSTS, SITE, tag_of, watch, watch_relation
        from blog.models import (
            Author,
            Category,
            FrontSection,
            MenuItem,
            Post,
            PostAuthor,
            Series,
            SiteSettings,
            Tag,
        )  # fmt: skip
        from blog.search import watching

        def own_tag(row):
            return [tag_of(row)]

        def forget_menu(row):
            SiteSettings.forget()
            return [SITE]

        watch(Post, own_tag, if_deleted=[POSTS])
        watch(PostAuthor, lambda row: [f"post:{row.post_id}", f"author:{row.author_id}", POSTS])
        pre_delete.connect(
            lambda sender, instance, **kwargs: instance.leave_gone(),
            sender=Post,
            weak=False,
            dispatch_uid="blog.leave_gone",
        )
        post_delete.connect(
            lambda sender, instance, **kwargs: forget_card(instance.pk),
            sender=Post,
            weak=False,
            dispatch_uid="blog.forget_card",
        )
        watch_relation(Post.tags.through)
        for model in (Category, Tag, Series):
            watch(model, own_tag, if_new=False, if_deleted=[SITE])
        # Whoever answers has a row, and with a portrait a face on every page they answered on.
        watch(Author, lambda row: [SITE], if_new=False)
        watch(SiteSettings, lambda row: [SITE])
        watch(MenuItem, forget_menu)
        watch(FrontSection, lambda row: [SITE])
        all_of_it = "view add change delete"
        roles.grant(
            roles.EDITOR, "blog", post=f"{all_of_it} publish", postauthor=all_of_it,
            author=all_of_it, category=all_of_it, tag=all_of_it, oldaddress="view",
            redirect=all_of_it, relatedpost=all_of_it, tagmerge="view", categorymerge="view",
            authormerge="view",
            series=all_of_it, mediafile=all_of_it, sitesettings="view change", menuitem=all_of_it,
            frontsection=all_of_it, announcement="view change",
            outsidelink="view change", mediarendering="view change", poster="view change",
            relativesearch="view change", reviewmail="view change",
        )  # fmt: skip
        roles.grant(roles.EDITOR, "admin", logentry="view")
        signins.connect()
        roles.grant(
            roles.AUTHOR, "blog", post="add change delete", postauthor="view", author="change",
            category="view", tag="view", series="view", oldaddress="view", mediafile="view add",
            relatedpost="view",
        )  # fmt: skip
        roles.grant(roles.MODERATOR, "blog", post="view")
        # The last app whose permissions roles speak of; all others are migrated before it.
        post_migrate.connect(roles.make_roles, sender=apps.get_app_config("auth"))
        anycase.register()
        watching.connect()
        related.connect()
