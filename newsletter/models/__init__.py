from newsletter.models.consent import ConsentEvent
from newsletter.models.erased import ErasedConsent
from newsletter.models.mail import ConfirmationMail
from newsletter.models.newsletter import Newsletter
from newsletter.models.subscription import Subscription

__all__ = ["ConfirmationMail", "ConsentEvent", "ErasedConsent", "Newsletter", "Subscription"]
