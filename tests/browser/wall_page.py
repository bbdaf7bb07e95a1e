"""The wall page as somebody who sits in front of it sees and uses it."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lib.wait import wait_until
from page import SOON, LivePage


class WallPage(LivePage):
    """`member`: the one with an account who sits there, or None."""

    def __init__(self, chrome, member=None):
        super().__init__(chrome)
        self.member = member

    def open(self, url, room=None, via=None, wait=True):
        """`via`: the only way that it may hold the line: ws, stream or poll."""
        page = f"{url}/r/{room}" if room else f"{url}/"
        self.chrome.driver.get(f"{page}?via={via}" if via else page)
        if wait:
            self.wait_for_state("live")
        return self

    # What one sees.

    @property
    def messages(self):
        """The texts, in order; those that are on their way come last."""
        return self._texts("[data-body]")

    @property
    def stored(self):
        return self._texts("#messages [data-body]")

    @property
    def unsent(self):
        return self._texts("#unsent [data-body]")

    @property
    def authors(self):
        return self._texts("#messages [data-name]")

    @property
    def fate(self):
        """What is said about the first message that is not stored."""
        return " ".join(self._texts("#unsent [data-fate-text]")[:1])

    @property
    def state_words(self):
        return self._texts("[data-state-text]")[0]

    @property
    def typed(self):
        return self.chrome.run("return document.querySelector('#body').value")

    @property
    def own_name(self):
        return self._texts("#own-name")[0]

    @property
    def notice(self):
        """What is said above the field, if anything is."""
        return self._texts("#notice:not([hidden])")

    def text_of(self, selector):
        return self._texts(selector)[0]

    def is_visible(self, selector):
        return self.chrome.driver.find_element(By.CSS_SELECTOR, selector).is_displayed()

    def is_visible_now(self, selector):
        """Also when there may be none."""
        return bool(self.chrome.run("return document.querySelector(arguments[0])?.checkVisibility()", selector))

    # What one does.

    def type(self, text):
        """As from an input method or the clipboard: chromedriver's own keys
        end at U+FFFF."""
        self.chrome.run("document.querySelector('#body').focus()")
        self.chrome.cdp("Input.insertText", text=text)

    def say(self, text):
        self.type(text)
        self.press(Keys.ENTER)

    def press_together(self, *keys):
        """The last key while the others are held."""
        chain = ActionChains(self.chrome.driver)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()

    def fill(self, selector, text):
        """Instead of what is in that field."""
        field = self.chrome.driver.find_element(By.CSS_SELECTOR, selector)
        field.clear()
        field.click()
        self.chrome.cdp("Input.insertText", text=text)

    def look_again(self):
        """As one who comes back to this tab."""
        self.chrome.run("document.dispatchEvent(new Event('visibilitychange'))")

    def open_side(self):
        """The rooms, where they are not beside the messages anyway."""
        if self.is_visible("#side-open"):
            self.click("#side-open")

    def open_fold(self, fold):
        """A part of the side that opens and closes."""
        self.open_side()
        if not self.chrome.run("return document.querySelector(arguments[0]).open", fold):
            self.click(f"{fold} summary")

    def enter_room_name(self, typed):
        self.open_side()
        self.chrome.driver.find_element(By.ID, "room-name").send_keys(typed, Keys.ENTER)

    # What one waits for.

    def wait_until_a_guest(self, but=""):
        """Who has another name than that one; the name."""
        wait_until(lambda: self.who[1] == "guest" and self.who[0] != but, SOON, "a guest's name")
        return self.who[0]

    def wait_until_visible(self, selector):
        wait_until(lambda: self.is_visible_now(selector), SOON, f"{selector} to be seen")

    def wait_for_stored(self, *texts):
        """Until exactly these are there, in this order."""
        self.wait_for(lambda: self.stored, list(texts))

    def wait_for_unsent(self, *texts):
        self.wait_for(lambda: self.unsent, list(texts))

    def _texts(self, selector):
        return self.chrome.run(
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)
