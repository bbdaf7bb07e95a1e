"""nginx's limits per address, with LIMITS on."""

SITE = {"limits": True}


def test_a_flood_of_posts_is_limited(site, room):
    """One connection, as fast as it goes: the burst is let through, then 429."""
    refused = None
    with site.connect() as connection:
        for n in range(400):
            connection.send("POST", "/a/message/new",
                            [("Content-Type", "application/x-www-form-urlencoded")],
                            f"room={room}&body={n}".encode())
            reply = connection.read()
            if reply.status != 200:
                refused = reply
                break
    assert n >= 200, "the burst is for everybody"
    assert (refused.status, refused.problem) == (429, "too-many-requests")
    assert refused.header("Retry-After")
    assert len(site.room_log(room)) == 200  # the length of the replay list


def test_ordinary_use_is_not(site, room):
    """A page: a session, its files, polls one after the other."""
    browser = site.browser()
    browser.visit()
    for _ in range(100):
        assert browser.get("/").status == 200
    cursor = "0-0"
    site.workers[0].say("hello", room)
    for _ in range(50):
        assert browser.read(cursor, room)["messages"]
