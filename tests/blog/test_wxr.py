import tracemalloc
from datetime import datetime
from unittest import TestCase

from blog.wxr import Export, ItemTerm, Moment, WxrError
from tests.wxr import comment_xml, item_xml, meta_xml, write_file, write_wxr, wxr


def read(*parts, **options):
    return list(Export(write_wxr(*parts, **options)).items())


class ExportTests(TestCase):
    def test_every_version_reads_alike(self):
        for version in ("1.0", "1.1", "1.2"):
            export = Export(write_wxr(item_xml(1, "Text", comment_xml()), version=version))

            survey, (item,) = export.survey(), export.items()
            self.assertEqual(survey.site.version, version)
            self.assertEqual(survey.site.address, "https://werkstatt.example")
            self.assertEqual(survey.authors[0].name, "Ada Beispiel")
            self.assertEqual((item.title, item.content), ("Ein Beitrag", "Text"))
            self.assertEqual(item.comments[0].content, "Gut gesagt.")

    def test_terms_are_read(self):
        categories = (
            "<wp:category><wp:term_id>3</wp:term_id><wp:category_nicename>holz</wp:category_nicename>"
            "<wp:category_parent>handwerk</wp:category_parent><wp:cat_name>Holz</wp:cat_name>"
            "</wp:category><wp:tag><wp:term_id>4</wp:term_id><wp:tag_slug>eiche</wp:tag_slug>"
            "<wp:tag_name>Eiche</wp:tag_name></wp:tag>"
        )

        survey = Export(write_wxr(categories)).survey()
        self.assertEqual(
            (survey.categories[0].slug, survey.categories[0].parent), ("holz", "handwerk")
        )
        self.assertEqual(survey.tags[0].name, "Eiche")

    def test_terms_of_an_item_of_version_1_0_count_once(self):
        terms = (
            "<category>Holz</category>"
            '<category domain="category" nicename="holz">Holz</category>'
            '<category domain="tag" nicename="eiche">Eiche</category>'
        )

        (item,) = read(item_xml(more=terms), version="1.0")
        self.assertEqual(
            item.terms,
            (ItemTerm("category", "holz", "Holz"), ItemTerm("post_tag", "eiche", "Eiche")),
        )

    def test_split_cdata_is_one_text(self):
        (item,) = read(item_xml(1, "a ]]]]><![CDATA[> b"))
        self.assertEqual(item.content, "a ]]> b")

    def test_missing_dates_are_none(self):
        for zero in ("0000-00-00 00:00:00", "-0001-11-30 00:00:00", ""):
            (item,) = read(item_xml(post_date_gmt=zero))
            self.assertEqual(item.published, Moment(datetime(2013, 8, 2, 9), None))

    def test_empty_comment_type_is_a_comment(self):
        (item,) = read(item_xml(1, "", comment_xml(comment_type="")))
        self.assertEqual(item.comments[0].kind, "comment")

    def test_control_characters_are_removed_and_counted(self):
        path = write_file(wxr(item_xml(1, "a\x0bb\x00c&#x85;d\x85e\tf\n")).encode())
        export = Export(path)

        export.survey()
        (item,) = export.items()
        self.assertEqual(item.content, "abc&#x85;de\tf\n")
        self.assertEqual(export.removed_characters, 3)

    def test_utf_16_is_read(self):
        text = wxr(item_xml(title="Größe")).replace("UTF-8", "UTF-16")
        (item,) = Export(write_file(text.encode("utf-16"))).items()
        self.assertEqual(item.title, "Größe")

    def test_attachments_are_known_before_the_items(self):
        picture = item_xml(
            9,
            post_type="attachment",
            status="inherit",
            attachment_url="https://werkstatt.example/wp-content/uploads/2013/08/span.jpg",
            more=meta_xml("_wp_attached_file", "2013/08/span.jpg")
            + meta_xml("_wp_attachment_image_alt", "Ein Span"),
        )

        survey = Export(write_wxr(item_xml(), picture)).survey()
        self.assertEqual(survey.attachments[9].path, "2013/08/span.jpg")
        self.assertEqual(survey.attachments[9].alt, "Ein Span")

    def test_own_gmt_times_are_noticed(self):
        same = {"post_date": "2013-08-02 09:00:00", "post_date_gmt": "2013-08-02 09:00:00"}
        self.assertFalse(Export(write_wxr(item_xml(**same))).survey().has_own_gmt)
        self.assertTrue(Export(write_wxr(item_xml())).survey().has_own_gmt)

    def test_memory_does_not_grow_with_the_file(self):
        peaks = []
        for count in (50, 1000):
            path = write_wxr(*(item_xml(n, "x" * 2000, comment_xml()) for n in range(1, count)))
            tracemalloc.start()
            for _item in Export(path).items():
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        self.assertLess(peaks[1], 1.5 * peaks[0])


class MalformedTests(TestCase):
    def error_of(self, content):
        with self.assertRaises(WxrError) as caught:
            Export(write_file(content)).survey()
        return caught.exception

    def line_of(self, text, needle):
        return text[: text.index(needle)].count("\n") + 1

    def test_truncated_file_names_line_and_element(self):
        text = wxr(item_xml(1, "", comment_xml()))
        text = text[: text.index("Gut gesagt")]

        error = self.error_of(text)
        self.assertEqual(error.element, "wp:comment_content")
        self.assertEqual(error.line, text.count("\n") + 1)

    def test_crossed_tags_are_refused(self):
        error = self.error_of(wxr().replace("</channel></rss>", "</rss></channel>"))
        self.assertIn("mismatched tag", str(error))

    def test_wrong_number_names_line_and_element(self):
        text = wxr(item_xml(1, "", comment_xml(1), comment_xml(2, comment_parent="zwei")))

        error = self.error_of(text)
        self.assertEqual(error.line, self.line_of(text, "zwei"))
        self.assertIn("<wp:comment_parent>: “zwei” is not a number", str(error))

    def test_missing_comment_id_names_the_comment(self):
        text = wxr(item_xml(1, "", comment_xml(comment_id="")))

        error = self.error_of(text)
        self.assertEqual(error.line, self.line_of(text, "<wp:comment_id>"))
        self.assertIn("<wp:comment_id>: is missing or empty", str(error))

    def test_wrong_date_is_refused(self):
        error = self.error_of(
            wxr(item_xml(1, "", comment_xml(comment_date_gmt="2013-13-02 08:00:00")))
        )
        self.assertEqual(error.element, "wp:comment_date_gmt")

    def test_markup_outside_cdata_is_refused(self):
        error = self.error_of(wxr(item_xml(1, "", comment_xml(comment_content="<p>Hallo</p>"))))
        self.assertIn("<wp:comment_content>: holds markup that is not in CDATA", str(error))

    def test_plain_feed_is_refused(self):
        error = self.error_of("<rss><channel><title>Feed</title></channel></rss>")
        self.assertIn("no element of a WordPress export", str(error))

    def test_web_page_is_refused(self):
        error = self.error_of("<html><body/></html>")
        self.assertEqual((error.line, error.element), (1, "html"))

    def test_unknown_version_is_refused(self):
        self.assertIn("WXR 2.0 is not known", str(self.error_of(wxr(version="2.0"))))

    def test_site_without_address_is_refused(self):
        self.assertIn("address of the site", str(self.error_of(wxr(site=""))))

    def test_empty_file_is_refused(self):
        self.assertEqual(self.error_of("").line, 1)

    def test_outside_entities_are_refused(self):
        doctype = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<rss'
        error = self.error_of(wxr(item_xml(title="&x;")).replace("<rss", doctype, 1))
        self.assertIn("a document type or an entity of its own is refused", str(error))

    def test_entities_that_multiply_are_refused(self):
        laughs = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">'
        error = self.error_of(
            wxr(item_xml()).replace("<rss", f"<!DOCTYPE rss [{laughs}]>\n<rss", 1)
        )
        self.assertEqual(error.line, 2)
