"""A guest's name is his to choose."""

from lib.wait import wait_until


def test_on_the_wall_he_is_called_that(account, wall, room):
    page = account(next=f"/r/{room}")

    page.rename("Stone Curlew")

    page.wait_for_path(f"/r/{room}")
    here = wall()
    here.wait_for_who("Stone Curlew", "guest")
    here.say("under a new name")
    here.wait_for_stored("under a new name")
    assert here.authors == ["Stone Curlew"]


def test_other_tabs_hear_of_it(account, browser, wall, site, room):
    first = wall()
    first.wait_until_a_guest()
    chrome = browser()
    first_tab = chrome.driver.current_window_handle
    chrome.driver.switch_to.new_window("tab")
    page = account()

    page.rename("Little Owl")
    page.wait_for_said("You are called Little Owl now.")
    assert page.who == ("Little Owl", "guest")

    chrome.driver.switch_to.window(first_tab)
    first.wait_for_who("Little Owl", "guest")


def test_the_name_of_an_account_is_taken(account, member):
    page = account()
    page.chrome.expect_failed_requests()
    before = page.who

    page.rename(member().name)

    page.wait_for_error("rename-name", "Somebody is called that already, or something that looks the same.")
    assert page.who == before


def test_a_session_that_is_no_more_is_no_obstacle(account, site):
    """As after a long time: who comes back is a guest again, and may go on."""
    page = account()
    page.chrome.expect_failed_requests()
    before = page.who[0]
    for key in site.redis.scan_iter("holdline:session:*"):
        site.redis.delete(key)
        site.redis.publish("holdline:sessions", f"ended:{key.split(':')[-1]}")

    page.rename("Long Tailed Tit")

    wait_until(lambda: page.who == ("Long Tailed Tit", "guest"), what="the new name")
    assert before != "Long Tailed Tit"
