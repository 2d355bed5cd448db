"""Related posts in the form of a post: chosen by hand, and found ones that can be taken out."""

from django import forms
from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from blog.models import Post, RelatedPost
from blog.placing import PlacedForm, PlacedFormSet, PlacedInline
from blog.reasons import in_words


class RelatedForm(PlacedForm):
    names = "other"


class RelatedInline(PlacedInline):
    model = RelatedPost
    form = RelatedForm
    formset = PlacedFormSet
    fk_name = "post"
    fields = ["other", "position"]
    autocomplete_fields = ["other"]
    extra = 0


class RelativesChoice(forms.SelectMultiple):
    """The computed relatives of `post` with reason and score, each with a box to take it out."""

    post: Post | None = None

    def render(self, name, value, attrs=None, renderer=None):
        hidden = {int(pk) for pk in value or () if str(pk).isdecimal()}
        context = {"name": name, "rows": self._rows(hidden)}
        return render_to_string("admin/blog/post/_relatives.html", context)

    def _rows(self, hidden):
        rows = []
        if self.post:
            found = list(self.post.relatives.select_related("other"))
            if found:
                prefetch_related_objects([self.post], "tags")
            for row in found:
                reason = in_words(self.post, row.reason)
                rows.append((row.other, reason, row.score, row.other_id in hidden))
        shown = {row[0].pk for row in rows}
        gone = Post.objects.filter(pk__in=hidden - shown).order_by("pk")
        return [*rows, *((other, "", None, True) for other in gone)]


class RelatesPosts(admin.ModelAdmin):
    """An admin of posts with the field `unrelated`."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "unrelated":
            return forms.ModelMultipleChoiceField(
                Post.objects.all(),
                required=False,
                widget=RelativesChoice,
                label=_("Found by tags and text"),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if field := form.base_fields.get("unrelated"):
            field.widget.post = obj
        return form
