/* 查数：按钮给出 SQL，结果列表、折线或柱图；写过的 SQL 留在本机浏览器里。 */
(function () {
  'use strict';
  var D = window.desk, d = document, el = D.el, box = D.one('#sql'), last = null, mode = 'table', NS = 'http://www.w3.org/2000/svg';
  try { if (localStorage.getItem('desk-sql')) box.value = localStorage.getItem('desk-sql'); } catch (e) { /* 隐私模式 */ }
  function show(id, on) { D.one(id).hidden = !on; }
  function shown(v) { return v === null ? '—' : typeof v === 'number' ? v.toLocaleString('en-US', { maximumFractionDigits: 4 }).replace('-', '−') : typeof v === 'object' ? JSON.stringify(v) : v === true ? '是' : v === false ? '否' : String(v); }
  function ask() {
    var sql = box.value; try { localStorage.setItem('desk-sql', sql); } catch (e) { /* 隐私模式 */ }
    show('#answer', false); show('#wrong', false); show('#wait', true);
    D.ask('GET', '/api/query?sql=' + encodeURIComponent(sql)).then(function (r) {
      show('#wait', false); last = r; show('#answer', true);
      D.one('#count').textContent = r.cut ? '前' + r.rows.length.toLocaleString() + '行' : r.rows.length ? r.rows.length.toLocaleString() + '行' : '没有符合条件的数据';
      D.one('#took').textContent = '，' + r.seconds.toFixed(2) + '秒' + (r.cut ? '；请缩小范围，或下载后再看' : '');
      ['xlsx', 'csv'].forEach(function (k) { D.one('#as-' + k).href = '/api/query?format=' + k + '&sql=' + encodeURIComponent(sql); });
      draw();
    }, function (e) { show('#wait', false); var n = D.one('#wrong'); n.textContent = e.message; n.hidden = false; });
  }
  function isNumber(i) { return /INT|DOUBLE|FLOAT|DECIMAL|REAL/.test(last.columns[i].type); }
  function draw() {
    var nums = last.columns.map(function (c, i) { return i; }).filter(isNumber), can = nums.length && last.rows.length > 1 && last.rows.length <= 400;
    D.all('.tabs button').forEach(function (b) { var k = b.getAttribute('data-v'); b.disabled = k !== 'table' && !can; b.setAttribute('aria-pressed', String(k === (can ? mode : 'table'))); });
    show('#plot', can && mode !== 'table'); show('#grid', !can || mode === 'table');
    if (can && mode !== 'table') plot(nums[0]); else table();
  }
  function table() {
    var t = el('table'), tr = el('tr'); last.columns.forEach(function (c, i) { tr.appendChild(el('th', isNumber(i) ? 'num' : '', c.name)); });
    var h = el('thead'); h.appendChild(tr); t.appendChild(h); var b = el('tbody');
    last.rows.slice(0, 500).forEach(function (r) { var row = el('tr'); r.forEach(function (v, i) { row.appendChild(el('td', isNumber(i) ? 'num' : '', shown(v))); }); b.appendChild(row); });
    t.appendChild(b); var g = D.one('#grid'); g.textContent = ''; g.appendChild(t);
    if (last.rows.length > 500) g.appendChild(el('p', 'muted small', '页面上只列前500行，下载可得全部。'));
  }
  function svg(tag, attrs, text) { var n = d.createElementNS(NS, tag); Object.keys(attrs).forEach(function (k) { n.setAttribute(k, attrs[k]); }); if (text !== undefined) n.textContent = text; return n; }
  function step(span) { var p = Math.pow(10, Math.floor(Math.log(span / 4) / Math.LN10)), m = span / 4 / p; return (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10) * p; }
  function plot(col) {
    var label = last.columns.findIndex(function (c, i) { return !isNumber(i); }), rows = last.rows, ys = rows.map(function (r) { return r[col]; }).filter(function (v) { return v !== null; });
    if (label < 0) label = 0;
    var low = Math.min(0, Math.min.apply(null, ys)), high = Math.max(0, Math.max.apply(null, ys)); if (high === low) high = low + 1;
    var st = step(high - low); low = Math.floor(low / st) * st; high = Math.ceil(high / st) * st;
    var W = 820, H = 262, L = 70, B = 222, T = 16, w = (W - L) / rows.length; function y(v) { return B - (B - T) * (v - low) / (high - low); }
    var s = svg('svg', { 'class': 'chart', viewBox: '0 0 ' + W + ' ' + H, role: 'img', 'aria-label': last.columns[col].name + '，' + rows.length + '个点' });
    for (var v = low; v <= high + st / 2; v += st) { s.appendChild(svg('line', { 'class': 'g', x1: L, x2: W, y1: y(v), y2: y(v) })); s.appendChild(svg('text', { x: L - 6, y: y(v) + 4, 'text-anchor': 'end' }, shown(Math.round(v * 1e6) / 1e6))); }
    var every = Math.ceil(rows.length / 8), path = '', pen = false;
    rows.forEach(function (r, i) {
      var x = L + w * (i + 0.5), val = r[col], name = shown(r[label]);
      if (i % every === 0) s.appendChild(svg('text', { x: x, y: H - 14, 'text-anchor': 'middle' }, name.length > 10 ? name.slice(0, 10) : name));
      if (val === null) { pen = false; } else if (mode === 'col') { s.appendChild(svg('rect', { 'class': 'col', x: x - w * 0.35, width: Math.max(1, w * 0.7), y: Math.min(y(val), y(0)), height: Math.max(1, Math.abs(y(val) - y(0))) })); } else { path += (pen ? 'L' : 'M') + x.toFixed(1) + ' ' + y(val).toFixed(1); pen = true; }
      var hot = svg('rect', { 'class': 'hot', x: L + w * i, width: w, y: T, height: B - T }); var tell = function () { D.one('#readout').textContent = name + '：' + shown(val); };
      hot.addEventListener('mouseenter', tell); hot.addEventListener('click', tell); s.appendChild(hot);
    });
    if (path) s.insertBefore(svg('path', { 'class': 'l', d: path }), s.firstChild);
    var p = D.one('#plot-svg'); p.textContent = ''; p.appendChild(s); D.one('#plot-what').textContent = last.columns[col].name; D.one('#readout').textContent = '移到图上看各点的数';
  }
  D.on(d, 'click', '.asks .b', function (e, t) { D.all('.asks .b').forEach(function (n) { n.setAttribute('aria-pressed', String(n === t)); }); box.value = t.getAttribute('data-sql'); ask(); });
  D.on(d, 'click', '#ask', ask);
  D.on(d, 'click', '.tabs button', function (e, t) { mode = t.getAttribute('data-v'); draw(); });
  D.on(d, 'keydown', '#sql', function (e) { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); ask(); } });
  D.on(d, 'input', '#find', function (e, t) { var v = t.value.trim().toLowerCase(); D.all('.dict > details').forEach(function (n) { n.hidden = !!v && n.textContent.toLowerCase().indexOf(v) < 0; }); });
})();
