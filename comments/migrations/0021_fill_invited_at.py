"""Date who was brought here by somebody: a guest's first yes made the mail that told the host."""

from django.db import migrations
from django.db.models import Min, OuterRef, Subquery


def fill(apps, schema_editor):
    mails = apps.get_model("comments", "InvitationMail").objects.filter(
        kind="promised", invitation__author=OuterRef("pk")
    )
    first = mails.order_by().values("invitation__author").annotate(first=Min("created_at"))
    authors = apps.get_model("blog", "Author").objects.exclude(invited_by=None)
    authors.update(invited_at=Subquery(first.values("first")))


class Migration(migrations.Migration):
    dependencies = [("comments", "0020_failed_errands"), ("blog", "0032_author_invited_at")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
