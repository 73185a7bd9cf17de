/* 各页共用：菜单、回执语、对话框、复制、密码框、向服务器说话。其余每页一个小文件。 */
(function () {
  'use strict';
  var d = document;
  function all(s, r) { return Array.prototype.slice.call((r || d).querySelectorAll(s)); }
  function one(s, r) { return (r || d).querySelector(s); }
  function on(root, type, sel, fn) {
    root.addEventListener(type, function (e) { var t = e.target.closest && e.target.closest(sel); if (t && root.contains(t)) fn(e, t); });
  }
  function el(tag, cls, text) { var n = d.createElement(tag); if (cls) n.className = cls; if (text !== undefined && text !== null) n.textContent = text; return n; }
  function token() { var m = one('meta[name=csrf-token]'); return m ? m.content : ''; }

  /* 向服务器说话：成功给内容，不成功给一句中文 */
  function ask(method, address, body) {
    var told = { method: method, credentials: 'same-origin', headers: { Accept: 'application/json', 'X-CSRF-Token': token() } };
    if (body !== undefined) { told.headers['Content-Type'] = 'application/json'; told.body = JSON.stringify(body); }
    return fetch(address, told).then(function (r) {
      return r.json().catch(function () { return {}; }).then(function (found) {
        if (r.status === 401) { location.href = '/login?next=' + encodeURIComponent(location.pathname); }
        if (!r.ok) { throw new Error(found.error_zh || '没有记下，请稍后再试。'); }
        return found;
      });
    }, function () { throw new Error('与服务器的连接中断，请检查网络后再试。'); });
  }

  /* 回执语：说出做了什么，带一次撤销；10 秒后退去，读屏器会念 */
  var said, timer;
  function say(text, undo, stays) {
    if (said) said.remove();
    said = el('div', 'said'); said.setAttribute('role', 'status'); said.appendChild(el('span', '', text));
    if (undo) { var b = el('button', '', '撤销'); b.type = 'button'; b.addEventListener('click', function () { var was = said; undo(); if (was) was.remove(); }); said.appendChild(b); }
    d.body.appendChild(said); clearTimeout(timer);
    if (!stays) timer = setTimeout(function () { if (said) said.remove(); }, 10000);
  }
  window.desk = { all: all, one: one, on: on, el: el, ask: ask, say: say, token: token };

  on(d, 'click', '[data-menu]', function (e, t) { var o = t.closest('.top-in').classList.toggle('open'); t.setAttribute('aria-expanded', o); });
  d.addEventListener('click', function (e) { all('details.me[open]').forEach(function (n) { if (!n.contains(e.target)) n.open = false; }); });
  d.addEventListener('keydown', function (e) { if (e.key === 'Escape') all('details.me[open]').forEach(function (n) { n.open = false; one('summary', n).focus(); }); });
  on(d, 'click', '[data-print]', function () { window.print(); });

  on(d, 'click', '[data-copy]', function (e, t) {
    var n = d.getElementById(t.getAttribute('data-copy')), text = n.value || n.textContent;
    function ok() { var o = t.textContent; t.textContent = '已复制'; setTimeout(function () { t.textContent = o; }, 2000); }
    function byHand() { if (n.select) { n.focus(); n.select(); } else { getSelection().selectAllChildren(n); } say('请按 Ctrl+C 复制已选中的文字'); }
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(text).then(ok, byHand); else byHand();
  });

  var back;
  on(d, 'click', '[data-open]', function (e, t) { e.preventDefault(); back = t; var g = d.getElementById(t.getAttribute('data-open')); if (g.showModal) g.showModal(); else g.setAttribute('open', ''); });
  on(d, 'click', '[data-close]', function (e, t) { var g = t.closest('dialog'); if (g.close) g.close(); else g.removeAttribute('open'); if (back) back.focus(); });

  /* 密码规则当场说 */
  var pw = one('#pw'), rules = one('#rules');
  if (pw && rules) {
    var check = function () {
      var v = pw.value, user = rules.getAttribute('data-user').toLowerCase();
      var r = { len: v.length >= 10, name: v.length > 0 && v.toLowerCase().indexOf(user) < 0, same: v.length > 0 && v === one('#pw2').value };
      all('[data-rule]').forEach(function (n) { n.className = r[n.getAttribute('data-rule')] ? 'ok' : ''; });
      one('#pw-go').disabled = !(r.len && r.name && r.same);
    };
    pw.addEventListener('input', check); one('#pw2').addEventListener('input', check); check();
  }
  on(d, 'change', '#showpw', function (e, t) { all('#pw, #pw2, #password').forEach(function (n) { n.type = t.checked ? 'text' : 'password'; }); });

  /* 整页可放：放下就上传，传完去交数据看回执 */
  var to = d.body.getAttribute('data-drop'), carrying = false;
  function carry(files, i) {
    if (i === files.length) { carrying = false; location.href = to; return; }
    say('正在上传并检查“' + files[i].name + '”' + (files.length > 1 ? '，第' + (i + 1) + '份，共' + files.length + '份' : ''), null, true);
    var form = new FormData(); form.append('file', files[i]);
    fetch('/api/files', { method: 'POST', credentials: 'same-origin', headers: { Accept: 'application/json', 'X-CSRF-Token': token() }, body: form }).then(function (r) {
      return r.json().catch(function () { return {}; }).then(function (found) { if (!r.ok) throw new Error(found.error_zh || '没有传成，请再试一次。'); });
    }, function () { throw new Error('与服务器的连接中断，请检查网络后再试。'); }).then(function () { carry(files, i + 1); }, function (x) { carrying = false; say('“' + files[i].name + '”没有交成：' + x.message); });
  }
  if (to && !one('.drop')) {
    d.addEventListener('dragover', function (e) { e.preventDefault(); });
    d.addEventListener('drop', function (e) { e.preventDefault(); var files = e.dataTransfer ? Array.prototype.slice.call(e.dataTransfer.files) : []; if (files.length && !carrying) { carrying = true; carry(files, 0); } });
    window.addEventListener('beforeunload', function (e) { if (carrying) { e.preventDefault(); e.returnValue = ''; } });
  }
  /* 一个按钮一件事：data-post 的地址，data-body 的内容，data-said 的回话 */
  on(d, 'click', '[data-post]', function (e, t) {
    e.preventDefault(); if (t.getAttribute('data-sure') && !window.confirm(t.getAttribute('data-sure'))) return;
    t.disabled = true;
    ask(t.getAttribute('data-method') || 'POST', t.getAttribute('data-post'), JSON.parse(t.getAttribute('data-body') || '{}')).then(function (r) {
      var job = t.closest('.job, li, tr'), text = r.said_zh || t.getAttribute('data-said') || '已记下';
      if (t.hasAttribute('data-reload')) { location.reload(); return; }
      if (job) { var p = el(job.tagName === 'TR' ? 'tr' : job.tagName === 'LI' ? 'li' : 'div', 'job done'); if (job.tagName === 'TR') { var td = el('td', '', text); td.colSpan = 9; p.appendChild(td); } else p.textContent = text; job.parentNode.replaceChild(p, job); }
      say(text, r.undo ? function () { ask(r.undo.method, r.undo.path, r.undo.body).then(function () { location.reload(); }, function (x) { say(x.message); }); } : null);
    }, function (x) { t.disabled = false; say(x.message); });
  });
})();
