"""What the pages behind mailed links ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import Follow


class ConfirmForm(forms.Form):
    """One question for each answer: what its writer wants to hear of, or that it is not theirs."""

    CHOICES = [*Follow.Scope.choices, ("", _("I did not write this answer"))]

    def __init__(self, *args, follows, **kwargs):
        super().__init__(*args, **kwargs)
        self.follows = {self._name(follow): follow for follow in follows}
        for name, follow in self.follows.items():
            self.fields[name] = forms.ChoiceField(
                label=_("Tell me of"),
                choices=self.CHOICES,
                initial=follow.scope,
                required=False,
            )

    @property
    def questions(self):
        """Pairs of an answer and its field, for the template."""
        return [(follow.comment, self[name]) for name, follow in self.follows.items()]

    @property
    def scopes(self) -> dict[int, str]:
        """What was chosen; what the page that was sent did not ask about is left out."""
        return {
            follow.pk: self.cleaned_data[name]
            for name, follow in self.follows.items()
            if name in self.data
        }

    @staticmethod
    def _name(follow):
        return f"follow_{follow.pk}"
