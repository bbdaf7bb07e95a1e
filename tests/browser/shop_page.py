"""The shop page as somebody who sits in front of it sees and uses it."""

from lib.wait import wait_until
from page import SOON, LivePage


class ShopPage(LivePage):
    def open(self, url, wait=True):
        self.chrome.driver.get(f"{url}/shop")
        if wait:
            self.wait_for_state("live")
        return self

    # What one sees.

    @property
    def skus(self):
        return self.chrome.run("return [...document.querySelectorAll('#products > li')].map((e) => e.dataset.sku)")

    def left(self, sku):
        """What the page says is left, as a number; English pages only."""
        words = self.text_of(f"#products [data-sku='{sku}'] [data-left]")
        few = {"": None, "None left": 0, "Last one": 1}
        return few[words] if words in few else int(words.split()[0])

    def remark(self, sku):
        return self.text_of(f"#products [data-sku='{sku}'] [data-remark]")

    @property
    def cart(self):
        """sku -> how many."""
        return self.chrome.run("return Object.fromEntries([...document.querySelectorAll('#items > li')]"
                               ".map((e) => [e.dataset.sku, Number(e.querySelector('[data-quantity]').textContent)]))")

    def seconds_left(self, sku):
        """What the clock of that line shows."""
        minutes, seconds = self.text_of(f"#items [data-sku='{sku}'] [data-clock]").split()[-1].split(":")
        return int(minutes) * 60 + int(seconds)

    @property
    def notice(self):
        return self.text_of("#said:not([hidden])")

    @property
    def spoken(self):
        """What is read aloud beside the notice."""
        return self.text_of("#news")

    @property
    def order(self):
        """Its number; empty: none is shown."""
        return self.text_of("#order:not([hidden]) [data-order-number]")

    @property
    def ordered(self):
        return self.chrome.run(
            "return [...document.querySelectorAll('#order [data-order-lines] li')].map((e) => e.textContent)")

    def text_of(self, selector):
        return self.chrome.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def is_visible(self, selector):
        return bool(self.chrome.run("return document.querySelector(arguments[0])?.checkVisibility()", selector))

    # What one does.

    def add(self, sku):
        self.click(f"#add-{sku}")

    def step(self, sku, do):
        """`do`: less, more or remove."""
        self.click(f"#items [data-sku='{sku}'] [data-do={do}]")

    def check_out(self):
        self.click("#checkout [type=submit]")

    # What one waits for.

    def wait_for_left(self, sku, count, timeout=SOON):
        self.wait_for(lambda: self.left(sku), count, timeout)

    def wait_for_cart(self, timeout=SOON, **items):
        """Until exactly that is in it; tea_tin is tea-tin."""
        self.wait_for(lambda: self.cart, {name.replace("_", "-"): n for name, n in items.items()}, timeout)

    def wait_for_remark(self, sku, words):
        self.wait_for(lambda: self.remark(sku), words)

    def wait_for_notice(self, words):
        self.wait_for(lambda: self.notice, words)

    def wait_for_order(self):
        wait_until(lambda: self.order, SOON, "the number of the order")
        return self.order
