"""What a reader may type to sign up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.models import Author
from blog.validators import normalise_email, validate_line
from newsletter.models.consent import version_of
from newsletter.wording import as_shown, signup_wording


class SignupForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please give the e-mail address the newsletter is to go to."),
            "invalid": _("This is not an e-mail address."),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    wording_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, newsletter, **kwargs):
        self.wording = signup_wording(newsletter)
        self.version = version_of(as_shown(newsletter, self.wording))
        kwargs["initial"] = {"wording_version": self.version}
        super().__init__(*args, auto_id="id_signup_%s", **kwargs)

    def put_focus(self) -> None:
        """Have the first wrong field focused, else the first; for a form fetched into a page."""
        wrong = (name for name in self.errors if name in self.fields)
        self.fields[next(wrong, "email")].widget.attrs["autofocus"] = True

    def clean_email(self):
        """Check the address again in the form it is stored in: folding can change its letters."""
        email = normalise_email(self.cleaned_data["email"])
        Author._meta.get_field("email").run_validators(email)
        return email

    def clean(self):
        """Refuse a consent to words that have changed since the page was opened."""
        version = self.cleaned_data.get("wording_version")
        if version and version != self.version:
            self.data = self.data.copy()
            self.data["wording_version"] = self.version
            raise forms.ValidationError(
                _(
                    "The description has changed since you opened this page. "
                    "Please read it again, then sign up."
                ),
                code="wording_changed",
            )
