"""Proof of work: the step asked of a suspicious sender before an answer is taken at all.

The ALTCHA protocol, version 2, by the package of its authors; this is the only module that imports
it. A challenge is bound to one form of one post, signed as a whole, and good for one answer. What
was found against an answer stays found: it waits for a moderator, or for its writer's click in a
mail, the way round the work (docs/decisions/0063).
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import altcha
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.models import SiteSettings
from comments import gate
from comments.formtoken import FormToken
from comments.models import SpentProof

FIELD = "proof"
ALGORITHM = "PBKDF2/SHA-256"  # browsers do it natively and beside the page: no worker, no wasm
COST = 5_000  # rounds of the hash for each number tried
FEWEST, MOST = 50, 150  # numbers to try: about a second on a phone, less on a desktop
VALID_FOR = timedelta(hours=1)
LONGEST = 4_000  # characters; a true one has some 800


class Spent(Exception):
    """The work has been handed in before."""


@dataclass(frozen=True)
class Proof:
    """Work that was done for one form, not yet known to be done only once."""

    digest: str
    expires_at: datetime

    def spend(self) -> None:
        """Raise Spent if this has counted before; in the transaction of the answer it is for.

        Of two requests at once the second waits for the first at the primary key.
        """
        fields = {"expires_at": self.expires_at}
        _row, is_new = SpentProof.objects.get_or_create(digest=self.digest, defaults=fields)
        if not is_new:
            raise Spent


def is_needed(findings: list[gate.Finding]) -> bool:
    """Whether an answer by somebody not logged in is suspicious, but no spam either."""
    is_asked_for = SiteSettings.load().asks_proof_of_work
    return is_asked_for and gate.is_held(findings) and not gate.is_spam(findings)


def challenge(token: FormToken) -> str:
    """Return a new challenge for the form of `token`, as JSON."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=FEWEST + secrets.randbelow(MOST - FEWEST + 1),
        expires_at=timezone.now() + VALID_FOR,
        data=_binding(token),
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    return json.dumps(made.to_dict())


def read(value: str, token: FormToken) -> Proof | None:
    """Return the work that `value` proves; None if it is wrong, old, or done for another form."""
    payload = _payload(value)
    if payload is None:
        return None
    result = altcha.verify_solution(payload, _key("challenge"), hmac_key_secret=_key("solution"))
    parameters = payload.challenge.parameters
    if not result.verified or parameters.data != _binding(token):
        return None
    digest = hashlib.sha256(str(payload.challenge.signature).encode()).hexdigest()
    return Proof(digest, datetime.fromtimestamp(parameters.expires_at or 0, UTC))


def forget_expired() -> None:
    """Delete what proofs were spent, once their challenges are too old to be taken anyway."""
    SpentProof.objects.filter(expires_at__lt=timezone.now()).delete()


def _payload(value):
    if not 0 < len(value) <= LONGEST:
        return None
    try:
        return altcha.Payload.from_base64(value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _binding(token):
    return {"post": token.post_id, "form": token.nonce}


def _key(purpose):
    return salted_hmac("comments.proof", purpose, algorithm="sha256").hexdigest()
