"use strict";
// Sort a table by the clicked column; numbers by their data-v (empty: not known), text by the Chinese collation.
const collator = new Intl.Collator("zh-CN", { numeric: true });
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const th = button.closest("th"), table = th.closest("table"), index = th.cellIndex;
    const down = th.getAttribute("aria-sort") !== "descending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    const cell = (row) => row.cells[index];
    const text = (row) => cell(row).textContent.trim();
    const known = (row) => cell(row).dataset.v !== "" && text(row) !== "—";
    const compare = (a, b) => cell(a).dataset.v && cell(b).dataset.v ? cell(a).dataset.v - cell(b).dataset.v : collator.compare(text(a), text(b));
    // What is not known stands last, whichever way the others are sorted.
    const rows = [...table.tBodies[0].rows].sort((a, b) => known(b) - known(a) || (known(a) ? compare(a, b) * (down ? -1 : 1) : 0));
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
