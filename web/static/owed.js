/* 应报：按单位、没交齐的筛选；点一格看缺什么、怎么取得；方向键在格间移动。 */
(function () {
  'use strict';
  var D = window.desk, d = document, el = D.el, visitor = !D.token();
  function close() { D.all('tr.det').forEach(function (n) { n.remove(); }); D.all('table.owed button[aria-expanded=true]').forEach(function (n) { n.setAttribute('aria-expanded', 'false'); }); }
  function filter() {
    var unit = D.one('#unit'), only = D.one('#only').checked; close();
    D.all('table.owed tbody').forEach(function (b) {
      var lines = D.all('tr:not(.own)', b), open = 0;
      lines.forEach(function (tr) { var lacks = !!D.one('button.c', tr); tr.hidden = only && !lacks; if (lacks) open++; });
      b.hidden = (unit && unit.value && b.getAttribute('data-u') !== unit.value) || (only && !open);
    });
  }
  D.on(d, 'change', '#unit, #only', filter);

  D.on(d, 'click', 'table.owed button.c', function (e, t) {
    var was = t.getAttribute('aria-expanded') === 'true', tr = t.closest('tr'); close(); if (was) return;
    var row = el('tr', 'det'), td = el('td'), box = el('div', 'det-in'), acts = el('div', 'acts'), how = t.getAttribute('data-how'), state = t.getAttribute('data-state');
    td.colSpan = 13; row.appendChild(td); td.appendChild(box);
    box.appendChild(el('h3', '', t.getAttribute('data-t'))); box.appendChild(el('p', '', t.getAttribute('data-d')));
    if (how && state !== 'partial' && state !== 'lost') box.appendChild(el('p', 'muted', '怎么取得：' + how));
    if (!visitor && state !== 'lost') {
      var go = el('a', 'b main', state === 'partial' ? '去改正' : '交数据'); go.href = state === 'partial' ? '/todo#rows' : '/upload'; acts.appendChild(go);
      if (t.getAttribute('data-none')) { var none = el('button', 'b', '记零报告'); none.type = 'button'; none.setAttribute('data-post', '/api/owed/none'); none.setAttribute('data-body', t.getAttribute('data-none')); none.setAttribute('data-reload', ''); acts.appendChild(none); }
    }
    if (acts.firstChild) box.appendChild(acts);
    tr.parentNode.insertBefore(row, tr.nextSibling); t.setAttribute('aria-expanded', 'true'); if (row.scrollIntoView) row.scrollIntoView({ block: 'nearest' });
  });

  D.on(d, 'keydown', 'table.owed button.c', function (e, t) {
    var step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 2, ArrowUp: -2 }[e.key]; if (!step) return;
    var all = D.all('table.owed button.c').filter(function (n) { return n.offsetParent; }), i = all.indexOf(t), to;
    if (step === 1 || step === -1) to = all[i + step];
    else {
      var place = t.closest('td').cellIndex, row = t.closest('tr').rowIndex, best = Infinity;
      all.forEach(function (n) {
        var away = n.closest('tr').rowIndex - row; if (away * step <= 0) return;
        var far = Math.abs(away) * 20 + Math.abs(n.closest('td').cellIndex - place); if (far < best) { best = far; to = n; }
      });
    }
    if (to) { e.preventDefault(); to.focus(); }
  });
})();
