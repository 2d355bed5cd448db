from django.core.management.base import BaseCommand
from django.utils import timezone

from comments import classifiertraining
from comments.models import SpamClassifier


class Command(BaseCommand):
    help = (
        "Bring our own spam classifier in line with all that moderators have decided, as happens "
        "every night, and say how good it is."
    )

    def add_arguments(self, parser):
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--forget", action="store_true", help="forget everything; learn from now on only"
        )
        how.add_argument(
            "--anew",
            action="store_true",
            help="forget everything and learn it again from all decisions whose answers are still "
            "there; spam that retention has deleted stays forgotten",
        )
        how.add_argument(
            "--recount", action="store_true", help="count the words of what was learned anew"
        )

    def handle(self, *args, forget, anew, recount, **options):
        is_learning = SpamClassifier.load().is_learning
        if forget:
            classifiertraining.forget(is_learning=is_learning, since=timezone.now())
        if anew:
            classifiertraining.forget(is_learning=is_learning)
        if recount:
            classifiertraining.recount()
        changed = classifiertraining.learn_all()
        self.stdout.write(f"Lessons changed: {changed}.")
        if not is_learning:
            self.stdout.write("It is switched off in the admin: it learns and says nothing.")
        for quality in classifiertraining.qualities():
            self.stdout.write(
                f"{quality.language}: learned {quality.spam_learned} spam, "
                f"{quality.ham_learned} not; of the last of them it would have held "
                f"{quality.spam_held} of {quality.spam_seen} spam, "
                f"{quality.ham_held} of {quality.ham_seen} others."
            )
