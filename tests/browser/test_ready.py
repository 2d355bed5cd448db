""" "Ready?" leads to where something can be done, by keyboard, too."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_media, make_post

SELECTION = """() => {
  const { state } = document.querySelector(".field-body .ProseMirror[contenteditable]").editor;
  const { from, to, node } = state.selection;
  const words = state.doc.textBetween(from, to) || state.selection.$from.parent.textContent;
  return node ? node.attrs.src : words;
}"""


@pytest.fixture
def post(transactional_db):
    described, bare = make_media(alt_de="Ein Hügel"), make_media(alt_de="", alt_en="", color="red")
    body = "".join(
        f'<figure><img src="{media.file.url}" data-file="{media.pk}" alt=""></figure>'
        for media in (described, bare)
    )
    body += '<h2>Oben</h2><p>Ein <a href="/weg/">toter Link</a>.</p><h4>Zu tief</h4><p>Ende.</p>'
    body += "<p>Erst viele Absätze.</p>" * 30
    return make_post("Hügel", status="draft", published_at=None, body=body), bare


def go(desk, words):
    link = desk.locator(".ready a", has_text=words)
    link.focus()
    desk.keyboard.press("Enter")


def test_each_finding_leads_to_its_place(desk, post):
    post, bare = post
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    editor = desk.locator(".field-body .ProseMirror[contenteditable]")

    go(desk, "Bild im Text hat keine Beschreibung")
    expect(editor).to_be_focused()
    assert desk.evaluate(SELECTION) == bare.file.url
    expect(
        editor.locator("img.ProseMirror-selectednode, .ProseMirror-selectednode")
    ).to_be_in_viewport()

    go(desk, "/weg/")
    expect(editor).to_be_focused()
    assert desk.evaluate(SELECTION) == "toter Link"

    go(desk, "Überschrift")
    expect(editor).to_be_focused()
    assert desk.evaluate(SELECTION) == "Zu tief"
    expect(editor.locator("h4")).to_be_in_viewport()

    go(desk, "kein Titelbild")
    expect(desk.locator(".field-cover [data-media-choose]")).to_be_focused()

    go(desk, "keinen Anriss")
    expect(desk.locator("#id_excerpt")).to_be_focused()
    expect(desk.locator("#id_excerpt")).to_be_in_viewport()
