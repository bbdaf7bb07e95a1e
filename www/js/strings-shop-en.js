/* strings-shop-en.js -- what the shop page says besides, in English. The keys are those of strings-shop-zh.js. */

export default {
  'shop.page': 'Shop · Holdline',
  'shop.title': 'Shop',
  'shop.skip': 'Skip to the products',
  'shop.back': 'To the wall',

  'shelf.title': 'Products',
  'shelf.empty': 'There is nothing on the shelf yet.',

  'product.add': 'Add to cart',
  'stock.left': '{count} left',
  'stock.last': 'Last one',
  'stock.none': 'None left',
  'remark.none': '',
  'remark.taken': 'Somebody else took the last one.',
  'remark.back': 'There are some again.',
  'remark.ours': '{count} in your cart.',

  'cart.title': 'Your cart',
  'cart.empty': 'Nothing in it yet. What you add is kept for you for a while.',
  'cart.sum': 'Items: {count}',
  'cart.to': 'Cart: {count}',
  'item.less': 'One less',
  'item.more': 'One more',
  'item.remove': 'Remove',
  'item.kept': 'kept for {clock}',
  'item.until': 'kept for you until {time}',

  'said.in': '{name}: {count} in your cart.',
  'said.out': '{name}: taken out of your cart.',
  'said.ended': '{name}: the time to keep it is over. It went back to the shelf.',
  'said.ends': '{name}: kept for less than a minute now.',
  'said.taken': '{name}: somebody else took the last one.',
  'said.fewer': '{name}: there are not so many left.',
  'news.left': '{name}: {count} left.',
  'news.none': '{name}: none left.',

  'checkout.do': 'Check out',
  'checkout.busy': 'One moment…',
  'order.title': 'Thank you',
  'order.number': 'Your order has the number',
  'order.line': '{count} × {name}',
  'order.close': 'Close',

  'name': '{name}',
  'about.teapot': 'Stoneware, for three cups and a long talk.',
  'about.cup': 'With a saucer. Holds warmth as the line holds a question.',
  'about.kettle': 'Whistles when there is news.',
  'about.tea-tin': 'Green leaves, a hundred grams.',

  'reason': '{reason}',
  'reason.wait': '{reason} Try again in {seconds} s.',
  'reason.now': '{reason} You can try again now.',

  // Here it is not a message that cannot be stored.
  'problem.unavailable': 'The server cannot do that just now.',
  'problem.cart-empty': 'There is nothing in the cart any more.',
  'problem.sold-out': 'Not all of it is there any more. The cart is empty now.',
  'problem.client-key-reused': 'This order was made from another cart.',
};
