/* strings-shop-zh.js -- what the shop page says besides, in Simplified Chinese. The keys are those of
 * strings-shop-en.js. */

export default {
  'shop.page': '商店 · Holdline',
  'shop.title': '商店',
  'shop.skip': '跳到商品',
  'shop.back': '返回留言墙',

  'shelf.title': '商品',
  'shelf.empty': '货架上还没有商品。',

  'product.add': '加入购物车',
  'stock.left': '剩余 {count} 件',
  'stock.last': '最后一件',
  'stock.none': '已售空',
  'remark.none': '',
  'remark.taken': '最后一件刚被别人拿走。',
  'remark.back': '又有货了。',
  'remark.ours': '购物车中有 {count} 件。',

  'cart.title': '购物车',
  'cart.empty': '购物车是空的。加入的商品会为您保留一段时间。',
  'cart.sum': '共 {count} 件',
  'cart.to': '购物车：{count} 件',
  'item.less': '减少一件',
  'item.more': '增加一件',
  'item.remove': '移除',
  'item.kept': '保留 {clock}',
  'item.until': '为您保留至 {time}',

  'said.in': '{name}：购物车中有 {count} 件。',
  'said.out': '{name}：已从购物车移除。',
  'said.ended': '{name}：保留时间已到，商品已放回货架。',
  'said.ends': '{name}：保留时间不到一分钟了。',
  'said.taken': '{name}：最后一件刚被别人拿走。',
  'said.fewer': '{name}：剩余数量不足。',
  'news.left': '{name}：剩余 {count} 件。',
  'news.none': '{name}：已售空。',

  'checkout.do': '结账',
  'checkout.busy': '请稍候…',
  'order.title': '谢谢惠顾',
  'order.number': '您的订单号是',
  'order.line': '{name} × {count}',
  'order.close': '关闭',

  'name': '{name}',
  'about.teapot': '陶制，可泡三杯茶，聊一个下午。',
  'about.cup': '配茶碟，能久久保温。',
  'about.kettle': '水开时会鸣响。',
  'about.tea-tin': '绿茶，一百克。',

  'reason': '{reason}',
  'reason.wait': '{reason}请在 {seconds} 秒后重试。',
  'reason.now': '{reason}现在可以重试了。',

  // 此处未能完成的并非发送消息。
  'problem.unavailable': '服务器暂时无法完成此操作。',
  'problem.cart-empty': '购物车已经空了。',
  'problem.sold-out': '商品已不足，购物车已清空。',
  'problem.client-key-reused': '此订单来自另一个购物车。',
};
