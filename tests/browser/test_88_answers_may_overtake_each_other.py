"""What the page makes of answers that come late, or in another order."""

import pytest

TAKE = """
  const [shops, done] = arguments;
  import('/js/shop-stock.js').then(({ merged }) => {
    const last = shops.reduce((products, shop) => merged(products, shop), new Map());
    done([...last.values()].map(({ sku, left, name }) => [sku, left, Boolean(name)]));
  });
"""
HAPPENED = """
  const [before, after, done] = arguments;
  import('/js/shop-stock.js').then(({ happenings }) => {
    const known = (product) => new Map([['teapot', { sku: 'teapot', ...product }]]);
    const soon = (product) => product && { ...product, endsAt: Date.now() + product.inMs };
    done(happenings(before ? known(soon(before)) : new Map(), known(soon(after))).map(({ kind }) => kind));
  });
"""


def all_at(cursor, **left):
    name = {"en": "A thing", "zh": "东西"}
    return {"isWhole": True, "products": [
        {"sku": sku, "left": count, "ours": 0, "endsAt": 0, "cursor": cursor, "name": name}
        for sku, count in left.items()]}


def one_at(cursor, sku, left):
    return {"isWhole": False, "products": [{"sku": sku, "left": left, "ours": 0, "endsAt": 0, "cursor": cursor}]}


@pytest.mark.parametrize("shops, wanted", [
    ([all_at("a-5", cup=9), one_at("a-6", "cup", 8)], [["cup", 8, True]]),
    ([all_at("a-5", cup=9), one_at("a-4", "cup", 8)], [["cup", 9, True]]),
    ([all_at("a-5", cup=9), one_at("a-10", "cup", 8), one_at("a-9", "cup", 7)], [["cup", 8, True]]),
    ([all_at("a-5", cup=9), one_at("b-1", "cup", 3)], [["cup", 3, True]]),  # Redis began anew
    ([all_at("a-5", cup=9, pot=1), one_at("a-7", "cup", 8), all_at("a-6", cup=9, pot=0)],
     [["cup", 8, True], ["pot", 0, True]]),
    ([all_at("a-5", cup=9, pot=1), all_at("a-6", pot=1)], [["pot", 1, True]]),  # no cups any more
    ([all_at("a-5", cup=9), one_at("a-6", "spoon", 4)], [["cup", 9, True]]),  # not known by name yet
])
def test_the_newest_word_counts(shop, shops, wanted):
    assert shop().chrome.driver.execute_async_script(TAKE, shops) == wanted


def stand(left, ours=0, in_ms=600_000):
    return {"left": left, "ours": ours, "inMs": in_ms}


@pytest.mark.parametrize("before, after, kinds", [
    (None, stand(3), ["new"]),
    (stand(3), stand(3), []),
    (stand(3), stand(2), ["left"]),
    (stand(1), stand(0), ["left", "taken"]),
    (stand(1), stand(0, ours=1), ["left"]),
    (stand(1, ours=1), stand(0, ours=1), ["left", "taken"]),
    (stand(0), stand(1), ["left", "back"]),
    (stand(0, ours=1), stand(1), ["left"]),
    (stand(3, ours=1, in_ms=500), stand(4), ["left", "ended"]),
    (stand(3, ours=1), stand(4), ["left"]),
])
def test_what_has_happened(shop, before, after, kinds):
    assert shop().chrome.driver.execute_async_script(HAPPENED, before, after) == kinds
