"""Any page of ours as somebody who sits in front of it sees and uses it."""

import re

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from lib.wait import wait_until

SOON = 20


class Page:
    def __init__(self, chrome):
        self.chrome = chrome

    # What one sees.

    @property
    def path(self):
        return self.chrome.run("return location.pathname")

    @property
    def focused(self):
        """The id of what has the focus."""
        return self.chrome.run("return document.activeElement?.id")

    @property
    def who(self):
        """What the head of the page says of us: the name, and "guest" or "account".
        Both are empty while there is no such page."""
        return tuple(self.chrome.run("""
          const who = document.querySelector('#who');
          return [who?.querySelector('[data-own-name]').textContent ?? '', who?.dataset.kind ?? ''];
        """))

    # What one does.

    def click(self, selector):
        self.chrome.driver.find_element(By.CSS_SELECTOR, selector).click()

    def press(self, *keys):
        """One after the other."""
        chain = ActionChains(self.chrome.driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    # What one waits for.

    def wait_for(self, look, wanted, timeout=SOON):
        seen = None

        def is_so():
            nonlocal seen
            seen = look()
            return seen == wanted

        try:
            wait_until(is_so, timeout)
        except AssertionError as error:
            raise AssertionError(f"wanted {wanted}, saw {seen}: {error}") from None

    def wait_for_path(self, pattern):
        wait_until(lambda: re.fullmatch(pattern, self.path), SOON, f"the page {pattern}")

    def wait_for_who(self, name, kind):
        self.wait_for(lambda: self.who, (name, kind))


class LivePage(Page):
    """One that holds a line, and shows how that is."""

    @property
    def state(self):
        """None while there is no such page."""
        return self.chrome.run("return document.querySelector('#connection')?.dataset.state")

    @property
    def way(self):
        """How the line is held while it is: ws, stream or poll."""
        return self.chrome.run("return document.querySelector('#connection')?.dataset.way")

    @property
    def is_shared(self):
        """Whether another tab holds it."""
        return self.chrome.run("return document.querySelector('#connection')?.dataset.shared") == "true"

    def wait_for_state(self, *states):
        wait_until(lambda: self.state in states, 30, f"the state {' or '.join(states)}")

    def wait_for_way(self, way):
        """Of a line that may just be held anew."""
        self.wait_for(lambda: self.way, way)

    def wait_for_trouble(self, words):
        """Told, with a button to try again; not while it is just trying."""
        told = """
          const box = document.querySelector('#connection');
          return [box.querySelector('[data-state-text]').textContent, box.querySelector('button').checkVisibility()];
        """

        def is_told():
            said, has_button = self.chrome.run(told)
            return words in said and has_button

        wait_until(is_told, 30, f"to be told: {words}")
