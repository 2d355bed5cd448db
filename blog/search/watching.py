"""What changes entries: signals, because the admin calls no function of ours."""

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete

from blog.models import Author, Category, Post, PostAuthor, SearchEntry, Tag
from blog.search import index
from blog.search.sources import POST


def connect() -> None:
    _on(post_save, Post, _post_saved)
    _on(post_save, PostAuthor, _byline_changed)
    _on(pre_delete, PostAuthor, _byline_changed)
    _on(m2m_changed, Post.tags.through, _tags_changed)
    for model, lookup in ((Category, "category"), (Tag, "tags"), (Author, "authors")):
        _watch_name(model, f"post__{lookup}")


def _on(signal, model, receiver):
    signal.connect(receiver, sender=model, weak=False, dispatch_uid=f"search.{model._meta.label}")


def _post_saved(sender, instance, raw=False, **kwargs):
    # A draft that never was published costs nothing.
    if instance.status == Post.Status.PUBLISHED:
        index.mark_post(instance)
    else:
        index.mark(SearchEntry.objects.filter(kind=POST, object_id=instance.pk))


def _byline_changed(sender, instance, **kwargs):
    index.mark(SearchEntry.objects.filter(kind=POST, object_id=instance.post_id))


def _tags_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if not action.startswith("post_"):
        return
    posts = (pk_set or []) if reverse else [instance.pk]
    index.mark(SearchEntry.objects.filter(kind=POST, object_id__in=posts))


def _watch_name(model: type[Model], lookup: str) -> None:
    """Make the posts anew that are found by the name of a row of `model`, when it changes."""

    def changed(sender, instance, created=False, **kwargs):
        if not created:
            named = SearchEntry.objects.filter(kind=POST, **{lookup: instance})
            index.mark(SearchEntry.objects.filter(pk__in=named.order_by().values("pk")))

    _on(post_save, model, changed)
    if model is not Author:  # nobody can go while posts carry the name
        _on(pre_delete, model, changed)
