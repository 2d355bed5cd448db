"""With what many posts are to be changed: one small form for each thing an act asks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.categoryfields import CategoryField
from blog.models import Author, Category, Post, PostAuthor, Tag


def _choice(model, owner, field, form_class=forms.ModelChoiceField, **options):
    widget = AutocompleteSelect(owner._meta.get_field(field), admin.site)
    label = options.pop("label", model._meta.verbose_name)
    return form_class(model._default_manager.all(), label=label, widget=widget, **options)


class CategoryForm(forms.Form):
    category = _choice(
        Category, Post, "category", CategoryField, required=False,
        help_text=gettext_lazy("Empty: the posts have no category then."),
    )  # fmt: skip

    @property
    def value(self) -> Any:
        return self.cleaned_data["category"]

    def __str__(self):
        return str(self.value or _("no category"))


class TagForm(forms.Form):
    tag = _choice(Tag, Post, "tags", label=gettext_lazy("tag"))

    @property
    def value(self) -> Any:
        return self.cleaned_data["tag"]

    def __str__(self):
        return str(self.value)


class AuthorForm(forms.Form):
    author = _choice(
        Author, PostAuthor, "author", help_text=gettext_lazy("Comes last in the byline.")
    )

    @property
    def value(self) -> Any:
        return self.cleaned_data["author"]

    def __str__(self):
        return str(self.value)


class TimeForm(forms.Form):
    time = forms.SplitDateTimeField(
        label=gettext_lazy("time"),
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("All of them appear by themselves then."),
    )

    def clean_time(self):
        if self.cleaned_data["time"] <= timezone.now():
            raise ValidationError(_("This time is over."), code="over")
        return self.cleaned_data["time"]

    @property
    def value(self) -> Any:
        return self.cleaned_data["time"]

    def __str__(self):
        return date_format(timezone.localtime(self.value), "SHORT_DATETIME_FORMAT")


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Post
        fields = ["comment_policy", "comment_days"]

    @property
    def value(self) -> Any:
        return {name: self.cleaned_data[name] for name in self.fields}

    def __str__(self):
        return str(dict(self.fields["comment_policy"].choices)[self.value["comment_policy"]])


FORMS: dict[str, type[Any]] = {
    "category": CategoryForm,
    "tag": TagForm,
    "author": AuthorForm,
    "time": TimeForm,
    "policy": PolicyForm,
}
