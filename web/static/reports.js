/* 报告：编者按随写随存（断网时留在浏览器里），生成和发送看进展，预览随内容长高。 */
(function () {
  'use strict';
  var D = window.desk, note = D.one('#note'), st = D.one('#note-state'), timer, key = note && 'desk-note-' + note.getAttribute('data-key');
  D.all('iframe.preview').forEach(function (f) { function fit() { try { f.style.height = f.contentDocument.documentElement.scrollHeight + 4 + 'px'; } catch (x) { /* 读不到高度：保持原高 */ } } f.addEventListener('load', fit); fit(); });
  function keep(v) { try { if (v === null) sessionStorage.removeItem(key); else sessionStorage.setItem(key, v); } catch (x) { /* 隐私模式 */ } }
  function save() {
    clearTimeout(timer); var text = note.value;
    return D.ask('PUT', note.getAttribute('data-path'), { note: text }).then(function () { keep(null); st.textContent = '已存 ' + new Date().toTimeString().slice(0, 5); }, function (e) { st.textContent = '没有存上：' + e.message; throw e; });
  }
  if (note && !note.readOnly) {
    try { var kept = sessionStorage.getItem(key); if (kept !== null && kept !== note.value) { note.value = kept; save(); } } catch (x) { /* 隐私模式 */ }
    note.addEventListener('input', function () { keep(note.value); st.textContent = '正在保存'; clearTimeout(timer); timer = setTimeout(function () { save().catch(function () {}); }, 900); });
  }
  function follow(said) {
    var n = D.one('#run-state'); n.hidden = false; n.textContent = said;
    setTimeout(function again() {
      D.ask('GET', '/api/runs').then(function (r) {
        if (r.running) { setTimeout(again, 1000); return; }
        if (r.exit_code === 0) { location.reload(); return; }
        n.className = 'note bad'; n.textContent = (r.exit_code === 3 ? '没有全部送到。' : '没有成功。') + r.log.trim().split('\n').slice(-3).join('；'); if (r.exit_code === 3) setTimeout(function () { location.reload(); }, 3000);
      }, function (e) { n.textContent = e.message; setTimeout(again, 3000); });
    }, 1000);
  }
  function begin(t) { t.disabled = true; (note && !note.readOnly ? save() : Promise.resolve()).then(function () { return D.ask('POST', t.getAttribute('data-path'), {}); }).then(function (r) { follow(r.said_zh); }, function (e) { t.disabled = false; D.say(e.message); }); }
  D.on(document, 'click', '#make', function (e, t) { begin(t); });
  D.on(document, 'click', '#send-now', function (e, t) { var g = t.closest('dialog'); if (g.close) g.close(); begin(t); });
})();
