"""What time is for a page: scripts that run before its own."""

# It passes at a tenth of its speed, so that what belongs together comes together on a busy machine, too.
SLOW = """
  const later = window.setTimeout;
  const now = performance.now.bind(performance);
  window.setTimeout = (run, ms = 0, ...more) => later(run, ms * 10, ...more);
  performance.now = () => now() / 10;
"""

# It has the patience to wait, for whatever it waits for, until it is woken.
PATIENT = """
  const later = window.setTimeout;
  window.setTimeout = (run, ms = 0, ...more) => (ms < 500 ? later(run, ms, ...more) : 0);
"""


def before_its_own(chrome, script):
    """In the pages that this tab will show."""
    chrome.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)
