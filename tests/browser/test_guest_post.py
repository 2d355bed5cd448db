"""From an answer to a guest post, as the three who take part see it."""

import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from blog.models import Post
from comments.models.decision import EFFECTS_AFTER
from comments.notices import tasks
from tests.comments.notices import path_in
from tests.factories import make_author, make_comment, make_post

TEXT = "Was ich am Telefon gelernt habe, steht in keinem Lehrbuch. " * 12


def test_an_answer_becomes_a_guest_post(desk, site, new_page, assert_accessible):
    post = make_post("Empathie am Telefon", authors=[make_author("Berta Gastgeberin")])
    make_comment(post, name="Carlo", email="carlo@example.org", created_at=timezone.now())
    desk.goto("/admin/comments/invitation/add/")
    assert_accessible(desk)
    desk.get_by_role("button", name="Einladen Carlo").click()
    expect(desk.locator(".messagelist")).to_contain_text("Carlo ist eingeladen")
    with time_machine.travel(timezone.now() + EFFECTS_AFTER, tick=True):
        tasks.send_invitation_mails.call()
    (message,) = mail.outbox
    message.body = message.body.replace(site, "http://localhost:8000")
    path = path_in(message, "/g/")

    guest = new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    guest.goto(path)
    assert_accessible(guest)
    guest.get_by_role("button", name="Ja, gern").click()
    guest.get_by_label("Titel").fill("Zwanzig Jahre Telefon")
    guest.locator(".ProseMirror[contenteditable]").click()
    guest.keyboard.insert_text(TEXT)
    guest.get_by_role("button", name="Vorerst sichern").click()
    expect(guest.locator("#writing .notice")).to_contain_text("Gesichert am")
    assert_accessible(guest)
    guest.get_by_role("button", name="Einreichen").click()
    expect(guest.locator(".errorlist")).to_contain_text("Ohne dein Wort")
    guest.get_by_label("Ich habe diesen Text selbst geschrieben").check()
    guest.get_by_role("button", name="Einreichen").click()
    expect(guest.locator("h1")).to_have_text("Danke, er ist angekommen")

    written = Post.objects.get(title="Zwanzig Jahre Telefon")
    assert written.status == Post.Status.IN_REVIEW
    desk.goto(f"/admin/blog/post/{written.pk}/change/")
    expect(desk.locator(".ready")).to_contain_text("noch nicht zugestimmt")
