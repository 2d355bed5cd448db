"""What people with a review link fill in, and the editor who makes one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.models import ReviewLink
from blog.validators import validate_line, validate_text

MAX_CHARACTERS = 5_000


class NameField(forms.CharField):
    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"autocomplete": "name"})
        required = {"required": _("Please say who you are.")}
        defaults = {"label": _("Your name"), "max_length": 120, "error_messages": required}
        defaults |= {"widget": widget}
        super().__init__(**defaults, validators=[validate_line], **kwargs)


class AgreeForm(forms.Form):
    name = NameField()
    # What its reader saw; somebody may have changed the text since.
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, version: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.current = version

    def clean(self):
        if self.cleaned_data.get("version") != self.current:
            raise forms.ValidationError(
                _("The text has been changed since you opened it. Please read it once more."),
                code="changed",
            )
        return super().clean()


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("Your remark"),
        max_length=MAX_CHARACTERS,
        validators=[validate_text],
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Please write something."),
            "max_length": _(
                "Your remark has %(show_value)d characters; %(limit_value)d are possible. "
                "Nothing has been cut off."
            ),
        },
    )
    name = NameField()


class ReviewLinkForm(forms.ModelForm):
    class Meta:
        model = ReviewLink
        fields = ["for_whom"]
