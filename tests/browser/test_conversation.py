"""Reading and answering, as readers do it: with script, without, on a phone, in the dark."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_author, make_comment, make_post

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def post(transactional_db):
    author = make_author(
        "Bernhard Beispiel", email="b@example.org", bio_de="Schreibt über Zuhören."
    )
    post = make_post(
        "Spiegelneuronenaktivierungsprogramm",
        authors=[author],
        body="<h2>Ein Film</h2><p>https://youtu.be/dQw4w9WgXcQ</p><p>Text.</p>",
    )
    turn = make_comment(post, name="Carlo Düllings", body="Der erste Zug.")
    for number in range(4):
        is_author = number % 2 == 0
        turn = make_comment(
            post,
            parent=turn,
            name="Bernhard Beispiel" if is_author else "Carlo Düllings",
            author=author if is_author else None,
            is_verified=is_author,
            body=f"Zug {number}: https://example.org/{'lang' * 30}",
            minutes=number + 1,
        )
    make_comment(post, kind=Comment.Kind.PINGBACK, name="Anderswo", body="[…] genannt […]")
    return post


# Every pair of language, colours and size is there once; all eight would only say it again.
@pytest.mark.parametrize(
    ("prefix", "scheme", "viewport"),
    [
        ("", "light", PHONE),
        ("", "dark", DESKTOP),
        ("/en", "dark", PHONE),
        ("/en", "light", DESKTOP),
    ],
)
def test_post_fits_and_is_accessible(post, new_page, assert_accessible, prefix, scheme, viewport):
    page = new_page(viewport=viewport, color_scheme=scheme)
    page.goto(prefix + post.get_absolute_url())

    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert_accessible(page)


def test_five_turns_stand_each_under_the_one_it_answers(post, page):
    page.goto(post.get_absolute_url())
    path = " ".join(["ol.thread > li.turn"] * 5)
    expect(page.locator(path)).to_have_count(1)
    expect(page.locator(".badge", has_text="Autor/-in")).to_have_count(2)


def test_branch_folds_away_without_script_and_its_link_unfolds_it(post, page, new_page):
    last = Comment.objects.answers().order_by("-created_at").first()
    plain = new_page(viewport=PHONE, java_script_enabled=False)
    plain.goto(post.get_absolute_url())
    plain.get_by_text("4 Antworten auf Carlo Düllings").click()
    expect(plain.locator(f"#comment-{last.pk}")).to_be_hidden()

    page.goto(post.get_absolute_url())
    page.get_by_text("4 Antworten auf Carlo Düllings").click()
    expect(page.locator(f"#comment-{last.pk}")).to_be_hidden()
    page.evaluate("id => { location.hash = `comment-${id}` }", last.pk)
    expect(page.locator(f"#comment-{last.pk}")).to_be_focused()


def test_answer_in_the_page(post, page, assert_accessible):
    page.goto(post.get_absolute_url())
    reply = page.get_by_role("link", name="Antworten auf Carlo Düllings").first
    reply.click()
    expect(page.locator("[data-reply-form] textarea")).to_be_focused()
    assert_accessible(page)

    page.get_by_role("link", name="Abbrechen").click()
    expect(reply).to_be_focused()

    reply.click()
    page.get_by_label("Deine Antwort").fill("Danke!")
    page.get_by_label("Name").fill("Erika")
    page.get_by_label("E-Mail").fill("erika@example")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("Das ist keine E-Mail-Adresse.")).to_be_visible()
    expect(page.get_by_label("Deine Antwort")).to_have_value("Danke!")

    page.get_by_label("E-Mail").fill("erika@example.org")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("Deine Antwort wartet auf Freigabe.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Deine Antwort wartet auf Freigabe.")).to_be_visible()
    assert Comment.objects.get(name="Erika").parent.name == "Carlo Düllings"


def test_answer_without_script(post, new_page):
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(post.get_absolute_url())
    page.get_by_role("link", name="Was sagst du dazu?").click()
    page.get_by_label("Deine Antwort").fill("Ohne Skript.")
    page.get_by_label("Name").fill("Erika")
    page.get_by_label("E-Mail").fill("erika@example.org")
    page.get_by_role("button", name="Antwort senden").click()

    expect(page.get_by_text("Deine Antwort wartet auf Freigabe.")).to_be_visible()
    assert page.url.endswith(f"#comment-{Comment.objects.get(name='Erika').pk}")


def test_text_in_an_open_form_is_not_thrown_away_by_another_reply(post, page):
    page.goto(post.get_absolute_url())
    page.locator(".reply").nth(0).click()
    page.get_by_label("Deine Antwort").fill("Halb fertig")
    page.locator(".reply").nth(1).click()
    expect(page.locator("textarea")).to_have_count(2)
    expect(page.locator("textarea").first).to_have_value("Halb fertig")
