import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("comments", "0007_follows"),
    ]

    operations = [
        # Only roots count, so the count alone says that it is one; asked for both, SQLite goes by
        # the parent and reads every root of the site.
        migrations.RemoveIndex(model_name="comment", name="comment_visible_threads"),
        migrations.RemoveIndex(model_name="comment", name="comment_visible_mentions"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("kind", "comment"), ("visible_count__gt", 0)),
                fields=["post", "created_at", "tree_id"],
                name="comment_visible_threads",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(
                    ("visible_count__gt", 0), models.Q(("kind", "comment"), _negated=True)
                ),
                fields=["post", "created_at", "tree_id"],
                name="comment_visible_mentions",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("post"),
                models.F("author"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("kind", "comment"), ("status", "approved")),
                name="comment_people",
            ),
        ),
    ]
