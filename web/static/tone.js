/* 待办（宣传处）：倾向核定 1 2 3 4，0 跳过，Z 撤销；文件判定；单位名。 */
(function () {
  'use strict';
  var D = window.desk, d = document, tone = D.one('#tone'), data = D.one('#tone-data');
  function undoOf(r) { return r.undo ? function () { D.ask(r.undo.method, r.undo.path, r.undo.body).then(function () { location.reload(); }, function (x) { D.say(x.message); }); } : null; }
  D.on(d, 'click', '[data-held]', function (e, t) {
    var job = t.closest('.job'), pick = D.one('[data-source]', job), kind = t.getAttribute('data-held');
    if (kind === 'reassign' && !pick.value) { pick.focus(); D.say('请先选归到哪里'); return; }
    t.disabled = true;
    D.ask('POST', '/api/held/' + t.getAttribute('data-sha'), { decision: kind, source: kind === 'reassign' ? pick.value : undefined, note: D.one('[data-note]', job).value }).then(function (r) {
      job.parentNode.replaceChild(D.el('div', 'job done', r.said_zh), job); D.say(r.said_zh, undoOf(r));
    }, function (x) { t.disabled = false; D.say(x.message); });
  });
  D.on(d, 'click', '[data-map]', function (e, t) {
    var job = t.closest('.job'); t.disabled = true;
    D.ask('POST', '/api/units', { name: t.getAttribute('data-map'), unit: D.one('[data-unit]', job).value }).then(function (r) { job.parentNode.replaceChild(D.el('div', 'job done', r.said_zh), job); D.say(r.said_zh, undoOf(r)); }, function (x) { t.disabled = false; D.say(x.message); });
  });
  if (!tone || !data) return;
  var queue = JSON.parse(data.textContent), log = [], skipped = [], busy = false;
  function meta(x) { var p = x.published_on.split('-'); return [x.media_name, x.media_type, Number(p[1]) + '月' + Number(p[2]) + '日', x.unit].filter(Boolean).join(' · '); }
  function draw() {
    var x = queue[0];
    D.one('#tone-left').textContent = queue.length ? '还有' + (queue.length + skipped.length) + '条' : skipped.length ? '跳过' + skipped.length + '条' : '全部核定';
    D.all('.tone-work', tone).forEach(function (n) { n.hidden = !x; }); D.one('.tone-end', tone).hidden = !!x || skipped.length > 0;
    if (x) {
      D.one('#tone-title').textContent = x.title; D.one('#tone-meta').textContent = meta(x);
      var a = D.one('#tone-url'), ok = /^https?:\/\//i.test(x.url || ''); a.hidden = !ok; if (ok) a.href = x.url; else a.removeAttribute('href'); D.one('#tone-nourl').hidden = ok;
      var s = D.one('#tone-same'); s.hidden = !x.also.length; if (x.also.length) { D.one('span', s).textContent = '同题的' + x.also_zh + '一并核定'; D.one('input', s).checked = true; }
    }
    var ul = D.one('#tone-trail'); ul.textContent = '';
    log.slice(-4).reverse().forEach(function (r) { var li = D.el('li'); li.appendChild(D.el('span', '', r.tone || '跳过')); li.appendChild(D.el('span', '', r.x.title + '（' + r.x.media_name + '）')); ul.appendChild(li); });
    D.one('#tone-undo').disabled = !log.length;
  }
  function put(word) {
    var x = queue[0]; if (!x || busy) return;
    if (!word) { log.push({ x: x, tone: '', also: [] }); skipped.push(queue.shift()); draw(); return; }
    var also = x.also.length && D.one('#tone-same input').checked ? x.also : [];
    busy = true;
    D.ask('POST', '/api/reviews/' + encodeURIComponent(x.mention_id), { tone: word, also: also }).then(function () {
      busy = false; var taken = queue.filter(function (y) { return y === x || also.indexOf(y.mention_id) >= 0; });
      queue = queue.filter(function (y) { return taken.indexOf(y) < 0; }); log.push({ x: x, tone: word, also: also, taken: taken }); draw();
    }, function (e) { busy = false; D.say(e.message); });
  }
  function back() {
    var r = log[log.length - 1]; if (!r || busy) return;
    if (!r.tone) { log.pop(); skipped.pop(); queue.unshift(r.x); draw(); return; }
    busy = true;
    D.ask('POST', '/api/reviews/' + encodeURIComponent(r.x.mention_id), { tone: null, also: r.also }).then(function () { busy = false; log.pop(); queue = r.taken.concat(queue); draw(); }, function (e) { busy = false; D.say(e.message); });
  }
  D.on(tone, 'click', '[data-tone]', function (e, t) { put(t.getAttribute('data-tone')); });
  D.on(tone, 'click', '#tone-undo', back);
  d.addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey || (/INPUT|TEXTAREA|SELECT/.test(e.target.tagName) && e.target.type !== 'checkbox') || !tone.offsetParent) return;
    if (/^[0-4]$/.test(e.key)) { e.preventDefault(); put(['', '正面', '中性', '负面', '无关'][Number(e.key)]); } else if (e.key === 'z' || e.key === 'Z') back();
  });
  draw();
})();
