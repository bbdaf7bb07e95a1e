"""One Chromium, driven through selenium."""

import shutil
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from lib import wait

# --no-sandbox: tests run as root in containers.  Nothing moves without end, which would keep a processor busy
# for nothing.  The rest keeps it from talking to anybody but the site.
FLAGS = """--headless=new --no-sandbox --disable-gpu --force-prefers-reduced-motion --disable-quic --no-first-run
  --disable-dev-shm-usage --disable-background-networking --disable-component-update --disable-sync
  --disable-default-apps""".split()
WIDE = (1280, 800)
PHONE = (360, 740)
# What Chromium itself asks for, and what it says when a request fails.
HARMLESS = ("favicon.ico",)
FAILED_REQUESTS = ("Failed to load resource", "WebSocket connection to")

# A page that gives way to another one cannot be asked meanwhile.
wait.NOT_YET += (WebDriverException,)


class Chrome:
    def __init__(self, language="en-US", javascript=True):
        self._profile = tempfile.mkdtemp(prefix="hl-chrome-")
        options = Options()
        options.binary_location = shutil.which("chromium")
        for flag in [*FLAGS, f"--user-data-dir={self._profile}", f"--lang={language}",
                     "--window-size={},{}".format(*WIDE)]:
            options.add_argument(flag)
        options.add_experimental_option("prefs", {
            "intl.accept_languages": language,
            "profile.managed_default_content_settings.javascript": 1 if javascript else 2,
        })
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(20)
        self.driver.set_script_timeout(20)
        self._may_fail = False

    def quit(self):
        self.driver.quit()
        shutil.rmtree(self._profile, ignore_errors=True)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def set_size(self, size):
        width, height = size
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=size == PHONE)

    def forget_everything(self):
        for origin in self._close_tabs():
            self.cdp("Storage.clearDataForOrigin", origin=origin, storageTypes="all")
        self.cdp("Network.clearBrowserCookies")
        self.cdp("Emulation.clearDeviceMetricsOverride")
        self.cdp("Emulation.setEmulatedMedia", features=[])
        self.driver.get_log("browser")
        self._may_fail = False

    def _close_tabs(self):
        """All but a new one, which has none of the scripts that a test gave to
        its tabs; the origins of what was open."""
        old = self.driver.window_handles
        self.driver.switch_to.new_window("tab")
        new = self.driver.current_window_handle
        origins = set()
        for handle in old:
            self.driver.switch_to.window(handle)
            if self.driver.current_url.startswith("http"):
                origins.add("/".join(self.driver.current_url.split("/")[:3]))
            self.driver.close()
        self.driver.switch_to.window(new)
        return origins

    def expect_failed_requests(self):
        """The present test takes the server away."""
        self._may_fail = True

    def complaints(self):
        """What the console says: errors, and violations of the policy."""
        lines = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]
        return [line for line in lines
                if not any(word in line for word in HARMLESS)
                and not (self._may_fail and any(words in line for words in FAILED_REQUESTS))]
