from django.db import migrations
from django.utils import timezone


def announce(apps, schema_editor):
    """What was scheduled before announcements were written down is announced at its time, too."""
    Announcement = apps.get_model("blog", "Announcement")
    scheduled = apps.get_model("blog", "Post").objects.filter(
        status="published", published_at__gt=timezone.now()
    )
    Announcement.objects.bulk_create(
        Announcement(post_id=pk, channel=channel, event="appeared", due_at=published_at)
        for pk, published_at in scheduled.values_list("pk", "published_at")
        for channel in ("hub", "indexnow")
    )


class Migration(migrations.Migration):
    dependencies = [("blog", "0025_announcements")]

    operations = [migrations.RunPython(announce, migrations.RunPython.noop)]
