"""Whatever somebody types is shown as he typed it, and does nothing."""

import pytest

TEXTS = {
    "html": "<b>bold</b> <img src=x onerror=\"document.title='taken'\"> <script>document.title='taken'</script>",
    "entities": "&lt;b&gt; &amp; &#65;",
    "quotes": "\"double\" 'single' `back` \\ backslash",
    "emoji": "🍜👩‍👩‍👧‍👦🇫🇮 ok",
    "right to left": "مرحبا بالعالم, hello",
    "chinese": "你好，世界！",
    "override": "left \u202eright\u202c left",
    "template": "{{ 7 * 7 }} ${7 * 7} %s %(x)s",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_what_is_said_is_what_is_seen(wall, text):
    heron, otter = wall("heron"), wall("otter")

    heron.say(text)

    for page in (heron, otter):
        page.wait_for_stored(text)
        assert page.chrome.run("return document.querySelectorAll('[data-body] > *').length") == 0
        assert "taken" not in page.chrome.driver.title


def test_lines_and_spaces_stay(wall):
    heron, otter = wall("heron"), wall("otter")
    text = "one\n  two\n\n\tthree"

    heron.say(text)

    otter.wait_for_stored(text)
    style = "return getComputedStyle(document.querySelector('[data-body]')).whiteSpace"
    assert otter.chrome.run(style) == "pre-wrap"


def test_text_from_right_to_left_begins_at_the_right(wall):
    page = wall()

    page.say("مرحبا")
    page.wait_for_stored("مرحبا")

    assert page.chrome.run("return document.querySelector('[data-body]').matches(':dir(rtl)')")
