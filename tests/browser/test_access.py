"""The conversation for everybody: enlarged, respaced, in few colours, still, by keyboard.

A window of 1280 by 1024 pixels at 400 % is one of 320 by 256 (WCAG 2.2, 1.4.10).
"""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_author, make_comment, make_post

ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
DEPTH = 50
# WCAG 2.2, 1.4.12: what readers may set without losing anything.
SPACING = """
  * {
    line-height: 1.5 !important;
    letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important;
  }
  p { margin-bottom: 2em !important }
"""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def post(transactional_db):
    author = make_author("Bernhard Beispiel", email="b@example.org")
    post = make_post(LONG, authors=[author])
    turn = None
    for number in range(DEPTH):
        is_author = number % 3 == 1
        turn = make_comment(
            post,
            parent=turn,
            name="Bernhard Beispiel" if is_author else f"{LONG[:70]} {number}",
            author=author if is_author else None,
            is_verified=is_author,
            body=f"Zug {number}: https://example.org/{'lang' * 30}\n\n<pre>{'x' * 200}</pre>",
            minutes=number,
        )
    make_comment(post, kind=Comment.Kind.PINGBACK, name=LONG, body=f"[…] {LONG} […]")
    return post


@pytest.fixture
def thread(post):
    return post.threads.filter(is_linkback=False).get()


def pages_of(post, thread):
    last = Comment.objects.answers().order_by("-level").first()
    return [
        post.get_absolute_url(),
        f"/posts/{post.slug}/threads/{thread.pk}/",
        f"/posts/{post.slug}/reply/",
        f"/posts/{post.slug}/reply/{last.pk}/",
    ]


def write_own(page, post):
    """Send an answer; return the addresses of the pages to change and delete it."""
    page.goto(f"/posts/{post.slug}/reply/")
    page.locator("textarea").fill(f"Meins, {LONG}")
    page.locator("input[name=name]").fill("Erika")
    page.locator("input[name=email]").fill("erika@example.org")
    page.locator(".form-actions button").first.click()
    expect(page.locator(".turn-waiting")).to_be_visible()
    return [link.get_attribute("href") for link in page.locator(".turn-own a").all()]


def respace(page):
    """Set SPACING as a reader's own style sheet does, past the page's policy."""
    page.evaluate(
        """css => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet];
        }""",
        SPACING,
    )


def sideways(page):
    """Return how many pixels the page could be scrolled sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def cut_off(page):
    """Return the words of elements whose text does not fit and is hidden."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((element) => {
          const style = getComputedStyle(element);
          const clips = style.overflowX === "hidden" || style.overflowY === "hidden";
          const isSeen = !element.closest(".visually-hidden, [aria-current=page]");
          return clips && isSeen && (element.scrollWidth > element.clientWidth + 1 ||
            element.scrollHeight > element.clientHeight + 1);
        }).map((element) => `${element.tagName}.${element.className}: ${element.innerText}`)"""
    )


def smallest_target(page):
    """Return the height of the lowest control in the conversation, and its words."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
            "#answers summary, #answers .reply, #answers .act, #answers .button, #answers .orders a"
          )].map((element) => [element.getBoundingClientRect().height, element.innerText])
          .filter(([height]) => height > 0).sort((a, b) => a[0] - b[0])[0]"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["de", "en"])
def test_at_400_percent_nothing_scrolls_sideways(
    post, thread, new_page, assert_accessible, prefix, scheme
):
    page = new_page(color_scheme=scheme, **ENLARGED)
    own = write_own(page, post)
    for address in [*pages_of(post, thread), *own]:
        page.goto(prefix + address)
        assert sideways(page) <= 0, address
        assert cut_off(page) == [], address
        assert_accessible(page)


def test_wider_spacing_cuts_nothing_off(post, thread, new_page):
    page = new_page(viewport={"width": 320, "height": 640})
    own = write_own(page, post)
    for address in [*pages_of(post, thread), *own]:
        page.goto(address)
        respace(page)
        assert sideways(page) <= 0, address
        assert cut_off(page) == [], address


def test_text_twice_as_large_fits_a_phone(post, thread, new_page):
    page = new_page(viewport={"width": 360, "height": 740})
    for address in pages_of(post, thread):
        page.goto(address)
        page.evaluate(
            """() => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync(":root { font-size: 200% !important }");
              document.adoptedStyleSheets = [sheet];
            }"""
        )
        assert sideways(page) <= 0, address


@pytest.mark.parametrize("touch", [True, False], ids=["finger", "mouse"])
def test_targets_are_large_enough(post, new_page, touch):
    page = new_page(viewport={"width": 360, "height": 740}, has_touch=touch, is_mobile=touch)
    page.goto(post.get_absolute_url())
    height, words = smallest_target(page)
    assert height >= (44 if touch else 24), words


def test_few_colours_still_tell_focus_and_whose_turn_it_is(
    post, thread, new_page, assert_accessible
):
    page = new_page(forced_colors="active", viewport={"width": 1280, "height": 900})
    page.goto(post.get_absolute_url())
    assert_accessible(page)
    widths = page.evaluate(
        """() => [".turn-author", ".turn:not(.turn-author)"].map((selector) =>
          getComputedStyle(document.querySelector(`${selector} > .turn-body`)).borderLeftWidth)"""
    )
    assert widths[0] != widths[1]

    for selector in [".reply", "summary", ".permalink", ".answer-invitation-link"]:
        page.locator(f"#answers {selector}").first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", selector


def test_few_colours_still_tell_which_answer_an_address_means(post, new_page):
    page = new_page(forced_colors="active", viewport={"width": 1280, "height": 900})
    meant = Comment.objects.answers().order_by("level")[3]
    page.goto(f"{post.get_absolute_url()}#comment-{meant.pk}")
    body = page.locator(f"#comment-{meant.pk} > .turn-body")
    other = page.locator("#answers .turn-body").first
    outlines = [
        element.evaluate("element => getComputedStyle(element).outlineStyle")
        for element in (body, other)
    ]
    assert outlines == ["solid", "none"]


def test_nothing_moves_for_who_asks_for_rest_and_little_for_others(post, new_page):
    longest = """() => Math.max(...[...document.querySelectorAll("*")].flatMap((element) => {
      const style = getComputedStyle(element);
      return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")]
        .map(parseFloat);
    }))"""
    calm = new_page(reduced_motion="reduce")
    calm.goto(post.get_absolute_url())
    assert calm.evaluate(longest) == 0
    assert calm.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    other = new_page(reduced_motion="no-preference")
    other.goto(post.get_absolute_url())
    assert other.evaluate(longest) <= 0.15


def test_depth_and_position_are_told(post, page):
    page.goto(post.get_absolute_url())
    deepest = page.locator("#answers ol > li.turn").last
    expect(deepest).to_contain_text(f"Ebene {DEPTH}")
    expect(deepest).to_contain_text("antwortet auf")
    # Lists inside list items, and nothing else between them: what screen readers count by.
    strays = page.evaluate(
        """() => [...document.querySelectorAll("#answers ol.thread")].flatMap((list) =>
          [...list.children].filter((child) => child.tagName !== "LI")).length"""
    )
    assert strays == 0
    names = [summary.inner_text() for summary in page.locator("#answers summary").all()]
    assert len(names) == len(set(names)) > 0


def test_keyboard_alone_opens_fills_corrects_and_leaves_the_form(post, page):
    page.goto(post.get_absolute_url())
    reply = page.locator("#answers .reply").first
    reply.focus()
    page.keyboard.press("Enter")
    box = page.locator("[data-reply-form] textarea")
    expect(box).to_be_focused()

    page.keyboard.type("Mit Tasten.")
    page.locator("[data-reply-form] .form-actions button").first.focus()
    page.keyboard.press("Enter")
    wrong = page.locator("[data-reply-form] [aria-invalid=true]").first
    expect(wrong).to_be_focused()
    described = wrong.get_attribute("aria-describedby").split()
    errors = [page.locator(f"#{one}").inner_text() for one in described if one.endswith("error")]
    assert errors == ["Bitte sag, wer antwortet."]
    expect(page.locator("[data-reply-form] textarea")).to_have_value("Mit Tasten.")

    page.locator("[data-reply-cancel]").focus()
    page.keyboard.press("Enter")
    expect(reply).to_be_focused()


def test_results_are_told_by_a_live_region_and_take_the_focus(post, page):
    page.goto(post.get_absolute_url())
    page.locator("#answers .reply").first.click()
    page.locator("[data-reply-form] textarea").fill("Danke!")
    page.locator("input[name=name]").fill("Erika")
    page.locator("input[name=email]").fill("erika@example.org")
    page.keyboard.press("Enter")
    taken = page.locator("[aria-live=polite] .turn-waiting[role=status]")
    expect(taken).to_contain_text("wartet auf Freigabe")
    assert page.evaluate("document.activeElement.contains(document.querySelector('.turn-waiting'))")


def test_branches_fold_by_keyboard_without_script(post, new_page):
    page = new_page(java_script_enabled=False, **ENLARGED)
    page.goto(post.get_absolute_url())
    summary = page.locator("#answers summary").first
    below = page.locator("#answers details").first.locator("li.turn").first
    expect(below).to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    expect(below).to_be_hidden()
    page.keyboard.press("Space")
    expect(below).to_be_visible()
