"use strict";
// Sort a table by the clicked column; numbers by their data-v, text by the Chinese collation.
const collator = new Intl.Collator("zh-CN", { numeric: true });
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const th = button.closest("th"), table = th.closest("table"), index = th.cellIndex;
    const down = th.getAttribute("aria-sort") !== "descending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[index].dataset.v ?? row.cells[index].textContent.trim();
    const rows = [...table.tBodies[0].rows].sort((a, b) => collator.compare(value(a), value(b)) * (down ? -1 : 1));
    table.tBodies[0].append(...rows);
  });
}
for (const box of document.querySelectorAll("input[data-table]")) {
  const rows = document.getElementById(box.dataset.table).tBodies[0].rows;
  box.addEventListener("input", () => {
    const words = box.value.trim().toLowerCase();
    for (const row of rows) row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words);
  });
}
