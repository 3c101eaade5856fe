// The heat map: colours of the metric that is chosen, and a note on the cell that is pointed at or has the focus.
const data = JSON.parse(document.getElementById("data").textContent);
{
  const table = document.querySelector("table.heat"), choice = document.getElementById("metric");
  const BIG = Number.MAX_VALUE, STEPS = 16;
  const sign = (text) => text.replace("-", "−");
  const digits = (score, few) => {
    // Halves are rounded up, as in the page that came.
    const value = score * (1 + 1e-12), size = Math.abs(score);
    if (size >= BIG) return value > 0 ? "∞" : "−∞";
    if (size !== 0 && (size < 1e-3 || size >= (few ? 1e4 : 1e5))) return sign(value.toExponential(few ? 0 : 2).replace("e+", "e"));
    const decimals = few ? (size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3) : size >= 100 ? 1 : size >= 1 ? 2 : 4;
    return sign(few ? value.toFixed(decimals) : String(Number(value.toFixed(decimals))));
  };
  const median = (values) => {
    const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  };
  const chosen = () => choice?.value ?? Object.keys(data.metrics)[0];

  const paint = () => {
    const id = chosen(), metric = data.metrics[id];
    // From the worst score to the best.
    const sorted = metric.rows.flatMap((row) => row ?? []).map((score) => metric.sign * score).sort((a, b) => b - a);
    const worse = (score) => {
      let low = 0, high = sorted.length;
      while (low < high) { const middle = (low + high) >> 1; if (sorted[middle] > metric.sign * score) low = middle + 1; else high = middle; }
      return low;
    };
    for (const line of table.tBodies[0].rows) {
      const system = Number(line.dataset.system), scores = metric.rows[system], cells = [...line.cells].slice(2);
      cells[0].textContent = scores ? digits(median(scores), false) : "–";
      data.methods.forEach((_, method) => {
        const cell = cells[method + 1], failed = data.failed[system][method] > 0 ? " f" : "";
        if (!scores) { cell.className = "na" + failed; cell.textContent = "·"; delete cell.dataset.value; return; }
        cell.className = `q${Math.floor((worse(scores[method]) * STEPS) / sorted.length)}${failed}`;
        cell.textContent = digits(scores[method], true);
        cell.dataset.value = scores[method];
      });
    }
    for (const name of document.querySelectorAll(".metric-name")) name.textContent = id;
    for (const name of document.querySelectorAll(".metric-direction")) name.textContent = metric.sign > 0 ? "lower is better" : "higher is better";
    document.querySelectorAll(".scale .labels b").forEach((label, quarter) => {
      label.textContent = digits(metric.sign * sorted[Math.round(((sorted.length - 1) * quarter) / 4)], false);
    });
    for (const heading of table.tHead.rows[0].cells) heading.removeAttribute("aria-sort");
  };

  const tip = document.createElement("div");
  tip.id = "tip"; tip.role = "status"; tip.hidden = true;
  document.body.append(tip);
  const describe = (cell) => {
    const system = Number(cell.parentNode.dataset.system), method = cell.cellIndex - 3, id = chosen();
    const { sign: better, rows } = data.metrics[id], scores = rows[system], failed = data.failed[system][method], seeds = data.seeds[system];
    const title = document.createElement("b");
    title.textContent = `${data.methods[method]} on ${data.systems[system]}`;
    const lines = [];
    if (scores) {
      const place = 1 + scores.filter((other) => better * other < better * scores[method]).length;
      lines.push(`${id} ${digits(scores[method], false)}, place ${place} of ${scores.length}`);
    } else lines.push(`no value of ${id}`);
    lines.push(failed ? `${failed} of ${seeds} seeds without a forecast` : `mean over ${seeds} ${seeds === 1 ? "seed" : "seeds"}`);
    tip.replaceChildren(title, ...lines.map((line) => { const part = document.createElement("div"); part.textContent = line; return part; }));
    tip.hidden = false;
    const box = cell.getBoundingClientRect(), own = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(innerWidth - own.width - 4, box.left + box.width / 2 - own.width / 2))}px`;
    tip.style.top = `${box.top - own.height - 6 > 0 ? box.top - own.height - 6 : box.bottom + 6}px`;
  };
  const cellOf = (target) => { const cell = target.closest?.("td"); return cell && cell.cellIndex > 2 ? cell : null; };
  if (table) {
    if (choice) { choice.addEventListener("change", paint); if (choice.selectedIndex > 0) paint(); }
    const hide = () => { tip.hidden = true; };
    table.addEventListener("mouseover", (event) => { const cell = cellOf(event.target); if (cell) describe(cell); else hide(); });
    table.addEventListener("mouseleave", hide);
    table.addEventListener("focusin", (event) => { const cell = cellOf(event.target); if (cell) describe(cell); });
    table.addEventListener("focusout", hide);
    // One cell takes part in the order of the tab key; arrows move it.
    const first = table.tBodies[0].rows[0]?.cells[3];
    if (first) first.tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const cell = cellOf(event.target), step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (event.key === "Escape") hide();
      if (!cell || !step) return;
      const next = table.tBodies[0].rows[cell.parentNode.sectionRowIndex + step[1]]?.cells[cell.cellIndex + step[0]];
      if (!next || next.cellIndex < 3) return;
      event.preventDefault();
      cell.tabIndex = -1; next.tabIndex = 0; next.focus();
    });
  }
}
