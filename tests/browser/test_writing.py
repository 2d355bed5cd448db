"""Writing by keyboard and by pasting; the fixture fails on any breach of the policy."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from blog.editor import BUTTONS
from blog.models import Post
from tests.factories import make_post

CLIPBOARDS = Path(__file__).parents[1] / "blog" / "clipboards"
TEXT = "<p>Wer fragt, der führt. Immer.</p><blockquote><p>Sic transit.</p></blockquote>"


@pytest.fixture
def post(transactional_db):
    return make_post("Zuhören", status="draft", published_at=None, body=TEXT)


def opened(desk, post):
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    editor = desk.locator(".field-body .ProseMirror[contenteditable]")
    expect(editor).to_be_visible()
    return editor


def select(desk, words, *, only_end=False):
    """Choose `words` where they first stand in the editor, or put the cursor behind them."""
    desk.evaluate(
        """([words, onlyEnd]) => {
          const { editor } = document.querySelector(".field-body .ProseMirror[contenteditable]");
          let from = null;
          editor.state.doc.descendants((node, at) => {
            const place = node.isText && from === null ? node.text.indexOf(words) : -1;
            if (place >= 0) from = at + place;
          });
          const to = from + words.length;
          editor.chain().focus().setTextSelection({ from: onlyEnd ? to : from, to }).run();
        }""",
        [words, only_end],
    )
    expect(desk.locator(".field-body .ProseMirror[contenteditable]")).to_be_focused()


def paste(editor, html):
    editor.evaluate(
        """(editor, html) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          editor.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
          );
        }""",
        html,
    )


def saved(desk):
    desk.click("input[name=_continue] >> nth=0")
    desk.wait_for_url("**/change/")
    return Post.objects.get(title="Zuhören").body


def test_footnotes_are_written_in_a_dialog_or_made_of_words(desk, post):
    editor = opened(desk, post)
    select(desk, " Immer.")
    desk.get_by_role("button", name="Fußnote").click()
    expect(editor.locator(".footnote")).to_have_text(" Immer.")
    select(desk, "Sic", only_end=True)
    desk.keyboard.press("Control+Alt+f")
    desk.get_by_label("Text der Fußnote").fill("So heißt es.")
    desk.get_by_role("button", name="Einfügen").click()
    desk.keyboard.type(" und")

    body = saved(desk)

    assert 'führt.<span class="footnote"> Immer.</span>' in body
    assert 'Sic<span class="footnote">So heißt es.</span> und transit.' in body
    shown = desk.locator(".field-body .ProseMirror[contenteditable]")
    expect(shown.locator(".footnote")).to_have_count(2)


def test_a_quotation_is_given_its_language_and_a_pull_quote_its_words(desk, post):
    editor = opened(desk, post)
    select(desk, "Sic transit")
    desk.get_by_role("button", name="Sprache des Zitats").click()
    desk.get_by_label("Sprache des Zitats", exact=False).last.select_option("la · Latein")
    desk.get_by_role("button", name="Setzen").click()
    expect(editor.locator("blockquote")).to_have_attribute("lang", "la")
    select(desk, "Wer fragt, der führt.")
    desk.get_by_role("button", name="als Zitat im Großen").click()
    expect(editor.locator("aside")).to_have_text("Wer fragt, der führt.")

    body = saved(desk)

    assert '<blockquote lang="la">' in body
    assert "<aside><p>Wer fragt, der führt.</p></aside>" in body


def test_straight_quotation_marks_become_those_of_the_language(desk, post):
    editor = opened(desk, post)
    editor.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    desk.keyboard.type('Er sagt: "Sie rief \'Halt\'." Wie geht\'s? ("gut")')
    expect(editor).to_contain_text("Er sagt: „Sie rief ‚Halt‘.“ Wie geht’s? („gut“)")
    select(desk, "Immer")
    desk.get_by_role("button", name="Anführungszeichen", exact=True).click()
    expect(editor).to_contain_text("„Immer“.")


def test_own_posts_are_found_by_title_and_linked_by_keyboard(desk, post, assert_accessible):
    make_post("Vom guten Fragen")
    make_post("Vom schlechten Fragen")
    editor = opened(desk, post)
    select(desk, "Wer fragt")
    desk.keyboard.press("Control+k")
    field = desk.get_by_role("combobox", name="Adresse, oder Wörter aus dem Titel")
    expect(field).to_be_focused()
    desk.keyboard.type("fragen guten")
    expect(desk.locator(".link-dialog").get_by_role("option")).to_have_count(1)
    expect(desk.get_by_role("status").filter(has_text="1 Beitrag gefunden")).to_be_visible()
    assert_accessible(desk, context=[".link-dialog"])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(field).to_have_value("/posts/vom-guten-fragen/")
    desk.keyboard.press("Enter")
    expect(editor.get_by_role("link", name="Wer fragt")).to_have_attribute(
        "href", "/posts/vom-guten-fragen/"
    )

    desk.keyboard.press("Control+k")
    field.fill("example.org/a")
    desk.keyboard.press("Enter")
    assert '<a href="https://example.org/a"' in saved(desk)


@pytest.mark.parametrize(
    ("program", "shown", "gone"),
    [
        ("word", ["ul ul li", "ol[start='3'] li", "strong", "span.footnote", "table"], "mso"),
        ("google-docs", ["h2", "strong em", "ul ul li", "s", "sub"], "guid"),
        ("wordpress", ["h2", "aside", "pre code", "table"], "wp-block"),
    ],
)
def test_what_other_programs_copy_comes_out_clean(desk, post, program, shown, gone):
    editor = opened(desk, post)
    editor.click()
    desk.keyboard.press("Control+a")
    paste(editor, (CLIPBOARDS / f"{program}.html").read_text(encoding="utf-8"))
    for selector in shown:
        expect(editor.locator(selector).first).to_be_visible()
    assert gone not in editor.inner_html()
    body = saved(desk)
    assert gone not in body
    assert "style=" not in body


def test_what_the_editor_has_no_button_for_is_kept(desk, post):
    body = (
        '<p lang="en">a <abbr title="b">c</abbr> <q>d</q> <del>e</del> <mark>f</mark><br>'
        '<span lang="fr">g</span> <a href="/x/" hreflang="en">h</a></p>'
    )
    Post.objects.filter(pk=post.pk).update(body=body)
    editor = opened(desk, post)
    editor.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type("!")
    stored = saved(desk)
    kept = [
        '<p lang="en">',
        '<abbr title="b">',
        "<q>",
        "<del>",
        "<mark>",
        "<br>",
        '"fr"',
        "hreflang",
    ]
    for part in kept:
        assert part in stored, part
    assert 'hreflang="en"' in stored


def test_buttons_of_the_editor_speak_german(desk, post):
    opened(desk, post)
    names = desk.locator(".field-body .prose-menubar [title]").evaluate_all(
        "buttons => buttons.flatMap((one) => [one.title, one.getAttribute('aria-label')])"
    )
    assert {"Fett", "Zitat", "Tabelle", "Liste", "Rückgängig machen"} <= set(names)
    assert sorted(set(BUTTONS) & (set(names) - {"Code", "Link"})) == []
    options = desk.locator(".field-body .prose-menubar__option").all_text_contents()
    assert "Überschrift 2" in options
    assert sorted(set(BUTTONS) & set(options)) == []
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.locator(".field-body .ProseMirror[contenteditable]").press("Control+k")
    box = desk.locator("dialog[open]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
