"""Several tabs of one browser, of which one is in front."""

from shop_page import ShopPage
from wall_page import WallPage


class InRow:
    """A page that comes to the front when something is asked of it."""

    def __init__(self, chrome, handle):
        self._chrome = chrome
        self.handle = handle

    @property
    def chrome(self):
        if self._chrome.driver.current_window_handle != self.handle:
            self._chrome.driver.switch_to.window(self.handle)
        return self._chrome

    def close(self, next_tab):
        self.chrome.driver.close()
        self._chrome.driver.switch_to.window(next_tab.handle)


class Tab(InRow, WallPage):
    pass


class ShopTab(InRow, ShopPage):
    pass


def new_tab(chrome, kind=Tab):
    """The first is there already, empty."""
    if chrome.driver.current_url not in ("data:,", "about:blank"):
        chrome.driver.switch_to.new_window("tab")
    return kind(chrome, chrome.driver.current_window_handle)
