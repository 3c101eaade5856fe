// Tables sort by the heading that is pressed; a second time, the other way round. What has no value stays last.
for (const heading of document.querySelectorAll("table.sortable thead th:not(.plain)")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
  button.addEventListener("click", () => {
    const row = heading.parentNode, body = heading.closest("table").tBodies[0], column = [...row.children].indexOf(heading);
    const down = heading.ariaSort === "ascending";
    for (const other of row.children) other.removeAttribute("aria-sort");
    heading.ariaSort = down ? "descending" : "ascending";
    const key = (line) => {
      const cell = line.cells[column], text = cell.dataset.value ?? cell.textContent;
      if (text === "" || text === "·" || text === "–") return null;
      return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
    };
    const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
    const lines = [...body.rows].map((line) => [key(line), line]);
    lines.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : (down ? -1 : 1) * order(a, b)));
    body.append(...lines.map(([, line]) => line));
  });
}
