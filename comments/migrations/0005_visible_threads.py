from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0004_fill_visible_count'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='thread',
            name='thread_page',
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('kind', 'comment'), ('parent', None), ('visible_count__gt', 0)), fields=['post', 'created_at', 'tree_id'], name='comment_visible_threads'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent', None), ('visible_count__gt', 0), models.Q(('kind', 'comment'), _negated=True)), fields=['post', 'created_at', 'tree_id'], name='comment_visible_mentions'),
        ),
    ]
