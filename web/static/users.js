/* 用户：新建、重设、停用；链接只显示一次。 */
(function () {
  'use strict';
  var D = window.desk, d = document, role = D.one('#ro');
  function unit() { D.one('#ut').closest('.field').hidden = role.value !== 'unit'; }
  role.addEventListener('change', unit); unit();
  function show(link) { D.one('#link').textContent = link; D.one('#link-box').showModal(); }
  D.on(d, 'submit', '#new-user', function (e) {
    e.preventDefault(); var err = D.one('#un-err'); err.hidden = true;
    D.ask('POST', '/api/users', { name: D.one('#un').value, role: role.value, unit: role.value === 'unit' ? D.one('#ut').value : '' }).then(function (r) { D.one('#add').close(); show(r.link); }, function (x) { err.textContent = x.message; err.hidden = false; D.one('#un').focus(); });
  });
  D.on(d, 'click', '[data-user]', function (e, t) {
    var kind = t.getAttribute('data-action'), name = t.getAttribute('data-user');
    if (kind === 'disable' && !window.confirm('停用' + name + '？已登录的立即退出。')) return;
    D.ask('POST', '/api/users/' + encodeURIComponent(name), { action: kind }).then(function (r) { if (r.link) show(r.link); else location.reload(); }, function (x) { D.say(x.message); });
  });
  D.on(d, 'click', '#link-done', function () { location.reload(); });
})();
