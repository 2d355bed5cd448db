"""What the site does for itself while nobody asks."""

from crontask import cron
from django.conf import settings
from django.core.management import call_command
from django.tasks import task

from blog import (
    announcing,
    changes,
    drafts,
    library,
    linkcheck,
    posters,
    related,
    review,
    signins,
)
from blog.models import MediaRendering, Poster, RelativeSearch, ReviewMail
from blog.search import index


@cron("43 3 * * *")
@task
def forget_old_changes() -> None:
    """Delete what every process has long taken out of its cache of pages."""
    changes.forget_old()


@cron("45 3 * * *")
@task
def forget_old_drafts() -> None:
    """Delete drafts that nobody has asked for in months, and who once had a post open."""
    drafts.forget_old()


@cron("47 3 * * *")
@task
def forget_done_tasks() -> None:
    """Delete what the embedded worker keeps of tasks: a row for each knock, thousands a day."""
    if not settings.CELERY_BROKER_URL:
        call_command(
            "prune_db_task_results",
            queue_name="*",
            min_age_days=1,
            failed_min_age_days=14,
            verbosity=0,
        )


@cron("* * * * *")
@task
def make_renditions() -> None:
    """Draw the sizes of new and replaced pictures."""
    MediaRendering.objects.run(library.draw_renditions)


@cron("* * * * *")
@task
def find_relatives() -> None:
    """Compute which posts are near those that were published or changed."""
    RelativeSearch.objects.run(related.find)


@cron("* * * * *")
@task
def fetch_posters() -> None:
    """Ask providers for the pictures of new videos."""
    Poster.objects.run(posters.fetch_poster)


@cron("* * * * *")
@task
def refresh_search() -> None:
    """Bring into the search what its own transaction did not get to."""
    index.refresh_all()


@cron("* * * * *")
@task
def send_review_mails() -> None:
    """Tell of remarks and agreements whose mail is due."""
    ReviewMail.objects.run(review.send)


@cron("51 3 * * *")
@task
def forget_old_signins() -> None:
    """Delete what says when people signed in, once its time is over."""
    signins.forget_old()


@cron("* * * * *")
@task
def announce() -> None:
    """Tell hub and search engines of posts whose time has come."""
    announcing.announce()


@cron("53 3 * * *")
@task
def forget_old_announcements() -> None:
    """Delete what says whom we told of posts, once nobody asks any more."""
    announcing.forget_old()


@cron("* * * * *")
@task
def check_links() -> None:
    """Look whether something is still there where posts lead outside this site."""
    linkcheck.check_due()


@cron("56 3 * * *")
@task
def forget_unused_posters() -> None:
    """Delete pictures of videos that no post shows any more."""
    posters.forget_unused()


@cron("55 3 * * *")
@task
def forget_unused_links() -> None:
    """Delete links to other sites that no post holds any more."""
    linkcheck.forget_unused()
