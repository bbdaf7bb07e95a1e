"""Nobody wonders why a button does nothing."""

from lib.wait import wait_until


def test_it_is_written_at_the_product_and_read_aloud(shop, taken):
    heron, otter = shop("heron"), shop("otter")
    taken("teapot", but=1)
    otter.wait_for_left("teapot", 1)

    heron.wait_for_left("teapot", 1)
    heron.add("teapot")

    otter.wait_for_remark("teapot", "Somebody else took the last one.")
    otter.wait_for_left("teapot", 0)
    assert otter.chrome.run("return document.querySelector('#add-teapot').ariaDisabled") == "true"
    otter.wait_for(lambda: otter.spoken, "Teapot: somebody else took the last one.")
    heron.wait_for_remark("teapot", "1 in your cart.")

    heron.step("teapot", "remove")
    otter.wait_for_left("teapot", 1)
    otter.wait_for_remark("teapot", "There are some again.")
    otter.add("teapot")
    otter.wait_for_cart(teapot=1)
    heron.wait_for_remark("teapot", "Somebody else took the last one.")


def test_who_pressed_a_moment_too_late(shop, taken):
    """The page still shows one; the server has none."""
    page = shop()
    page.chrome.expect_failed_requests()
    taken("teapot", but=1)
    page.wait_for_left("teapot", 1)
    hold_back(page)

    taken("teapot", but=0)
    page.add("teapot")

    page.wait_for_notice("Teapot: somebody else took the last one.")
    assert page.cart == {}
    page.wait_for_left("teapot", 0)


def hold_back(page):
    """What the line brings does not arrive any more: it begins anew, and waits in vain."""
    page.chrome.run("""
      const fetch = window.fetch;
      window.fetch = (path, options) => {
        window.isHeldBack = path.startsWith('/status');
        return window.isHeldBack ? new Promise(() => {}) : fetch(path, options);
      };
      dispatchEvent(new Event('offline'));
    """)
    wait_until(lambda: page.chrome.run("return window.isHeldBack === true"), what="the line to wait")
