// Tabs, and tables that sort by the column whose heading is clicked.
for (const button of document.querySelectorAll("[data-tab]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-tab]")) other.setAttribute("aria-selected", other === button);
    for (const panel of document.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== button.dataset.tab;
  });
}
for (const heading of document.querySelectorAll("table.sortable th:not(.plain)")) {
  heading.addEventListener("click", () => {
    const row = heading.parentNode, column = [...row.children].indexOf(heading), body = heading.closest("table").tBodies[0];
    const down = heading.dataset.order === "up";
    for (const other of row.children) delete other.dataset.order;
    heading.dataset.order = down ? "down" : "up";
    const value = (line) => { const cell = line.children[column]; const text = cell.dataset.value ?? cell.textContent; const number = parseFloat(text); return Number.isNaN(number) ? text : number; };
    const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
    const lines = [...body.rows].sort((a, b) => (down ? -1 : 1) * order(value(a), value(b)));
    body.append(...lines);
  });
}
