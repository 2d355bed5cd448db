"""Rows of a form that stand in an order: a new one without a place comes last."""

from django import forms


class PlacedForm(forms.ModelForm):
    """A row with a `position`; `names` is the field that says what stands there."""

    names = ""
    position = forms.IntegerField(required=False, min_value=0, max_value=32767)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].label = self._meta.model._meta.get_field("position").verbose_name
        if not self.instance.pk:
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
