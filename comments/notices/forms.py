"""What the pages behind mailed links ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import Follow

NOT_MINE = "not_mine"


class ConfirmForm(forms.Form):
    """One question for each answer: what its writer wants to hear of, or that it is not theirs.

    What was asked for after the page had been opened is not on it, and so is not confirmed by it.
    """

    CHOICES = [*Follow.Scope.choices, (NOT_MINE, _("I did not write this answer"))]

    def __init__(self, *args, follows, **kwargs):
        super().__init__(*args, **kwargs)
        self.follows = {self._name(follow): follow for follow in follows}
        for name, follow in self.follows.items():
            if not self.is_bound or name in self.data:
                self.fields[name] = forms.ChoiceField(
                    label=_("Tell me of"), choices=self.CHOICES, initial=follow.scope
                )

    @property
    def questions(self):
        """Pairs of an answer and its field, for the template."""
        return [(self.follows[name].comment, self[name]) for name in self.fields]

    @property
    def scopes(self) -> dict[int, str]:
        """What was chosen for each wish; "" where somebody else wrote the answer."""
        chosen = {self.follows[name].pk: self.cleaned_data[name] for name in self.fields}
        return {pk: "" if choice == NOT_MINE else choice for pk, choice in chosen.items()}

    @staticmethod
    def _name(follow):
        return f"follow_{follow.pk}"
