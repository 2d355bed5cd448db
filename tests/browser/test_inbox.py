"""The moderators' inbox in a real browser: keys, undo, two windows, without script, accessible."""

import pytest
from django.conf import settings
from django.test import Client

from comments import actions
from comments.models import Comment, Decision, Report
from tests.factories import make_comment, make_post, make_report, make_spam_rule, make_user

Status = Comment.Status
URL = "/admin/comments/comment/inbox/"


def make_waiting(post, *names):
    return [
        make_comment(post, name=name, status=Status.PENDING, minutes=number, email="b@example.org")
        for number, name in enumerate(names)
    ]


def status(comment):
    return Comment.objects.get(pk=comment.pk).status


def focused(page):
    return page.evaluate("document.activeElement.closest('[data-item]')?.id ?? ''")


def log_in(page, site, user):
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def test_keys_walk_decide_and_take_back(desk):
    first, second, third, fourth = make_waiting(make_post(), "A", "B", "C", "D")
    desk.goto(URL)

    desk.keyboard.press("a")
    assert "j" in desk.locator("[data-inbox-live]:not(:empty)").inner_text()
    for key, item in [("j", first), ("j", second), ("k", first)]:
        desk.keyboard.press(key)
        assert focused(desk) == f"item-{item.pk}"

    for key, item, following, after in [
        ("a", first, second, Status.APPROVED),
        ("s", second, third, Status.SPAM),
        ("d", third, fourth, Status.REMOVED),
    ]:
        desk.keyboard.press(key)
        desk.locator(f"#item-{item.pk}").wait_for(state="detached")
        assert status(item) == after
        assert focused(desk) == f"item-{following.pk}"

    desk.keyboard.press("u")
    desk.locator(f"#item-{third.pk}").wait_for()
    assert status(third) == Status.PENDING
    assert focused(desk) == f"item-{third.pk}"
    desk.locator("[data-inbox-live]:not(:empty)").wait_for(state="attached")


def test_keys_do_nothing_while_somebody_types_or_when_switched_off(desk):
    (comment,) = make_waiting(make_post(), "A")
    desk.goto(URL)
    desk.locator(".inbox-acts summary").click()
    desk.locator("[name=words]").fill("")
    desk.keyboard.type("das ja")
    assert desk.input_value("[name=words]") == "das ja"

    desk.keyboard.press("Escape")
    desk.locator(f"#item-{comment.pk}").focus()
    desk.keyboard.press("Control+s")
    desk.keyboard.press("Shift+D")
    desk.locator("[data-keys-on]").uncheck()
    desk.reload()
    assert not desk.locator("[data-keys-on]").is_checked()
    desk.locator(f"#item-{comment.pk}").focus()
    desk.keyboard.press("d")
    desk.keyboard.press("j")

    assert status(comment) == Status.PENDING
    assert not Decision.objects.exists()


def test_the_undo_goes_when_its_time_is_over(desk):
    (comment,) = make_waiting(make_post(), "A")
    desk.clock.install()
    desk.goto(URL)
    desk.locator("[data-key=s]").click()
    desk.locator("[data-undo]").wait_for()

    desk.clock.run_for(31_000)

    desk.locator("[data-undo]").wait_for(state="detached")
    assert status(comment) == Status.SPAM


def test_the_second_of_two_windows_is_told_and_overwrites_nothing(desk, new_page, site):
    (comment,) = make_waiting(make_post(), "A")
    other = new_page()
    log_in(other, site, make_user("otto", first_name="Otto", is_staff=True, is_superuser=True))
    for page in (desk, other):
        page.goto(URL)

    other.locator("[data-key=a]").click()
    other.locator("[data-undo]").wait_for()
    desk.locator("[data-key=s]").click()

    desk.locator(".messagelist .warning", has_text="Otto").wait_for()
    assert status(comment) == Status.APPROVED


def test_what_somebody_decided_meanwhile_is_said_at_the_item(desk):
    comment, untouched = make_waiting(make_post(), "A", "B")
    desk.clock.install()
    desk.goto(URL)
    actions.mark_spam(comment.pk, make_user("otto", first_name="Otto"))

    desk.clock.run_for(21_000)

    line = desk.locator(f"#item-{comment.pk} .inbox-news")
    line.wait_for()
    assert "Otto" in line.inner_text()
    assert desk.locator(f"#item-{comment.pk} button:enabled").count() == 0
    assert desk.locator(f"#item-{untouched.pk} button:enabled").count() == 3


def test_without_script_everything_works(new_page, site, transactional_db):
    page = new_page(java_script_enabled=False)
    log_in(page, site, make_user("anna", is_staff=True, is_superuser=True))
    first, second = make_waiting(make_post(), "A", "B")
    page.goto(URL)

    page.locator(f"#item-{first.pk} button[value=spam]").click()
    page.wait_for_url(f"**#item-{second.pk}")
    assert status(first) == Status.SPAM
    page.locator(".inbox-undo button").click()
    page.locator(f"#item-{first.pk}").wait_for()
    assert status(first) == Status.PENDING

    for comment in (first, second):
        page.check(f"#item-{comment.pk} > header input")
    page.locator("#bulk button[value=remove]").click()
    page.locator(".inbox-empty").wait_for()
    assert {status(first), status(second)} == {Status.REMOVED}


def test_all_are_selected_and_decided_at_once(desk):
    comments = make_waiting(make_post(), "A", "B", "C")
    desk.goto(URL)
    desk.check("[data-select-all]")
    desk.locator("#bulk button[value=approve]").click()
    desk.locator(".inbox-empty").wait_for()
    assert {status(comment) for comment in comments} == {Status.APPROVED}


def test_a_sender_is_decided_and_blocked_from_an_item(desk):
    comments = make_waiting(make_post(), "A", "B")
    desk.goto(URL)
    desk.locator(".inbox-acts summary").first.click()
    desk.locator("a[href$='/sender/']").first.click()
    desk.locator(".inbox-block button").click()
    desk.locator(".messagelist .success").wait_for()
    desk.locator("button[value=spam]").click()
    desk.locator(".inbox-empty").wait_for()
    assert {status(comment) for comment in comments} == {Status.SPAM}


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_it_is_accessible_and_never_scrolls_sideways(
    desk, assert_accessible, language, width, scheme
):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=scheme)
    post = make_post("Donaudampfschifffahrtsgesellschaftskapitänswitwenverein" * 2)
    long_link = f"https://x.example/{'ä' * 200}"
    root = make_comment(post, name="Wurzel")
    rule = make_spam_rule()
    values = {"rule": rule.pk, "kind": "word", "value": "Casino"}
    comment = make_comment(
        post, parent=root, status=Status.PENDING, body=f"Siehe {long_link}", name="N" * 100,
        email="berta@example.org", findings=[{"code": "rule", "weight": 30, "values": values}],
    )  # fmt: skip
    make_report(make_comment(post, parent=comment), text="Wort " * 30)
    desk.goto(language + URL)
    desk.locator("[data-key=s]").first.click()
    desk.locator("[data-undo]").wait_for()
    desk.locator(".inbox-filter-box summary").click()
    desk.locator(".inbox-acts summary").first.click()
    assert_accessible(desk, context=["#content"])
    assert desk.evaluate("document.documentElement.scrollWidth") <= width

    desk.goto(f"{language}{URL}{comment.pk}/sender/")
    assert_accessible(desk, context=["#content"])
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    assert Report.objects.count() == 1
