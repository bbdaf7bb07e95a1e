"""What one says, the other sees at once, and both see the same."""


def test_each_sees_what_the_other_says(wall):
    heron, otter = wall("heron"), wall("otter")

    heron.say("Is anybody there?")
    otter.wait_for_stored("Is anybody there?")
    otter.say("I am.")

    for page in (heron, otter):
        page.wait_for_stored("Is anybody there?", "I am.")
        page.wait_for_unsent()
    assert heron.authors == otter.authors
    assert len(set(heron.authors)) == 2


def test_who_comes_later_sees_what_was_said(wall):
    wall("heron").say("I was first")
    wall("heron").wait_for_stored("I was first")

    wall("otter").wait_for_stored("I was first")


def test_one_knows_oneself(wall):
    heron = wall("heron")

    heron.say("It is me")
    heron.wait_for_stored("It is me")

    assert heron.authors[0] in heron.own_name
    assert heron.is_visible("#messages [data-own]")


def test_many_messages_keep_their_order(wall):
    heron, otter = wall("heron"), wall("otter")
    said = [f"number {n}" for n in range(12)]

    for text in said:
        heron.say(text)

    for page in (heron, otter):
        page.wait_for_stored(*said)


def test_a_message_says_when_it_was_said(wall):
    heron, otter = wall("heron"), wall("otter")

    for n in range(3):
        heron.say(f"now {n}")

    for page in (heron, otter):
        page.wait_for_stored("now 0", "now 1", "now 2")
        ages = page.chrome.run("return [...document.querySelectorAll('#messages time')]"
                               ".map((time) => Date.now() - Date.parse(time.dateTime))")
        assert all(age is not None and -1000 < age < 60_000 for age in ages), ages
