import sqlite3

import django.db.models.deletion
from django.db import migrations, models


# FTS5 with external content (SQLite FTS5, section 4.4.3): the terms stand in the entry, and these
# triggers carry each change of them into the index.
SQLITE = """
CREATE VIRTUAL TABLE blog_searchindex USING fts5(
    title_terms, about_terms, body_terms, other_terms,
    content='blog_searchentry', content_rowid='id', tokenize='ascii'
);
CREATE TRIGGER blog_searchentry_insert AFTER INSERT ON blog_searchentry BEGIN
    INSERT INTO blog_searchindex (rowid, title_terms, about_terms, body_terms, other_terms)
    VALUES (new.id, new.title_terms, new.about_terms, new.body_terms, new.other_terms);
END;
CREATE TRIGGER blog_searchentry_delete AFTER DELETE ON blog_searchentry BEGIN
    INSERT INTO blog_searchindex
        (blog_searchindex, rowid, title_terms, about_terms, body_terms, other_terms)
    VALUES
        ('delete', old.id, old.title_terms, old.about_terms, old.body_terms, old.other_terms);
END;
CREATE TRIGGER blog_searchentry_update
AFTER UPDATE OF title_terms, about_terms, body_terms, other_terms ON blog_searchentry BEGIN
    INSERT INTO blog_searchindex
        (blog_searchindex, rowid, title_terms, about_terms, body_terms, other_terms)
    VALUES
        ('delete', old.id, old.title_terms, old.about_terms, old.body_terms, old.other_terms);
    INSERT INTO blog_searchindex (rowid, title_terms, about_terms, body_terms, other_terms)
    VALUES (new.id, new.title_terms, new.about_terms, new.body_terms, new.other_terms);
END;
"""
SQLITE_BACK = """
DROP TRIGGER blog_searchentry_insert;
DROP TRIGGER blog_searchentry_delete;
DROP TRIGGER blog_searchentry_update;
DROP TABLE blog_searchindex;
"""
POSTGRESQL = """
ALTER TABLE blog_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple'::regconfig, title_terms), 'A')
    || setweight(to_tsvector('simple'::regconfig, about_terms), 'B')
    || setweight(to_tsvector('simple'::regconfig, body_terms), 'C')
    || setweight(to_tsvector('simple'::regconfig, other_terms), 'D')
) STORED;
CREATE INDEX blog_searchentry_vector ON blog_searchentry USING gin (vector);
"""
POSTGRESQL_BACK = "ALTER TABLE blog_searchentry DROP COLUMN vector;"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
    else:
        _run_script(schema_editor, SQLITE)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
    else:
        _run_script(schema_editor, SQLITE_BACK)


def _run_script(schema_editor, script):
    """Run statement by statement: SQLite's `executescript` would commit the migration half done."""
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            schema_editor.execute(statement, params=None)
            statement = ""


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0016_review'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=40, unique=True)),
                ('spelling', models.CharField(max_length=40)),
                ('head', models.CharField(max_length=2)),
                ('tail', models.CharField(max_length=2)),
                ('length', models.PositiveSmallIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['head', 'length'], name='searchword_head'), models.Index(fields=['tail', 'length'], name='searchword_tail')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('object_id', models.BigIntegerField()),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_entries', to='blog.post')),
                ('author', models.ForeignKey(blank=True, help_text='Who has proved to have written an answer; the authors of a post are its own.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='search_entries', to='blog.author')),
                ('language', models.CharField(choices=[('de', 'German'), ('en', 'English')], max_length=5)),
                ('published_at', models.DateTimeField()),
                ('is_stale', models.BooleanField(default=False)),
                ('title', models.CharField(blank=True, max_length=250)),
                ('title_terms', models.TextField(blank=True)),
                ('about_terms', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('body_terms', models.TextField(blank=True)),
                ('other_terms', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_stale', True)), fields=['id'], name='search_stale')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_once')],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
