/* client-jquery.js -- the same as client.js, as such pages have it: with jQuery. */

$(function () {
  var session = $('#session').val();

  setTimeout(requestInventory, 100);
  $('#add-button').click(function (event) {
    change(event.target, 'add', '#add-to-cart', '#remove-from-cart');
  });
  $('#remove-button').click(function (event) {
    change(event.target, 'remove', '#remove-from-cart', '#add-to-cart');
  });

  function requestInventory() {
    $.getJSON('/status', { session: session }, function (data) {
      $('#count').text(data['inventorycount']).attr('data-type', typeof data['inventorycount']);
      setTimeout(requestInventory, 0);
    });
  }

  function change(button, action, hidden, shown) {
    $.ajax({
      url: '/cart',
      type: 'POST',
      data: { session: session, action: action },
      dataType: 'json',
      beforeSend: function () { $(button).prop('disabled', true); },
      success: function () {
        $(hidden).prop('hidden', true);
        $(shown).prop('hidden', false);
        $(button).prop('disabled', false);
      }
    });
  }
});
