"""Rows of a form that stand in an order: a new one without a place comes last."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model


class PlacedSelect(AutocompleteSelect):
    """Names what is chosen from the row that has been read; Django asks once more for each."""

    chosen: Model | None = None

    def optgroups(self, name, value, attr=None):
        if self.chosen is None or value != [str(self.chosen.pk)]:
            return super().optgroups(name, value, attr)
        label = self.choices.field.label_from_instance(self.chosen)
        return [(None, [self.create_option(name, self.chosen.pk, label, set(value), 0)], 0)]


class PlacedForm(forms.ModelForm):
    """A row with a `position`; `names` is the field that says what stands there."""

    names = ""
    position = forms.IntegerField(required=False, min_value=0, max_value=32767)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].label = self._meta.model._meta.get_field("position").verbose_name
        if self.instance.pk:
            self.fields[self.names].widget.widget.chosen = getattr(self.instance, self.names)
        else:
            self.initial.pop("position", None)  # the default would put it first

    def has_changed(self):
        """A place alone names nobody: it stands in empty rows of forms kept before an update."""
        return super().has_changed() and (bool(self.instance.pk) or self.names in self.changed_data)


class PlacedFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Put rows without a place behind all others, in the order in which they stand here."""
        super().clean()
        named = [form for form in self.forms if getattr(form, "cleaned_data", None)]
        places = [form.cleaned_data.get("position") for form in named]
        last = max((place for place in places if place is not None), default=-1)
        for form, place in zip(named, places, strict=True):
            if place is None:
                last += 1
                form.instance.position = last


class PlacedInline(admin.TabularInline):
    """Rows of a `PlacedForm` in the admin: two queries, however many stand there."""

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(self.form.names)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == self.form.names:
            kwargs["widget"] = PlacedSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
