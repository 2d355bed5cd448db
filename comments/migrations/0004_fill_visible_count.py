from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    comments = apps.get_model("comments", "Comment")._base_manager.using(
        schema_editor.connection.alias
    )
    visible = (
        comments.filter(tree_id=OuterRef("tree_id"), status="approved")
        .order_by()
        .values("tree_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    comments.filter(parent=None).update(visible_count=Coalesce(Subquery(visible), 0))


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0003_comment_visible_count'),
    ]

    operations = [
        # Backwards there is nothing to do: the column goes with the migration before.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
