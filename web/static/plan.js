/* 新建计划：三步在同一页，前后可退，填的留在浏览器里；核对由服务器用夜间同样的规则。 */
(function () {
  'use strict';
  var D = window.desk, form = D.one('#plan'), key = 'desk-plan-' + form.getAttribute('data-year');
  var fields = D.all('input', form);
  function keep() { try { localStorage.setItem(key, JSON.stringify(fields.map(function (f) { return f.type === 'checkbox' ? f.checked : f.value; }))); D.one('#kept').textContent = '草稿已存 ' + new Date().toTimeString().slice(0, 5); } catch (e) { /* 隐私模式 */ } }
  try { var old = JSON.parse(localStorage.getItem(key) || 'null'); if (old && old.length === fields.length) fields.forEach(function (f, i) { if (f.type === 'checkbox') f.checked = old[i]; else f.value = old[i]; }); } catch (e) { /* 隐私模式 */ }
  form.addEventListener('input', keep); form.addEventListener('submit', function (e) { e.preventDefault(); });
  function data() {
    var d = { year: Number(form.getAttribute('data-year')), title: D.one('#title').value, document: D.one('#document').value, targets: [], projects: [] };
    D.all('[data-target]', form).forEach(function (r) { var i = D.one('input', r), t = { id: r.getAttribute('data-target') }; t[i.name] = i.value === '' ? null : Number(i.value); d.targets.push(t); });
    D.all('[data-project]', form).forEach(function (r) { if (!D.one('input[type=checkbox]', r).checked) return; var p = { id: r.getAttribute('data-project') }; D.all('input[name]', r).forEach(function (i) { p[i.name] = i.value; }); d.projects.push(p); });
    return d;
  }
  function check() {
    var box = D.one('#found'); D.one('#save').disabled = true;
    D.ask('POST', '/api/plans/check', data()).then(function (r) {
      box.textContent = '';
      if (r.problems_zh.length) { var n = D.el('div', 'note bad'); n.appendChild(D.el('p', '', r.problems_zh.length + '处须改正才能保存')); r.problems_zh.forEach(function (t) { n.appendChild(D.el('p', '', t)); }); box.appendChild(n); }
      r.remarks_zh.forEach(function (t) { box.appendChild(D.el('p', 'note warn', t)); });
      if (!r.problems_zh.length) { box.appendChild(D.el('p', 'note info', '可以保存。')); D.one('#save').disabled = false; }
    }, function (e) { D.say(e.message); });
  }
  D.on(form, 'click', '[data-step]', function (e, t) {
    var k = t.getAttribute('data-step'); D.all('[data-p]', form).forEach(function (n) { n.hidden = n.getAttribute('data-p') !== k; });
    D.all('.steps li').forEach(function (n, j) { if (String(j + 1) === k) n.setAttribute('aria-current', 'step'); else n.removeAttribute('aria-current'); });
    window.scrollTo(0, 0); var h = D.one('[data-p="' + k + '"] h2', form); h.tabIndex = -1; h.focus(); if (k === '3') check();
  });
  D.on(form, 'click', '#save', function (e, t) { t.disabled = true; D.ask('POST', '/api/plans', data()).then(function (r) { try { localStorage.removeItem(key); } catch (x) { /* 隐私模式 */ } D.say(r.said_zh); setTimeout(function () { location.href = '/plan'; }, 1200); }, function (x) { t.disabled = false; D.say(x.message); }); });
})();
