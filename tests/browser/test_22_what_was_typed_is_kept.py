"""What is in the composer stays until it is on its way."""

CONTROL_CHARACTER = "ding\x07dong"


def test_a_draft_survives_a_reload_in_its_room(wall, site, room):
    page = wall()
    page.type("half a thou")

    page.chrome.driver.refresh()
    page.wait_for_state("live")
    assert page.typed == "half a thou"

    page.open(site.url, f"{room[:50]}-2")
    assert page.typed == ""


def test_a_sent_text_is_no_draft(wall):
    page = wall()
    page.say("sent")
    page.wait_for_stored("sent")

    page.chrome.driver.refresh()
    page.wait_for_stored("sent")
    assert page.typed == ""


def test_a_refused_text_comes_back(wall):
    page = wall()

    set_text(page, CONTROL_CHARACTER)
    page.chrome.expect_failed_requests()
    page.click("#composer button")

    page.wait_until_visible("#notice")
    assert "control character" in page.text_of("#notice")
    assert page.typed == CONTROL_CHARACTER
    assert page.messages == []


def test_a_refused_text_does_not_replace_another(wall):
    page = wall()
    page.chrome.expect_failed_requests()

    set_text(page, CONTROL_CHARACTER)
    # In one step, before the answer can come.
    page.chrome.run("""
      document.querySelector('#composer').requestSubmit();
      document.querySelector('#body').value = 'something else';
    """)

    page.wait_until_visible("[data-fate=failed]")
    assert "control character" in page.fate
    assert page.typed == "something else"
    page.click("[data-do=discard]")
    page.wait_for_unsent()


def test_a_failed_text_can_be_sent_again(wall, site, room):
    """It keeps its client_id, so that it cannot become two."""
    page = wall()
    page.chrome.expect_failed_requests()
    page.chrome.run(f"""
      sessionStorage.setItem('holdline.outbox.{room}', JSON.stringify([{{
        client_id: 'k-1', body: 'from yesterday', since: 0, state: 'waiting', refusal: null }}]));
    """)
    page.chrome.driver.refresh()
    page.wait_until_visible("[data-do=resend]")
    assert site.room_log(room) == []

    page.click("[data-do=resend]")

    page.wait_for_stored("from yesterday")
    assert b'"k-1"' in to_bytes(site.room_log(room)[0])


def test_a_changed_session_is_noticed(wall):
    """The cookies are those of somebody else: the page learns its new name."""
    page = wall()
    page.chrome.expect_failed_requests()  # that somebody is writing is told in the old name, and refused
    first = page.own_name
    page.chrome.cdp("Network.clearBrowserCookies")

    page.say("who am I?")
    page.wait_for_stored("who am I?")

    page.chrome.driver.refresh()
    page.wait_for_state("live")
    assert page.own_name != first


def set_text(page, text):
    """chromedriver cannot type a control character; a paste can bring one."""
    page.chrome.run("""
      const field = document.querySelector('#body');
      field.value = arguments[0];
      field.dispatchEvent(new Event('input', { bubbles: true }));
    """, text)


def to_bytes(value):
    return value if isinstance(value, bytes) else value.encode()
