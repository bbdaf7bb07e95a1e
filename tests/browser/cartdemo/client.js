/* client.js -- what the page of the classic shopping cart example does with a server, told anew and without jQuery.
 *
 * What it shares with such pages is what a server can notice: fields, headers, what counts as an answer, and that it
 * asks again at once, without a cursor. Like jQuery's, its requests succeed only if the answer is JSON. */

(function () {
  var session = document.getElementById('session').value;

  setTimeout(requestInventory, 100);
  button('add', 'remove-from-cart', 'add-to-cart');
  button('remove', 'add-to-cart', 'remove-from-cart');

  function requestInventory() {
    getJSON('/status', { session: session }, function (data) {
      document.getElementById('count').textContent = data.inventorycount;
      document.getElementById('count').dataset.type = typeof data.inventorycount;
      setTimeout(requestInventory, 0);
    });
  }

  function button(action, shown, hidden) {
    var element = document.getElementById(action + '-button');
    element.onclick = function () {
      element.disabled = true;
      post('/cart', { session: session, action: action }, function () {
        document.getElementById(hidden).hidden = true;
        document.getElementById(shown).hidden = false;
        element.disabled = false;
      });
    };
  }

  function getJSON(path, query, onAnswer) {
    send('GET', path + '?' + encoded(query), null, onAnswer);
  }

  function post(path, form, onAnswer) {
    send('POST', path, encoded(form), onAnswer);
  }

  function send(method, path, body, onAnswer) {
    var request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader('Accept', 'application/json, text/javascript, */*; q=0.01');
    request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
    if (body !== null) request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8');
    request.onload = function () {
      if (request.status === 200) onAnswer(JSON.parse(request.responseText));
    };
    request.send(body);
  }

  function encoded(fields) {
    return Object.keys(fields).map(function (name) {
      return encodeURIComponent(name) + '=' + encodeURIComponent(fields[name]).replace(/%20/g, '+');
    }).join('&');
  }
})();
