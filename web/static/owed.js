/* 应报：按单位筛选。 */
(function () {
  'use strict';
  var D = window.desk;
  D.on(document, 'change', '#unit', function (e, t) { D.all('table.owed tbody').forEach(function (b) { b.hidden = !!t.value && b.getAttribute('data-u') !== t.value; }); });
})();
