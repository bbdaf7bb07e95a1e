"""The account page as somebody who sits in front of it sees and uses it."""

import itertools
from urllib.parse import urlencode

from selenium.webdriver.common.by import By

from lib.wait import wait_until
from page import SOON, Page

NUMBERS = itertools.count(1)


class Member:
    """Somebody with an account.  `device` is what he calls his browser."""

    def __init__(self, site, device="curl/8.5.0"):
        self.site = site
        self.name = f"Otter {next(NUMBERS)}"
        self.password = f"the kettle of {self.name}"
        self.browser = self._new_browser()
        self._enter("/a/account/register", self.browser, device, 201)

    def sign_in(self, device="curl/8.5.0"):
        """In one more place: the browser there."""
        browser = self._new_browser()
        self._enter("/a/account/sign-in", browser, device, 200)
        return browser

    def may_sign_in(self, password=None):
        browser = self._new_browser()
        form = {"name": self.name, "password": password or self.password,
                "_xsrf": browser.xsrf or ""}
        return browser.post_form("/a/account/sign-in", form).status == 200

    def _new_browser(self):
        """A guest, if the site has any."""
        browser = self.site.browser()
        browser.get("/a/session")
        return browser

    def _enter(self, path, browser, device, status):
        form = {"name": self.name, "password": self.password, "_xsrf": browser.xsrf or ""}
        reply = browser.post_form(path, form, [("User-Agent", device)])
        assert reply.status == status, reply


class AccountPage(Page):
    def open(self, url, next=None, wait=True):
        query = f"?{urlencode({'next': next})}" if next is not None else ""
        self.chrome.driver.get(f"{url}/account{query}")
        if wait:
            wait_until(lambda: self.is_visible("[data-for]"), SOON, "what is for whom")
        return self

    # What one sees.

    @property
    def said(self):
        return self.text_of("#said:not([hidden])")

    @property
    def sessions(self):
        """The lines, each with its device, whether it is this one, and its
        button."""
        return self.chrome.run("""
          return [...document.querySelectorAll('#sessions li')].map((li) => ({
            device: li.querySelector('[data-device]').textContent,
            is_this: li.querySelector('[data-this]').checkVisibility(),
            button: li.querySelector('button').textContent,
          }));
        """)

    def text_of(self, selector):
        """Of the first one that is seen, or ''."""
        return self.chrome.run("""
          const seen = [...document.querySelectorAll(arguments[0])].find((e) => e.checkVisibility());
          return seen?.innerText.trim() ?? '';
        """, selector)

    def is_visible(self, selector):
        return self.chrome.run(
            "return [...document.querySelectorAll(arguments[0])].some((e) => e.checkVisibility())", selector)

    def value_of(self, field):
        return self.chrome.run("return document.getElementById(arguments[0]).value", field)

    def description_of(self, field):
        """What is read to those who hear the page, after the label."""
        return self.chrome.run("""
          const ids = document.getElementById(arguments[0]).getAttribute('aria-describedby').split(' ');
          return ids.map((id) => document.getElementById(id).textContent).filter(Boolean).join(' ');
        """, field)

    def is_invalid(self, field):
        return self.chrome.run(
            "return document.getElementById(arguments[0]).getAttribute('aria-invalid') === 'true'", field)

    # What one does.

    def fill(self, **fields):
        """sign_in_name="..." is the field with the id sign-in-name."""
        for name, text in fields.items():
            field = self.chrome.driver.find_element(By.ID, name.replace("_", "-"))
            field.clear()
            field.click()
            self.chrome.cdp("Input.insertText", text=text)

    def submit(self, form):
        self.click(f"#{form} [type=submit]")

    def sign_in(self, name, password):
        self.fill(sign_in_name=name, sign_in_password=password)
        self.submit("sign-in")

    def register(self, name, password):
        self.fill(register_name=name, register_password=password)
        self.submit("register")

    def rename(self, name):
        self.fill(rename_name=name)
        self.submit("rename")

    def change_password(self, present, new):
        self.fill(password_current=present, password_new=new)
        self.submit("password")

    def delete(self, password, sure=True):
        self.fill(delete_password=password)
        if sure:
            self.click("#delete-sure")
        self.submit("delete")

    # What one waits for.

    def wait_until_a_guest(self):
        wait_until(lambda: self.who[1] == "guest" and self.is_visible("#sign-in"), SOON, "to be a guest")
        return self.who[0]

    def wait_for_said(self, words):
        wait_until(lambda: self.said == words, SOON, f"to be told: {words}")

    def wait_for_error(self, field, words=None):
        """At the field, which has the focus then; what is said."""
        wait_until(lambda: self.is_invalid(field), SOON, f"{field} to be refused")
        said = self.text_of(f"#{field}-error")
        assert said and (words is None or words == said), said
        assert said in self.description_of(field)
        wait_until(lambda: self.focused == field, SOON, f"the focus in {field}")
        return said

    def wait_for_notice(self, form, words):
        wait_until(lambda: words in self.text_of(f"#{form} [data-notice]"), SOON, f"{form} to say: {words}")

    def wait_for_sessions(self, *devices):
        wait_until(lambda: [each["device"] for each in self.sessions] == list(devices), SOON,
                   f"the sessions {devices}")
