"""Whoever adds to a cart, or takes out of it, changes the count for all."""


def test_the_other_sees_what_one_takes_and_puts_back(shop):
    heron, otter = shop("heron"), shop("otter")
    before = heron.left("teapot")
    assert before == otter.left("teapot") == 10

    heron.add("teapot")
    for page in (heron, otter):
        page.wait_for_left("teapot", 9)
    heron.wait_for_cart(teapot=1)
    assert otter.cart == {}

    heron.step("teapot", "remove")
    for page in (heron, otter):
        page.wait_for_left("teapot", 10)
    heron.wait_for_cart()


def test_each_has_a_cart_of_his_own(shop):
    heron, otter = shop("heron"), shop("otter")

    heron.add("teapot")
    heron.wait_for_cart(teapot=1)
    otter.add("teapot")
    otter.add("tea-tin")

    otter.wait_for_cart(teapot=1, tea_tin=1)
    for page in (heron, otter):
        page.wait_for_left("teapot", 8)
    assert heron.cart == {"teapot": 1}


def test_several_of_one(shop):
    heron, otter = shop("heron"), shop("otter")

    for _ in range(4):
        heron.add("teapot")
    heron.wait_for_cart(teapot=4)
    otter.wait_for_left("teapot", 6)

    heron.step("teapot", "less")
    heron.wait_for_cart(teapot=3)
    heron.step("teapot", "more")
    heron.step("teapot", "more")
    heron.wait_for_cart(teapot=5)
    otter.wait_for_left("teapot", 5)


def test_a_change_is_marked_for_a_moment(shop):
    heron, otter = shop("heron"), shop("otter")
    otter.chrome.run("""
      window.marked = [];
      const left = document.querySelector("#products [data-sku=teapot] [data-left]");
      new MutationObserver(() => marked.push('changed' in left.dataset))
        .observe(left, { attributeFilter: ['data-changed'] });
    """)

    heron.add("teapot")
    otter.wait_for_left("teapot", 9)

    otter.wait_for(lambda: otter.chrome.run("return marked"), [True, False])


def test_who_comes_back_finds_his_cart(shop):
    page = shop()
    page.add("teapot")
    page.add("cup")
    page.wait_for_cart(teapot=1, cup=1)

    page.chrome.driver.refresh()

    page.wait_for_cart(teapot=1, cup=1)
