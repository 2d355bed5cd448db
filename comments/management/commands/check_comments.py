from django.core.management.base import BaseCommand, CommandError

from comments import tallies, tree


class Command(BaseCommand):
    help = "Prove that the comment trees are whole; with --repair, make them so."

    def add_arguments(self, parser):
        parser.add_argument(
            "threads", nargs="*", type=int, help="Numbers of threads; all if none is given."
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Write places and counts anew from what answers what, thread by thread.",
        )

    def handle(self, *args, threads, repair, **options):
        faults = list(tree.check(threads or None))
        for fault in faults:
            self.stdout.write(str(fault))
        if faults and repair:
            self._repair({fault.tree_id for fault in faults if fault.tree_id is not None})
            faults = list(tree.check(threads or None))
        if faults:
            raise CommandError(f"Faults left: {len(faults)}.")
        self.stdout.write(self.style.SUCCESS("The comment trees are whole."))

    def _repair(self, tree_ids):
        for tree_id in sorted(tree_ids):
            self.stdout.write(f"thread {tree_id}: {tree.repair(tree_id)} comments put right")
        for post_id, _what in list(tallies.wrong_tallies()):
            tallies.recount(post_id)
            self.stdout.write(f"post {post_id}: counted anew")
