#include "model/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"

/* A literal with its length, NULs in it included. */
#define LIT(literal) ((struct span){literal, sizeof(literal) - 1})

static void assert_body(struct span raw, const char *expected)
{
    struct buf clean = {0};

    buf_add_str(&clean, "what was there before");
    assert_int_equal(message_body_check(raw, &clean), BODY_OK);
    assert_string_equal(clean.data, expected);
    assert_int_equal(clean.len, strlen(expected));
    buf_fini(&clean);
}

static void assert_refused(struct span raw, enum body_result expected)
{
    struct buf clean = {0};

    assert_int_equal(message_body_check(raw, &clean), expected);
    buf_fini(&clean);
}

static void a_body_stays_as_it_was_written(void **state)
{
    (void)state;
    assert_body(LIT("hello"), "hello");
    assert_body(LIT("a"), "a");
    assert_body(LIT("two  words\tand\n\nlines"), "two  words\tand\n\nlines");
    assert_body(LIT("<b>&amp;"), "<b>&amp;");
}

static void all_scripts_and_emoji_are_welcome(void **state)
{
    (void)state;
    assert_body(LIT("\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd"),
                "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd");
    assert_body(LIT("\u65e5\u672c\u8a9e\u3002"), "\u65e5\u672c\u8a9e\u3002");
    assert_body(LIT("\U0001F469\u200D\U0001F4BB\u2764\uFE0F"),
                "\U0001F469\u200D\U0001F4BB\u2764\uFE0F");
    assert_body(LIT("\u202Bmarks of direction\u202C"),
                "\u202Bmarks of direction\u202C");
}

static void all_ends_of_lines_become_line_feeds(void **state)
{
    (void)state;
    assert_body(LIT("a\r\nb"), "a\nb");
    assert_body(LIT("a\rb"), "a\nb");
    assert_body(LIT("a\nb"), "a\nb");
    assert_body(LIT("a\r\r\nb\n\rc"), "a\n\nb\n\nc");
    assert_body(LIT("\r\na\r"), "a");
}

static void white_space_at_both_ends_is_taken_off(void **state)
{
    (void)state;
    assert_body(LIT(" \t\r\n a  b \u3000\n"), "a  b");
    assert_body(LIT("\u200b\ufeffa\u00a0"), "a");
    assert_body(LIT(" a"), "a");
    assert_body(LIT("a "), "a");
}

static void a_body_of_white_space_is_empty(void **state)
{
    (void)state;
    assert_refused(SPAN_NONE, BODY_EMPTY);
    assert_refused(LIT(""), BODY_EMPTY);
    assert_refused(LIT(" "), BODY_EMPTY);
    assert_refused(LIT("\r\n\t \r"), BODY_EMPTY);
    assert_refused(LIT("\u3000\u00a0\u200b\u2060\ufeff"), BODY_EMPTY);
}

static void control_characters_are_refused(void **state)
{
    (void)state;
    assert_refused(LIT("a\0b"), BODY_CONTROL_CHARACTER);
    assert_refused(LIT("\0"), BODY_CONTROL_CHARACTER);
    assert_refused(LIT("a\x1b[2J"), BODY_CONTROL_CHARACTER);
    assert_refused(LIT("a\x7f"), BODY_CONTROL_CHARACTER);
    assert_refused(LIT("a\v"), BODY_CONTROL_CHARACTER);
    /* White space too, but no more welcome for that. */
    assert_refused(LIT("a\xC2\x85"), BODY_CONTROL_CHARACTER);
    assert_refused(LIT("\f"), BODY_CONTROL_CHARACTER);
}

static void what_is_not_utf8_is_refused(void **state)
{
    (void)state;
    assert_refused(LIT("caf\xE9"), BODY_NOT_UTF8);
    assert_refused(LIT("\xC0\xAF"), BODY_NOT_UTF8);
    assert_refused(LIT("\xED\xA0\x80"), BODY_NOT_UTF8);
    assert_refused(LIT("\U0001F600\xF0\x9F\x98"), BODY_NOT_UTF8);
    assert_refused(LIT("\0\xFF"), BODY_NOT_UTF8);
}

/* 'count' times 'one', and nothing else, is checked. */
static enum body_result check_many(const char *one, size_t count)
{
    enum body_result result;
    struct buf raw = {0};
    struct buf clean = {0};

    for (size_t i = 0; i < count; i++)
        buf_add_str(&raw, one);
    result = message_body_check(buf_span(&raw), &clean);
    if (result == BODY_OK)
        assert_true(span_equal(buf_span(&raw), buf_span(&clean)));
    buf_fini(&raw);
    buf_fini(&clean);
    return result;
}

static void the_limit_is_in_characters(void **state)
{
    static const char *const ones[] = {"a", "\u00e9", "\u20ac", "\U0001F600"};

    (void)state;
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
        assert_int_equal(check_many(ones[i], BODY_CHARS_MAX), BODY_OK);
        assert_int_equal(check_many(ones[i], BODY_CHARS_MAX + 1),
                         BODY_TOO_LONG);
    }
}

static void the_longest_body_has_just_the_bytes_allowed(void **state)
{
    (void)state;
    assert_int_equal(strlen("\U0001F600") * BODY_CHARS_MAX, BODY_LEN_MAX);
    assert_int_equal(check_many("a", BODY_LEN_MAX), BODY_TOO_LONG);
    assert_int_equal(check_many("a", BODY_LEN_MAX + 1), BODY_TOO_LONG);
}

static void the_limit_applies_to_the_clean_text(void **state)
{
    struct buf raw = {0};
    struct buf clean = {0};

    (void)state;
    buf_addf(&raw, "%*s", 5000, "");
    for (int i = 0; i < BODY_CHARS_MAX / 2; i++)
        buf_add_str(&raw, "a\r\n");
    buf_add_str(&raw, "b    ");
    /* 2 000 times "a\n", and "b" is one too many. */
    assert_int_equal(message_body_check(buf_span(&raw), &clean), BODY_TOO_LONG);
    raw.len -= strlen("b    ");
    assert_int_equal(message_body_check(buf_span(&raw), &clean), BODY_OK);
    assert_int_equal(clean.len, BODY_CHARS_MAX - 1);
    buf_fini(&raw);
    buf_fini(&clean);
}

static void a_client_id_is_short_and_plain(void **state)
{
    char id[CLIENT_ID_MAX + 1];

    (void)state;
    memset(id, 'x', sizeof id);
    assert_true(message_client_id_is_valid(LIT("k")));
    assert_true(message_client_id_is_valid(LIT("AZaz09._-")));
    assert_true(message_client_id_is_valid(LIT("-.-")));
    assert_true(message_client_id_is_valid((struct span){id, CLIENT_ID_MAX}));
    assert_false(
        message_client_id_is_valid((struct span){id, CLIENT_ID_MAX + 1}));
    assert_false(message_client_id_is_valid(SPAN_NONE));
    assert_false(message_client_id_is_valid(LIT("")));
}

static void a_client_id_has_no_other_byte(void **state)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789._-";

    (void)state;
    for (int c = 0; c < 256; c++) {
        const char id[] = {(char)c, 'x', (char)c};
        const bool expected = c != 0 && strchr(allowed, c) != NULL;

        assert_int_equal(message_client_id_is_valid((struct span){id, 3}),
                         expected);
    }
}

static void assert_html(struct span body, const char *expected)
{
    struct buf html = {0};

    buf_add_str(&html, "|");
    message_add_body_html(&html, body);
    assert_string_equal(html.data + 1, expected);
    assert_int_equal(html.len, strlen(expected) + 1);
    buf_fini(&html);
}

static void add_expected_link(struct buf *to, const char *address)
{
    buf_addf(to,
             "<a href=\"%s\" rel=\"nofollow ugc noopener noreferrer\""
             " target=\"_blank\">%s</a>",
             address, address);
}

/* In 'body' stands 'address', all of it and no more, as a link. */
static void assert_link(const char *before, const char *address,
                        const char *after)
{
    struct buf body = {0};
    struct buf expected = {0};

    buf_addf(&body, "%s%s%s", before, address, after);
    buf_add_str(&expected, before);
    add_expected_link(&expected, address);
    buf_add_str(&expected, after);
    assert_html(buf_span(&body), expected.data);
    buf_fini(&body);
    buf_fini(&expected);
}

/* The body, in which nothing needs escaping, is not changed at all. */
static void assert_no_link(const char *body)
{
    assert_html(span_of(body), body);
}

static void text_is_escaped(void **state)
{
    (void)state;
    assert_html(SPAN_NONE, "");
    assert_html(LIT("plain \u00e9"), "plain \u00e9");
    assert_html(LIT("<script>alert(\"1\" & '2')</script>"),
                "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)"
                "&lt;/script&gt;");
}

static void a_line_feed_is_a_break(void **state)
{
    (void)state;
    assert_html(LIT("a\nb\n\nc"), "a<br>b<br><br>c");
    assert_html(LIT("\n<\n"), "<br>&lt;<br>");
}

static void an_address_is_a_link(void **state)
{
    (void)state;
    assert_link("", "http://example.com", "");
    assert_link("", "https://example.com/a/b_c?d=e#f", "");
    assert_link("see ", "http://example.com/", " there");
    assert_link("", "http://a", "");
    assert_link("", "http://127.0.0.1:8080/x", "");
    assert_link("", "http://[::1]:8080/x", "");
    assert_link("", "http://[2001:db8::1]", "");
    assert_link("", "https://user@example.com", "");
    assert_link("", "http://b\u00fccher.example/\u65e5\u672c", "");
    assert_link("", "http://\u65e5\u672c.example", "");
    assert_link("", "http://_dmarc.example.com", "");
}

static void the_case_of_the_scheme_does_not_matter(void **state)
{
    (void)state;
    assert_link("", "HTTP://EXAMPLE.COM", "");
    assert_link("", "hTTpS://example.com", "");
}

static void an_address_cannot_leave_its_attribute(void **state)
{
    (void)state;
    assert_html(
        LIT("http://a.b/?x=1&y='onmouseover='alert(1)"),
        "<a href=\"http://a.b/?x=1&amp;y=&#39;onmouseover=&#39;alert(1)\""
        " rel=\"nofollow ugc noopener noreferrer\" target=\"_blank\">"
        "http://a.b/?x=1&amp;y=&#39;onmouseover=&#39;alert(1)</a>");
    assert_html(LIT("http://a.b\" onclick=\"x"),
                "<a href=\"http://a.b\" rel=\"nofollow ugc noopener"
                " noreferrer\" target=\"_blank\">http://a.b</a>"
                "&quot; onclick=&quot;x");
    assert_html(LIT("<http://a.b>"),
                "&lt;<a href=\"http://a.b\" rel=\"nofollow ugc noopener"
                " noreferrer\" target=\"_blank\">http://a.b</a>&gt;");
}

static void other_schemes_are_no_links(void **state)
{
    (void)state;
    assert_no_link("javascript:alert(1)");
    assert_no_link("JavaScript://example.com/%0aalert(1)");
    assert_no_link("data:text/html,x");
    assert_no_link("ftp://example.com");
    assert_no_link("file:///etc/passwd");
    assert_no_link("//example.com");
    assert_no_link("www.example.com");
    assert_no_link("httpx://example.com");
    assert_no_link("http:/example.com");
    assert_no_link("http:example.com");
    assert_no_link("http");
    assert_no_link("https:");
    assert_no_link("h");
}

static void an_address_needs_a_host(void **state)
{
    (void)state;
    assert_no_link("http://");
    assert_no_link("https://");
    assert_no_link("http:// example.com");
    assert_no_link("http:///path");
    assert_no_link("http://?x");
    assert_no_link("http://#x");
    assert_no_link("http://:80");
    assert_no_link("http://@example.com");
    assert_no_link("http://...");
    assert_no_link("http://)");
    assert_no_link("http://\u3002");
    assert_no_link("http://\u3000a");
    assert_no_link("http://[");
    assert_no_link("http://[]");
    assert_no_link("http://[::1");
    assert_no_link("http://[x]");
    assert_html(LIT("http://\na"), "http://<br>a");
}

static void an_address_begins_where_a_word_begins(void **state)
{
    (void)state;
    assert_no_link("xhttp://example.com");
    assert_no_link("1http://example.com");
    assert_no_link("_http://example.com");
    assert_link("(", "http://example.com", ")");
    assert_link("see:", "http://example.com", "");
    assert_link("...", "http://example.com", "");
    assert_link("\u898b\u3066", "http://example.com", "");
    assert_link("\u300c", "http://example.com", "\u300d");
}

static void white_space_of_any_kind_ends_an_address(void **state)
{
    (void)state;
    assert_link("", "http://a.b", " c");
    assert_link("", "http://a.b", "\tc");
    assert_link("", "http://a.b", "\u3000c");
    assert_link("", "http://a.b", "\u00a0c");
    assert_link("", "http://a.b", "\u2028c");
    assert_link("", "http://a.b", "\u200bc");
    assert_link("", "http://a.b",
                "\x1f"
                "c");
    assert_link("", "http://a.b",
                "\xC2\x80"
                "c");
}

static void what_ends_a_sentence_is_not_part_of_an_address(void **state)
{
    static const char *const ends[] = {
        ".",
        ",",
        ";",
        ":",
        "!",
        "?",
        "...",
        "?!",
        ".)",
        ")",
        "]",
        "}",
        ").",
        "]).",
        "\u3002",
        "\uff0c",
        "\uff01",
        "\uff1f",
        "\uff1b",
        "\uff1a",
        "\u3001",
        "\u300d",
        "\u300f",
        "\uff09",
        "\u3011",
        "\u300b",
        "\u2026",
        "\u201d",
        "\u2019",
        "\u00bb",
        "\u300d\u3002",
    };

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        assert_link("", "http://a.b", ends[i]);
        assert_link("", "http://a.b/c", ends[i]);
    }
    assert_html(LIT("'http://a.b'."),
                "&#39;<a href=\"http://a.b\" rel=\"nofollow ugc noopener"
                " noreferrer\" target=\"_blank\">http://a.b</a>&#39;.");
}

static void what_ends_a_sentence_may_stand_inside(void **state)
{
    (void)state;
    assert_link("", "http://a.b/c.html?d=1,2;e:f!g", "");
    assert_link("", "http://a.b/\u3002c", "");
    assert_link("", "http://a.b/.../", "");
}

static void balanced_brackets_are_part_of_an_address(void **state)
{
    (void)state;
    assert_link("", "http://a.b/c_(d)", "");
    assert_link("(", "http://a.b/c_(d)", ")");
    assert_link("(see ", "http://a.b/c_(d)", ").");
    assert_link("", "http://a.b/((c))", ")))");
    assert_link("", "http://a.b/c[1]{2}", "]}");
    assert_link("[", "http://a.b/(c)", "]");
    assert_link("", "http://a.b/(c", "");
}

static void several_addresses_are_several_links(void **state)
{
    struct buf expected = {0};

    (void)state;
    add_expected_link(&expected, "http://a.b");
    buf_add_str(&expected, ", ");
    add_expected_link(&expected, "https://c.d/e");
    buf_add_str(&expected, "<br>");
    add_expected_link(&expected, "http://f");
    assert_html(LIT("http://a.b, https://c.d/e\nhttp://f"), expected.data);
    buf_fini(&expected);
}

static void broken_utf8_is_not_read_past_its_end(void **state)
{
    static const char *const broken[] = {
        "http://a\xF0",
        "http://\xE2",
        "http://a\x80\x80\x80\x80",
        "\xC2",
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const size_t len = strlen(broken[i]);
        char *exact = mem_alloc(len);
        struct buf html = {0};

        memcpy(exact, broken[i], len);
        message_add_body_html(&html, (struct span){exact, len});
        assert_true(html.len >= len);
        buf_fini(&html);
        mem_free(exact);
    }
}

static void add_html_of_many(struct span one)
{
    struct buf body = {0};
    struct buf html = {0};

    buf_add_str(&body, "http://a");
    while (body.len + one.len <= 1000000)
        buf_add_span(&body, one);
    message_add_body_html(&html, buf_span(&body));
    assert_true(html.len >= body.len);
    buf_fini(&body);
    buf_fini(&html);
}

/* A million bytes of what would be slow if each were looked at from each: at
 * least minutes, where milliseconds are needed. */
static void no_body_takes_long(void **state)
{
    const uint64_t before = clock_mono_ms();

    (void)state;
    add_html_of_many(LIT(")"));
    add_html_of_many(LIT("("));
    add_html_of_many(LIT("."));
    add_html_of_many(LIT("/http://"));
    add_html_of_many(LIT(" http://[1"));
    add_html_of_many(LIT("http://\u3002"));
    add_html_of_many(LIT(" http://a"));
    assert_true(clock_mono_ms() - before < 20000);
}

static void a_message_is_one_element(void **state)
{
    const struct message msg = {
        .id = {0x5f0c, 42},
        .prev_seq = 41,
        .room = LIT("lobby"),
        .author = LIT("Heron-4821"),
        .body = LIT("see http://example.com."),
        .sent_at = LIT("2026-11-21T09:30:00.123Z"),
        .client_id = SPAN_NONE,
    };
    struct buf html = {0};

    (void)state;
    message_add_html(&html, &msg);
    assert_string_equal(
        html.data,
        "<div class=\"message\" id=\"m5f0c-42\">"
        "<b class=\"author\">Heron-4821</b> "
        "<span class=\"body\" dir=\"auto\">see <a href=\"http://example.com\""
        " rel=\"nofollow ugc noopener noreferrer\" target=\"_blank\">"
        "http://example.com</a>.</span></div>");
    buf_fini(&html);
}

static void the_author_is_escaped_and_never_a_link(void **state)
{
    const struct message msg = {
        .id = {1, 1},
        .room = LIT("lobby"),
        .author = LIT("<i>http://a"),
        .body = LIT("x\ny"),
    };
    struct buf html = {0};

    (void)state;
    message_add_html(&html, &msg);
    assert_string_equal(html.data,
                        "<div class=\"message\" id=\"m1-1\">"
                        "<b class=\"author\">&lt;i&gt;http://a</b> "
                        "<span class=\"body\" dir=\"auto\">x<br>y</span>"
                        "</div>");
    buf_fini(&html);
}

/* --- what was changed ---------------------------------------------------- */

static void assert_element(const struct message *msg, const char *expected)
{
    struct buf html = {0};

    message_add_html(&html, msg);
    assert_string_equal(html.data, expected);
    buf_fini(&html);
}

static void what_was_edited_says_so(void **state)
{
    (void)state;
    assert_element(
        &(struct message){.id = {0x5f, 42},
                          .author = LIT("Heron"),
                          .body = LIT("a lamp"),
                          .edited_at = LIT("2026-11-21T09:30:00.123Z"),
                          .edit = {0x5f, 43}},
        "<div class=\"message\" id=\"m5f-42\"><b class=\"author\">Heron</b> "
        "<span class=\"body\" dir=\"auto\">a lamp</span> "
        "<small class=\"mark\">edited <span lang=\"zh-Hans\">已编辑</span>"
        "</small></div>");
}

static void of_what_was_deleted_nothing_but_that_is_said(void **state)
{
    (void)state;
    assert_element(
        &(struct message){.id = {0x5f, 42},
                          .author = LIT("Heron"),
                          .body = LIT(""),
                          .deleted_at = LIT("2026-11-21T09:30:00.123Z")},
        "<div class=\"message deleted\" id=\"m5f-42\">"
        "<b class=\"author\">Heron</b> <small class=\"mark\">removed "
        "<span lang=\"zh-Hans\">已删除</span></small></div>");
}

static void an_edit_names_what_it_changes(void **state)
{
    struct message edit = {.kind = MESSAGE_EDIT,
                           .id = {0x5f, 43},
                           .of = {0x5f, 42},
                           .author = LIT("<Heron>"),
                           .body = LIT("a\nlamp")};

    (void)state;
    assert_element(&edit, "<div class=\"message edit\" id=\"m5f-43\" "
                          "data-of=\"m5f-42\"><b class=\"author\">"
                          "&lt;Heron&gt;</b> <small class=\"mark\">changed "
                          "<span lang=\"zh-Hans\">改为</span></small> "
                          "<span class=\"body\" dir=\"auto\">a<br>lamp</span>"
                          "</div>");
    edit.body = LIT("");
    edit.deleted_at = LIT("2026-11-21T09:30:00.123Z");
    assert_element(&edit, "<div class=\"message edit\" id=\"m5f-43\" "
                          "data-of=\"m5f-42\" hidden></div>");
}

static void so_does_a_deletion(void **state)
{
    (void)state;
    assert_element(
        &(struct message){.kind = MESSAGE_DELETE,
                          .id = {0x5f, 43},
                          .of = {0x5f, 42},
                          .author = LIT("Heron"),
                          .body = LIT("")},
        "<div class=\"message delete\" id=\"m5f-43\" data-of=\"m5f-42\">"
        "<b class=\"author\">Heron</b> <small class=\"mark\">removed a message "
        "<span lang=\"zh-Hans\">删除了一条消息</span></small></div>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_stays_as_it_was_written),
        cmocka_unit_test(all_scripts_and_emoji_are_welcome),
        cmocka_unit_test(all_ends_of_lines_become_line_feeds),
        cmocka_unit_test(white_space_at_both_ends_is_taken_off),
        cmocka_unit_test(a_body_of_white_space_is_empty),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(what_is_not_utf8_is_refused),
        cmocka_unit_test(the_limit_is_in_characters),
        cmocka_unit_test(the_longest_body_has_just_the_bytes_allowed),
        cmocka_unit_test(the_limit_applies_to_the_clean_text),
        cmocka_unit_test(a_client_id_is_short_and_plain),
        cmocka_unit_test(a_client_id_has_no_other_byte),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(a_line_feed_is_a_break),
        cmocka_unit_test(an_address_is_a_link),
        cmocka_unit_test(the_case_of_the_scheme_does_not_matter),
        cmocka_unit_test(an_address_cannot_leave_its_attribute),
        cmocka_unit_test(other_schemes_are_no_links),
        cmocka_unit_test(an_address_needs_a_host),
        cmocka_unit_test(an_address_begins_where_a_word_begins),
        cmocka_unit_test(white_space_of_any_kind_ends_an_address),
        cmocka_unit_test(what_ends_a_sentence_is_not_part_of_an_address),
        cmocka_unit_test(what_ends_a_sentence_may_stand_inside),
        cmocka_unit_test(balanced_brackets_are_part_of_an_address),
        cmocka_unit_test(several_addresses_are_several_links),
        cmocka_unit_test(broken_utf8_is_not_read_past_its_end),
        cmocka_unit_test(no_body_takes_long),
        cmocka_unit_test(a_message_is_one_element),
        cmocka_unit_test(the_author_is_escaped_and_never_a_link),
        cmocka_unit_test(what_was_edited_says_so),
        cmocka_unit_test(of_what_was_deleted_nothing_but_that_is_said),
        cmocka_unit_test(an_edit_names_what_it_changes),
        cmocka_unit_test(so_does_a_deletion),
    };

    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
