/* 运行：开始、跟看进展。 */
(function () {
  'use strict';
  var D = window.desk, live = D.one('#live'), log = D.one('#live-log'), st = D.one('#live-state'), go = D.one('#start'), was = false;
  function look() {
    D.ask('GET', '/api/runs').then(function (r) {
      var on = r.running || r.night_running;
      if (go) go.disabled = on;
      if (on || was) {
        live.hidden = false; var end = log.scrollTop + log.clientHeight >= log.scrollHeight - 20; log.textContent = r.running || was ? r.log : '由时间表或命令行开始的运行正在进行。'; if (end) log.scrollTop = log.scrollHeight;
        st.textContent = on ? '' : r.exit_code === 0 ? '已完成' : r.exit_code === 3 ? '已完成，有待办' : '没有成功';
      }
      if (was && !on) { was = false; D.say(r.exit_code === 0 || r.exit_code === 3 ? '运行已完成' : '运行没有成功'); if (r.exit_code === 0 || r.exit_code === 3) setTimeout(function () { location.reload(); }, 2500); }
      was = on; setTimeout(look, on ? 1000 : 15000);
    }, function () { setTimeout(look, 5000); });
  }
  D.on(document, 'click', '#start', function (e, t) { t.disabled = true; D.ask('POST', '/api/runs', {}).then(function (r) { D.say(r.said_zh); was = true; look(); }, function (x) { t.disabled = false; D.say(x.message); }); });
  look();
})();
