/* client.js -- what Tornado's chatdemo does with a server, told anew and without jQuery.
 *
 * It stands in where Debian's package with the original is not installed. What it shares with the original is what a
 * server can notice: fields, their order of use, what counts as an answer, when it asks again. */

(function () {
  var cursor = null;
  var pauseMs = 500;

  document.getElementById('messageform').onsubmit = function () {
    var field = document.getElementById('message');
    post('/a/message/new', { body: field.value, _xsrf: cookie('_xsrf') }, function (message) {
      show(message);
      field.value = '';
    });
    return false;
  };
  poll();

  function poll() {
    var form = { _xsrf: cookie('_xsrf') };
    if (cursor) form.cursor = cursor;
    post('/a/message/updates', form, function (answer) {
      // No messages: the hold is over. An empty list would be an error.
      if (answer.messages) {
        cursor = answer.messages[answer.messages.length - 1].id;
        answer.messages.forEach(show);
      }
      pauseMs = 500;
      setTimeout(poll, 0);
    }, function () {
      pauseMs *= 2;
      setTimeout(poll, pauseMs);
    });
  }

  function show(message) {
    if (document.getElementById('m' + message.id)) return;
    var holder = document.createElement('div');
    holder.innerHTML = message.html;
    document.getElementById('inbox').appendChild(holder.firstElementChild);
  }

  function post(path, form, onAnswer, onError) {
    var request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8');
    request.onload = function () {
      try {
        if (request.status !== 200) throw request.status;
        onAnswer(JSON.parse(request.responseText));
      } catch (error) {
        if (onError) onError();
      }
    };
    request.onerror = onError;
    request.send(Object.keys(form).map(function (name) {
      var value = form[name] === undefined ? '' : form[name];
      return encodeURIComponent(name) + '=' + encodeURIComponent(value).replace(/%20/g, '+');
    }).join('&'));
  }

  /* Up to the last letter, digit or underscore: a token that ends otherwise would be cut, as the original cuts it. */
  function cookie(name) {
    var found = document.cookie.match('\\b' + name + '=([^;]*)\\b');
    return found ? found[1] : undefined;
  }
})();
