from unittest import TestCase

from blog.shortcodes import GalleryPicture
from blog.wordpress import Picture, convert

OURS = Picture("/media/imported/span.jpg", 1600, 900)


def find_picture(address):
    return OURS if address.endswith("span.jpg") else None


class ParagraphTests(TestCase):
    def assertConverts(self, source, expected):
        self.assertEqual(convert(source, find_picture).html, expected)

    def test_blank_lines_part_paragraphs_and_line_breaks_stay(self):
        self.assertConverts("Eins\nzwei\r\n\r\nDrei", "<p>Eins<br>zwei</p>\n<p>Drei</p>")

    def test_blocks_among_bare_lines_stay_blocks(self):
        self.assertConverts(
            "Vorher\n<h2>Titel</h2>\nNachher <b>fett</b>",
            "<p>Vorher</p>\n<h2>Titel</h2><p>Nachher <strong>fett</strong></p>",
        )

    def test_paragraphs_that_are_there_stay_as_they_are(self):
        self.assertConverts("<p>Eins</p>\n<p>Zwei</p>", "<p>Eins</p><p>Zwei</p>")

    def test_line_break_inside_a_paragraph_is_shown(self):
        self.assertConverts("<p>Eins\nzwei</p>", "<p>Eins<br>zwei</p>")

    def test_quotation_gets_paragraphs_inside(self):
        self.assertConverts(
            "<blockquote>Eins\n\nZwei</blockquote>",
            "<blockquote><p>Eins</p>\n<p>Zwei</p>\n</blockquote>",
        )

    def test_lists_and_code_keep_their_line_breaks(self):
        self.assertConverts(
            "<ul>\n<li>Eins</li>\n</ul>\n<pre>a\n\nb</pre>",
            "<ul>\n<li>Eins</li>\n</ul><pre>a\n\nb</pre>",
        )

    def test_groups_part_paragraphs_and_vanish(self):
        self.assertConverts("<div>Eins</div><div>Zwei</div>", "<p>Eins</p>\n<p>Zwei</p>")

    def test_page_title_level_is_left_to_the_page(self):
        self.assertConverts("<h1>Titel</h1>", "<h2>Titel</h2>")

    def test_scripts_and_styles_vanish_with_their_text(self):
        self.assertConverts("Eins<script>alert(1)</script><style>p{}</style>", "<p>Eins</p>")

    def test_entities_stay_entities(self):
        self.assertConverts(
            "Kunst &amp; K&auml;se &lt;b&gt; &#8230;",
            "<p>Kunst &amp; K&auml;se &lt;b&gt; &#8230;</p>",
        )

    def test_unclosed_elements_are_closed(self):
        self.assertConverts("<blockquote>Eins", "<blockquote><p>Eins</p>\n</blockquote>")


class BlockTests(TestCase):
    def test_block_comments_vanish(self):
        source = '<!-- wp:paragraph {"align":"left"} -->\n<p>Eins\nzwei</p>\n<!-- /wp:paragraph -->'
        self.assertEqual(convert(source).html, "<p>Eins\nzwei</p>")

    def test_embed_block_is_the_address_alone(self):
        source = (
            '<!-- wp:embed {"url":"https://youtu.be/abcdefghijk","type":"video"} -->\n'
            '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\n'
            "https://youtu.be/abcdefghijk\n</div></figure>\n<!-- /wp:embed -->"
        )
        self.assertEqual(convert(source).html, "<p>https://youtu.be/abcdefghijk</p>")

    def test_text_before_more_is_the_teaser(self):
        body = convert("Erst <em>dies</em>.\n\n<!--more Weiter-->\n\nDann das.")
        self.assertEqual(body.teaser, "Erst dies.")
        self.assertEqual(body.html, "<p>Erst <em>dies</em>.</p>\n<p>Dann das.</p>")

    def test_without_more_there_is_no_teaser(self):
        self.assertEqual(convert("Nur Text.").teaser, "")


class EmbedTests(TestCase):
    VIDEO = "<p>https://www.youtube.com/watch?v=abcdefghijk</p>"

    def test_video_address_on_a_line_of_its_own_stands_alone(self):
        source = "Seht her:\nhttps://www.youtube.com/watch?v=abcdefghijk\nSchön."
        self.assertEqual(convert(source).html, f"<p>Seht her:</p>\n{self.VIDEO}\n<p>Schön.</p>")

    def test_every_way_to_embed_a_video_gives_its_address(self):
        for source in (
            "[embed]https://www.youtube.com/watch?v=abcdefghijk[/embed]",
            "[youtube https://www.youtube.com/watch?v=abcdefghijk]",
            '<iframe src="//www.youtube.com/embed/abcdefghijk?rel=0"></iframe>',
            '<p><iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe></p>',
            '<figure><iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe></figure>',
        ):
            self.assertEqual(convert(source).html, self.VIDEO, source)

    def test_frame_of_others_is_a_link(self):
        self.assertEqual(
            convert('<iframe src="https://karte.example/?a=1&amp;b=2"></iframe>').html,
            '<p><a href="https://karte.example/?a=1&amp;b=2">https://karte.example/?a=1&amp;b=2</a></p>',
        )

    def test_player_is_a_link_to_its_file(self):
        self.assertIn(
            'href="https://a.example/b.mp3"',
            convert('[audio mp3="https://a.example/b.mp3"][/audio]').html,
        )


class PictureTests(TestCase):
    def test_picture_we_have_is_served_by_us(self):
        body = convert(
            '<img class="x" src="https://werkstatt.example/span.jpg" alt="Ein Span">', find_picture
        )
        self.assertEqual(
            body.html,
            '<p><img src="/media/imported/span.jpg" alt="Ein Span" width="1600" height="900"></p>',
        )

    def test_picture_we_lack_is_a_link_and_reported(self):
        body = convert('<img src="https://werkstatt.example/fehlt.jpg" alt="Eine Hobelbank">')
        self.assertEqual(
            body.html,
            '<p><a href="https://werkstatt.example/fehlt.jpg">Eine Hobelbank</a></p>',
        )
        self.assertEqual(body.lost_pictures, ["https://werkstatt.example/fehlt.jpg"])

    def test_lost_picture_in_a_link_gives_it_its_words(self):
        body = convert('<a href="https://a.example/"><img src="https://b.example/a%20b.png"></a>')
        self.assertEqual(body.html, '<p><a href="https://a.example/">a b.png</a></p>')

    def test_caption_becomes_a_figure(self):
        source = (
            'Davor\n[caption id="attachment_9" align="left" width="300"]'
            '<a href="https://werkstatt.example/span.jpg"><img src="https://werkstatt.example/span.jpg"'
            ' alt="" /></a> Ein <em>Span</em>[/caption]\nDanach'
        )
        self.assertEqual(
            convert(source, find_picture).html,
            '<p>Davor</p>\n<figure><img src="/media/imported/span.jpg" alt="" width="1600"'
            ' height="900">'
            "<figcaption>Ein <em>Span</em></figcaption></figure><p>Danach</p>",
        )

    def test_old_caption_has_its_words_in_an_attribute(self):
        source = '[caption caption="Ein Span"]<img src="/span.jpg">[/caption]'
        self.assertIn("<figcaption>Ein Span</figcaption>", convert(source, find_picture).html)

    def test_gallery_shows_the_attachments_it_names(self):
        gallery = {9: GalleryPicture("/span.jpg", "Ein Span")}
        body = convert('[gallery ids="9,10"]', find_picture, gallery)
        self.assertEqual(body.html.count("<figure>"), 1)
        self.assertIn('alt="Ein Span"', body.html)

    def test_gallery_without_pictures_is_reported(self):
        self.assertEqual(convert("[gallery]").unknown_shortcodes, {"gallery"})


class ShortcodeTests(TestCase):
    def test_unknown_shortcodes_stay_and_are_reported(self):
        body = convert('[contact-form-7 id="3"] und [box]Text[/box]')
        self.assertEqual(body.unknown_shortcodes, {"contact-form-7", "box"})
        self.assertIn("[box]Text[/box]", body.html)

    def test_brackets_in_prose_are_prose(self):
        body = convert("Er sagt [sic] und lässt […] weg. <code>[a b=1]</code>")
        self.assertEqual(body.unknown_shortcodes, set())

    def test_escaped_shortcode_is_text(self):
        self.assertEqual(convert("[[gallery]]").html, "<p>[gallery]</p>")
