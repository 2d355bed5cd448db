from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0002_own_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='visible_count',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='On a root: how many of its thread are visible, itself included. Else 0.'),
        ),
    ]
