"""Pictures of cards: asked for once by the worker, kept here, shown from here."""

from collections.abc import Iterable

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand, ErrandQuerySet


class PosterQuerySet(ErrandQuerySet):
    def unused(self):
        """Pictures of videos that no post shows any more."""
        return self.filter(posts=None)


class Poster(Errand):
    """What a video at a provider looks like. Without a file there is none, or not yet."""

    page = models.CharField(_("address"), max_length=500, unique=True)
    file = models.ImageField(
        _("picture"), upload_to="posters/", blank=True, width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    posts = models.ManyToManyField("blog.Post", related_name="posters", editable=False)

    objects = PosterQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Errand.Meta):
        verbose_name = _("picture of a video")
        verbose_name_plural = _("pictures of videos")

    def __str__(self):
        return self.page

    def delete(self, *args, **kwargs):
        """Delete the file with the row, once the row is gone for good."""
        name, storage = self.file.name, self.file.storage
        deleted = super().delete(*args, **kwargs)
        if name:
            transaction.on_commit(lambda: storage.delete(name), robust=True)
        return deleted

    @classmethod
    def keep(cls, post: models.Model, pages: Iterable[str]) -> None:
        """Note that `post` shows the videos at these pages; the worker asks for new ones."""
        wanted = set(pages)
        uses = cls.posts.through.objects.filter(post_id=post.pk)
        known = dict(uses.values_list("poster__page", "pk"))
        if gone := known.keys() - wanted:
            uses.filter(pk__in=[known[page] for page in gone]).delete()
        if new := wanted - known.keys():
            rows = [cls(page=page) for page in sorted(new)]
            cls.objects.bulk_create(rows, ignore_conflicts=True)
            found = cls.objects.filter(page__in=new).values_list("pk", flat=True)
            links = [uses.model(post_id=post.pk, poster_id=pk) for pk in found]
            uses.model.objects.bulk_create(links, ignore_conflicts=True)
