"""While somebody writes, the others are told; when he has said it, no more."""

import pytest
from selenium.webdriver.common.keys import Keys

from lib.wait import wait_until
from page import SOON


@pytest.mark.parametrize("way", ["ws", "stream"])
def test_who_writes_is_named_until_he_has_said_it(wall, way):
    heron, otter = wall("heron", via=way), wall("otter", via=way)
    name = otter.wait_until_a_guest()

    otter.type("I think that")
    wait_until(lambda: heron.text_of("#typing") == f"{name} is typing…", SOON, "to be told")
    assert otter.text_of("#typing") == ""

    otter.press(Keys.ENTER)
    heron.wait_for_stored("I think that")
    wait_until(lambda: heron.text_of("#typing") == "", SOON, "to be told no more")


def test_who_stops_is_forgotten(wall):
    heron, otter = wall("heron"), wall("otter")

    otter.type("well")

    wait_until(lambda: heron.text_of("#typing"), SOON, "to be told")
    wait_until(lambda: heron.text_of("#typing") == "", SOON, "to be told no more")
