from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0011_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpentProof',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='akismet_consent_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When its writer agreed to that.', null=True, verbose_name='may be sent to Akismet since'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='status_reason',
            field=models.CharField(blank=True, choices=[('first_answer', 'first answer of this person'), ('unverified', 'the address is not proved'), ('spam_check', 'waiting for the spam check'), ('no_verdict', 'the spam check gave no answer'), ('team', 'by the author of the post or the team'), ('known', 'by somebody known and verified'), ('not_sent', 'not sent to Akismet'), ('held', 'held by our own checks'), ('unconfirmed', "waits for its writer's click in a mail"), ('all_wait', 'every answer to this post is approved by hand'), ('local_spam', 'spam by our own checks'), ('akismet_ham', 'Akismet: no spam'), ('akismet_spam', 'Akismet: spam'), ('akismet_discard', 'Akismet: blatant spam'), ('moderator', 'decided by a moderator'), ('imported', 'as it was where it was imported from'), ('deleted', 'deleted; it keeps its place because of the answers to it'), ('edited', 'its writer added links to it')], max_length=20, verbose_name='why'),
        ),
        migrations.AlterField(
            model_name='follow',
            name='scope',
            field=models.CharField(choices=[('answer', 'answers to this answer'), ('thread', 'everything in this thread'), ('post', 'everything under this post'), ('none', 'nothing; I only say that I wrote it')], default='answer', max_length=6, verbose_name='what'),
        ),
    ]
