"""What a form carries to show when and for whom it was made, and a field that no person fills in.

Each form has a signed token: for which post, when it was opened, and a random nonce. The name of
its trap, the field that stays empty, is derived from the nonce, so no list of names helps a robot.
Nothing is stored: the token is the state.
"""

import time
from dataclasses import astuple, dataclass, replace
from datetime import timedelta

from django.core import signing
from django.utils.crypto import get_random_string, salted_hmac

FIELD = "form_token"
SALT = "comments.formtoken"
VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class FormToken:
    """An opened form; `was_trapped` says that its trap had been filled in once before.

    `sent_after_ms` is how long after its opening it was sent, if it came back for a further step.
    """

    post_id: int
    nonce: str
    opened_at_ms: int
    was_trapped: bool = False
    sent_after_ms: int | None = None

    @classmethod
    def new(cls, post_id: int, *, was_trapped: bool = False) -> "FormToken":
        return cls(post_id, get_random_string(16), int(time.time() * 1000), was_trapped)

    @classmethod
    def read(cls, value: str, post_id: int) -> "FormToken | None":
        """Return what `value` says; None if it is forged, a day old or of another post's form."""
        try:
            token = cls(*signing.loads(value, salt=SALT))
        except (signing.BadSignature, TypeError):
            return None
        # By its own time: a form that comes back with errors is signed anew, but is no younger.
        is_valid = token.post_id == post_id and token.age_seconds <= VALID_FOR.total_seconds()
        return token if is_valid else None

    def __str__(self):
        return signing.dumps(list(astuple(self)), salt=SALT)

    @property
    def trap(self) -> str:
        """The name of the field that has to stay empty."""
        digest = salted_hmac(SALT, self.nonce, algorithm="sha256").hexdigest()
        return f"f{digest[:11]}"

    @property
    def age_seconds(self) -> float:
        return max(0.0, time.time() - self.opened_at_ms / 1000)

    @property
    def sent_after_seconds(self) -> float:
        """After how long the form was sent, for the first time if it came back since."""
        return self.age_seconds if self.sent_after_ms is None else self.sent_after_ms / 1000

    def coming_back(self) -> "FormToken":
        """Return the token of the same form as it goes back for a further step."""
        if self.sent_after_ms is not None:
            return self
        return replace(self, sent_after_ms=int(self.age_seconds * 1000))


@dataclass(frozen=True)
class FormUse:
    """How a form was sent: after how long, and what stood in the field that no person sees."""

    age_seconds: float
    trap_name: str
    trap: str = ""
    was_trapped: bool = False
