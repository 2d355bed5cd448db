"""The media library by mouse and keys, under the strict policy; the fixture fails on any breach."""

import base64
import re

import pytest
from playwright.sync_api import expect

from blog.models import MediaFile, Post
from tests.factories import make_media, make_picture_file, make_post

URL = "/admin/blog/mediafile/"

DROP = """([box, files]) => {
  const data = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: "image/png" }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(box).dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def encoded(upload):
    return base64.b64encode(upload.read()).decode()


def as_file(upload):
    return {"name": upload.name, "mimeType": "image/png", "buffer": upload.read()}


def test_pictures_are_dropped_and_each_is_told_of(desk, assert_accessible):
    make_media("Schon da", color="red")
    desk.goto(f"{URL}upload/")
    files = [
        ["Am Hafen.png", encoded(make_picture_file())],
        ["nochmal.png", encoded(make_picture_file(color="red"))],
        ["worte.png", base64.b64encode(b"just words").decode()],
    ]
    desk.evaluate(DROP, ["[data-media-drop]", files])

    expect(desk.locator(".media-result")).to_have_count(3)
    expect(desk.locator(".media-result-refused")).to_contain_text("worte.png")
    expect(desk.locator(".media-result", has_text="nochmal.png")).to_contain_text("Schon da")
    expect(desk.locator("[data-media-live]")).not_to_be_empty()
    assert MediaFile.objects.filter(title="Am Hafen").exists()
    assert_accessible(desk, "#content")


def test_without_script_the_same_form_sends_all_at_once(desk, browser, site):
    context = browser.new_context(
        base_url=site, java_script_enabled=False, storage_state=desk.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{URL}upload/")
    page.set_input_files(
        "#id_files",
        [as_file(make_picture_file("a.png")), as_file(make_picture_file("b.png", color="red"))],
    )
    page.click("input[type=submit][value]")
    expect(page.locator(".media-result")).to_have_count(2)
    context.close()
    assert MediaFile.objects.count() == 2


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_grid_and_form_are_accessible(desk, assert_accessible, width, scheme):
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    media = make_media("Hafen", alt_de="Ein Hafen", folder="Fest")
    make_media("Möwe", color="red")
    make_post(cover=media, authors=[])
    for address in [URL, f"{URL}{media.pk}/change/", f"{URL}upload/", f"{URL}{media.pk}/delete/"]:
        desk.goto(address)
        assert_accessible(desk, "#content")
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert desk.evaluate(over) <= 0, address


def test_a_click_on_the_picture_sets_its_most_important_point(desk):
    media = make_media(size=(400, 200))
    desk.goto(f"{URL}{media.pk}/change/")
    desk.locator("[data-media-focus]").click(position={"x": 100, "y": 50})
    expect(desk.locator("#id_focal_x")).to_have_value("25")
    expect(desk.locator("#id_focal_y")).to_have_value("25")

    desk.fill("#id_focal_y", "80")
    mark = desk.locator("[data-media-mark]")
    assert mark.evaluate("mark => mark.style.top") == "80%"
    desk.click("input[name=_save]")
    desk.wait_for_url(f"**{URL}")
    media.refresh_from_db()
    assert (media.focal_x, media.focal_y) == (25, 80)


def test_a_picture_is_put_into_the_text_with_all_it_brings(desk, site, assert_accessible):
    make_media("Hafen", alt_de="Der Hafen", caption_de="Abends am Wasser", credit="Erika")
    make_media("Möwe", color="red")
    desk.goto("/admin/blog/post/add/")
    desk.fill("#id_title", "Am Wasser")
    desk.locator(".ProseMirror[contenteditable]").click()
    desk.keyboard.type("Davor.")
    desk.locator("[data-media-insert]").press("Enter")
    expect(desk.locator("[data-media-pick]")).to_have_count(2)
    assert_accessible(desk, "[data-media-dialog]")
    desk.fill("#media-search", "hafen")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-media-pick]")).to_have_count(1)
    desk.locator("[data-media-pick]").press("Enter")
    expect(desk.locator(".ProseMirror[contenteditable] figcaption")).to_have_text(
        "Abends am Wasser"
    )
    desk.click("input[name=_save] >> nth=0")
    desk.wait_for_url("**/admin/blog/post/")

    post = Post.objects.get()
    assert post.media_uses.count() == 1
    post.status = Post.Status.PUBLISHED
    post.save()
    desk.goto(f"{site}/posts/am-wasser/")
    picture = desk.locator("figure img")
    expect(picture).to_have_attribute("alt", "Der Hafen")
    assert picture.evaluate("img => img.decode().then(() => img.width)") == 60
    assert picture.evaluate("img => img.currentSrc").endswith(".avif")
    expect(desk.locator("figcaption")).to_contain_text(re.compile(r"Abends am Wasser \w+: Erika"))


def test_a_picture_stays_what_it_is_when_the_text_is_opened_and_saved_again(desk):
    media = make_media(alt_de="Der Hafen")
    img = f'<img src="{media.file.url}" alt="" data-file="{media.pk}">'
    post = make_post(body=f"<p>Davor.</p><figure>{img}</figure>", authors=[])
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    desk.locator(".ProseMirror[contenteditable] p").first.click()
    desk.keyboard.type("Neu. ")
    desk.click("input[name=_continue] >> nth=0")
    desk.wait_for_load_state()
    post.refresh_from_db()
    assert "Neu." in post.body
    assert f'data-file="{media.pk}"' in post.body
    assert 'alt="Der Hafen"' in post.body_html


def test_a_cover_is_uploaded_and_chosen_where_it_is_needed(desk):
    post = make_post(authors=[])
    desk.goto(f"/admin/blog/post/{post.pk}/change/")
    desk.click("[data-media-choose]")
    desk.set_input_files("#media-files", as_file(make_picture_file("neu.png")))
    desk.locator("[data-media-pick]", has_text="neu").click()
    expect(desk.locator("[data-media-chosen]")).to_be_visible()
    desk.click("input[name=_continue] >> nth=0")
    desk.wait_for_load_state()
    post.refresh_from_db()
    assert post.cover.title == "neu"

    desk.click("[data-media-clear]")
    desk.click("input[name=_continue] >> nth=0")
    desk.wait_for_load_state()
    post.refresh_from_db()
    assert post.cover is None
