/* 交数据：上传有进度，回执说是什么、谁的、哪几天、哪些格读不出；提交、改归、撤回。待办页也用它。 */
(function () {
  'use strict';
  var D = window.desk, d = document, el = D.el, list = D.one('#files'), input = D.one('#pick'), drop = D.one('.drop');
  if (!list || !drop) return;
  var LIMIT = 256 * 1024 * 1024, queue = [], busy = 0;

  function kb(n) { return n >= 1048576 ? (n / 1048576).toFixed(1) + ' MB' : Math.max(1, Math.round(n / 1024)) + ' KB'; }
  function num(n) { return Number(n).toLocaleString('en-US').replace('-', '−'); }
  function day(t, withYear) { var p = t.split('-'); return (withYear ? p[0] + '年' : '') + Number(p[1]) + '月' + Number(p[2]) + '日'; }
  function span(a, b) {
    if (!a) return ''; if (!b || a === b) return day(a);
    var years = a.slice(0, 4) !== b.slice(0, 4); if (!years && a.slice(0, 7) === b.slice(0, 7)) return day(a) + '至' + Number(b.slice(8)) + '日';
    return day(a, years) + '至' + day(b, years);
  }
  function add(parent) { for (var i = 1; i < arguments.length; i++) if (arguments[i]) parent.appendChild(arguments[i]); return parent; }
  function button(text, cls, fn) { var b = el('button', 'b ' + (cls || ''), text); b.type = 'button'; b.addEventListener('click', fn); return b; }

  function card(kind, mark, word, name, size) {
    var rc = el('article', 'rc'); rc.setAttribute('data-k', kind);
    add(rc, add(el('div', 'rc-h'), el('span', 'st ' + mark, word), el('h3', '', name), el('span', 'muted small n', kb(size))), el('div', 'rc-b'));
    return rc;
  }
  function body(rc) { return D.one('.rc-b', rc); }

  /* 上传：一份一份来，进度条、剩余时间、取消 */
  function take(files) {
    D.one('#now').hidden = false;
    Array.prototype.forEach.call(files, function (f) {
      var rc = card('up', 'none', '等待上传', f.name, f.size); list.insertBefore(rc, list.firstChild);
      if (f.size > LIMIT) { failed(rc, '每份不超过256 MB。'); return; }
      if (!f.size) { failed(rc, '这份文件是空的。'); return; }
      queue.push({ file: f, rc: rc });
    });
    next(); tally();
  }
  function next() { while (busy < 2 && queue.length) send(queue.shift()); }
  function send(job) {
    var rc = job.rc, b = body(rc), x = new XMLHttpRequest(), form = new FormData(), began = Date.now();
    var bar = el('progress'); bar.max = 100; bar.value = 0; bar.setAttribute('aria-label', '上传进度'); var pct = el('span', 'small muted n pct', '0%');
    b.textContent = ''; add(b, bar, add(el('div', 'acts'), pct, button('取消', 'plain', function () { x.abort(); })));
    D.one('.st', rc).textContent = '正在上传'; busy++;
    form.append('file', job.file); x.open('POST', '/api/files'); x.setRequestHeader('X-CSRF-Token', D.token()); x.setRequestHeader('Accept', 'application/json');
    x.upload.onprogress = function (e) {
      if (!e.lengthComputable) return; var p = Math.floor(e.loaded / e.total * 100); bar.value = p;
      var left = Math.ceil((Date.now() - began) / 1000 * (e.total - e.loaded) / Math.max(1, e.loaded));
      pct.textContent = p + '%' + (p < 100 && left > 1 ? '，约剩' + left + '秒' : '');
      if (p === 100) { D.one('.st', rc).textContent = '正在检查'; bar.removeAttribute('value'); pct.textContent = '通常2秒内有结果'; }
    };
    x.onload = function () {
      var found; try { found = JSON.parse(x.responseText); } catch (e) { found = {}; }
      if (x.status === 401) { location.href = '/login?next=' + encodeURIComponent(location.pathname); return; }
      if (x.status === 200 && found[0]) replace(rc, found[0]); else failed(rc, found.error_zh || '没有传成，请再试一次。', job);
    };
    x.onerror = function () { failed(rc, '与服务器的连接中断，请检查网络后再试。', job); };
    x.onabort = function () { rc.remove(); tally(); };
    x.onloadend = function () { busy--; next(); tally(); };
    x.send(form);
  }
  function failed(rc, text, job) {
    rc.setAttribute('data-k', 'bad'); var st = D.one('.st', rc); st.className = 'st late'; st.textContent = '没有收下';
    var b = body(rc); b.textContent = '';
    add(b, el('p', 'note bad', text), add(el('div', 'acts'), job ? button('重试', '', function () { rc.setAttribute('data-k', 'up'); st.className = 'st none'; queue.push(job); next(); }) : null, button('移除', 'plain', function () { rc.remove(); tally(); })));
  }
  function replace(rc, r) { var twin = D.one('[data-sha="' + r.sha256 + '"]', list); if (twin && twin !== rc) twin.remove(); var n = receipt(r); rc.parentNode.replaceChild(n, rc); tally(); }

  /* 回执 */
  function look(r) {
    if (r.state && r.state !== 'received' && r.state !== 'withdrawn') return ['sent', 'on', '已提交'];
    if (r.status === 'duplicate') return ['dup', 'none', '重复'];
    if (r.status === 'refused') return ['unk', 'late', r.layout ? '不能收' : '不认识'];
    if (r.status === 'held') return ['held', 'risk', '接不上'];
    if (!r.source) return ['choose', 'risk', '请选账号'];
    if (r.refused.length) return ['part', 'risk', (r.refused.length + r.refused_more) + '个单元格读不出'];
    return r.warnings_zh.length ? ['warn', 'met', '可提交'] : ['ready', 'met', '可提交'];
  }
  function receipt(r) {
    var k = look(r), rc = card(k[0], k[1], k[2], r.name, r.size), b = body(rc); rc.setAttribute('data-sha', r.sha256);
    if (r.layout_zh) add(b, what(r));
    if (k[0] === 'sent') { sent(rc, r); return rc; }
    if (r.reason_zh) add(b, el('p', 'note ' + (r.status === 'duplicate' ? 'info' : r.status === 'held' ? 'warn' : 'bad'), r.reason_zh));
    r.warnings_zh.forEach(function (w) { add(b, el('p', 'note warn', w)); });
    if (r.changes.length && r.status !== 'duplicate') add(b, changes(r));
    if (r.refused.length) add(b, cells(r));
    if (r.status === 'ready' && r.sources.length > 1) add(b, choose(rc, r));
    add(b, answers(rc, r, k[0]));
    if (k[0] === 'part') add(b, el('p', 'hint later', '也可在原表改好后整份重交，以后交的为准，不会重复计数。'));
    return rc;
  }
  function what(r) {
    var p = el('p', 'what'), t = []; add(p, el('b', '', r.layout_zh));
    if (r.source_zh) t.push(r.source_zh); if (r.first_on) t.push(span(r.first_on, r.last_on));
    t.push(r.rows_refused ? num(r.rows) + '行中' + num(r.rows - r.rows_refused) + '行可读' : num(r.rows) + '行');
    var s = '，' + t.join('，'), n = [];
    if (r.source && r.status === 'ready') {
      if (!r.known_values && !r.changed_values) n.push('全部为新'); else { if (r.new_days) n.push('新增' + num(r.new_days) + '条'); if (r.changed_values) n.push('更正' + num(r.changed_values) + '条'); if (r.known_values) n.push(num(r.known_values) + '条与已有相同'); }
    }
    p.appendChild(d.createTextNode(s + (n.length ? '；' + n.join('，') : ''))); return p;
  }
  function table(heads, rows, cls, caption) {
    var t = el('table', cls), tr = el('tr'); if (caption) add(t, el('caption', '', caption));
    heads.forEach(function (h) { add(tr, el('th', '', h)); }); add(t, add(el('thead'), tr)); var tb = el('tbody');
    rows.forEach(function (r) { var tr2 = el('tr'); r.forEach(function (c, i) { var td = el('td', c[1] || '', c[0]); td.setAttribute('data-l', heads[i]); add(tr2, td); }); add(tb, tr2); });
    return add(t, tb);
  }
  function cells(r) {
    var sheets = {}; r.refused.forEach(function (c) { (sheets[c.sheet] = sheets[c.sheet] || []).push(c); });
    var box = el('div', 'stack');
    Object.keys(sheets).forEach(function (s) {
      add(box, table(['位置', '栏目', '填的是', '请这样改'], sheets[s].map(function (c) { return [[c.cell, 'addr'], [c.column], [c.value || '（空）', 'val'], [c.reason_zh + (c.is_row_lost ? '' : '（该行已收，此格暂缺）')]]; }), 'cells rows', '工作表“' + s + '”，' + sheets[s].length + '处有问题'));
    });
    if (r.refused_more) add(box, el('p', 'hint', '另有' + num(r.refused_more) + '处，见“下载待改的行”。'));
    return box;
  }
  function changes(r) {
    var box = el('details', 'ho'); add(box, el('summary', '', '看更正的' + num(r.changed_values) + '条'));
    return add(box, table(['哪一条', '栏目', '原数', '现数'], r.changes.map(function (c) { return [[c.key], [c.column], [c.old === null ? '（空）' : c.old, 'num'], [c.new, 'num']]; }), 'rows'));
  }
  function choose(rc, r) {
    var f = el('fieldset', 'stack'); add(f, el('legend', 'vh', '这是哪个账号的'));
    r.sources.forEach(function (s) {
      var l = el('label', 'opt'), i = el('input'), t = el('span'); i.type = 'radio'; i.name = 'acc-' + r.sha256; i.value = s.source; i.checked = s.source === r.source;
      i.addEventListener('change', function () { r.source = s.source; r.source_zh = s.name; D.all('[data-submit]', rc).forEach(function (b) { b.disabled = false; }); if (rc.getAttribute('data-k') === 'choose') { rc.setAttribute('data-k', 'chosen'); } tally(); });
      add(t, el('b', '', s.name), el('span', 'muted', '，' + s.reason_zh)); add(f, add(l, i, t));
    });
    return f;
  }
  function answers(rc, r, k) {
    var a = el('div', 'acts'), go;
    if (r.status === 'ready') {
      if (r.rows_to_mend) { var x = el('a', 'b main', '下载待改的' + num(r.rows_to_mend) + '行'); x.href = '/api/files/' + r.sha256 + '/refused.xlsx'; add(a, x); }
      go = button(r.rows_refused ? '先交可读的' + num(r.rows - r.rows_refused) + '行' : r.rows_to_mend ? '照交，读不出的格暂缺' : '提交', r.rows_to_mend ? '' : 'main', function () { submit(rc, r, { source: r.source, rows: 'good' }); });
      go.setAttribute('data-submit', ''); go.disabled = !r.source; add(a, go);
    }
    if (r.status === 'held' || r.status === 'refused') add(a, button(r.status === 'held' ? '交宣传处判定' : '请宣传处辨认', '', function () { submit(rc, r, { source: r.source, ask: true }); }));
    var other = r.status === 'held' && r.sources.filter(function (s) { return s.verdict === 'same'; })[0];
    if (other) a.insertBefore(button('改为' + other.name + '并提交', 'main', function () { submit(rc, r, { source: other.source }); }), a.firstChild);
    return add(a, button(k === 'dup' || k === 'unk' ? '移除' : '取消', 'plain', function () { cancel(rc, r); }));
  }
  function submit(rc, r, how) {
    D.all('button', rc).forEach(function (b) { b.disabled = true; });
    return D.ask('POST', '/api/files/' + r.sha256 + '/submit', how).then(function (found) { replace(rc, found); }, function (e) {
      D.all('button', rc).forEach(function (b) { b.disabled = false; }); D.say(e.message);
      return D.ask('GET', '/api/files').then(function (all) { var now = all.filter(function (o) { return o.sha256 === r.sha256; })[0]; if (now && now.status !== r.status) replace(rc, now); }, function () {});
    });
  }
  function sent(rc, r) {
    var held = r.state === 'held', a = el('div', 'acts');
    add(a, el('span', '', held ? '已交宣传处判定，判定前不计入。' : r.rows_refused ? '已提交可读的' + num(r.rows - r.rows_refused) + '行，今晚入库。另' + num(r.rows_refused) + '行已列入待办，改正后可随时补交。' : r.rows_to_mend ? '今晚入库；读不出的格暂缺，' + num(r.rows_to_mend) + '行已列入待办，改正后可随时补交。' : '今晚入库，明早可在“应报”看到 ✓。'));
    add(a, button('撤回', 'plain', function () { D.ask('DELETE', '/api/files/' + r.sha256).then(function () { r.state = 'withdrawn'; replace(rc, r); }, function (e) { D.say(e.message); }); }));
    add(body(rc), a);
  }
  function cancel(rc, r) { D.ask('DELETE', '/api/files/' + r.sha256).then(function () { rc.remove(); tally(); D.say('已取消：' + r.name); }, function (e) { if (r.state === 'withdrawn') { rc.remove(); tally(); } else D.say(e.message); }); }

  function tally() {
    var n = {}, names = { ready: 'ok', warn: 'ok', chosen: 'ok', part: 'see', held: 'see', unk: 'see', choose: 'see', bad: 'see' };
    D.all('.rc', list).forEach(function (r) { var k = r.getAttribute('data-k'); k = names[k] || k; n[k] = (n[k] || 0) + 1; });
    drop.classList.toggle('slim', !!D.one('.rc', list)); D.one('#now').hidden = !D.one('.rc', list);
    D.one('#count').textContent = [['ok', '可提交'], ['see', '要处理'], ['up', '在传'], ['dup', '重复'], ['sent', '已提交']].filter(function (x) { return n[x[0]]; }).map(function (x) { return n[x[0]] + '份' + x[1]; }).join('，');
    var b = D.one('#submit-all'); if (!b) return; var ready = D.all('.rc[data-k=ready]', list).length;
    b.hidden = ready < 2; b.textContent = '提交没有提示的' + ready + '份';
  }
  D.on(d, 'click', '#submit-all', function () { D.all('.rc[data-k=ready] [data-submit]', list).forEach(function (b) { b.click(); }); });
  ['dragenter', 'dragover'].forEach(function (t) { d.addEventListener(t, function (e) { e.preventDefault(); drop.classList.add('over'); }); });
  d.addEventListener('dragleave', function (e) { if (!e.relatedTarget) drop.classList.remove('over'); });
  d.addEventListener('drop', function (e) { e.preventDefault(); drop.classList.remove('over'); if (e.dataTransfer && e.dataTransfer.files.length && !input.disabled) take(e.dataTransfer.files); });
  input.addEventListener('change', function () { take(input.files); input.value = ''; });
  window.addEventListener('beforeunload', function (e) { if (busy || queue.length) { e.preventDefault(); e.returnValue = ''; } });
  var open = D.one('#open-receipts'); if (open) JSON.parse(open.textContent).forEach(function (r) { list.appendChild(receipt(r)); });
  tally();
})();
