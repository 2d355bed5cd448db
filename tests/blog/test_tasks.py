from datetime import timedelta

from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog.tasks import forget_done_tasks


@override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}})
class ForgetDoneTasksTests(TestCase):
    def make_result(self, *, days, status="SUCCESSFUL"):
        result = forget_done_tasks.enqueue()
        finished = timezone.now() - timedelta(days=days)
        DBTaskResult.objects.filter(pk=result.id).update(status=status, finished_at=finished)
        return result.id

    def test_failures_are_kept_longer_and_what_waits_stays(self):
        old = self.make_result(days=2)
        new = self.make_result(days=0)
        failed = self.make_result(days=2, status="FAILED")
        waiting = forget_done_tasks.enqueue().id

        forget_done_tasks.call()

        kept = set(map(str, DBTaskResult.objects.values_list("pk", flat=True)))
        self.assertEqual(kept, {new, failed, waiting})
        self.assertNotIn(old, kept)
