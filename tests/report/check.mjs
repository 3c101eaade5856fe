// Opens a report in headless Chromium and asks of it what a reader would: see `cargo xtask report-check`.
//
//   node tests/report/check.mjs report.html [--pictures DIR]
//
// Each check has a name and passes or fails; pictures are for people to look at.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { browser } from "./browser.mjs";

/** Bounds on a report of 135 systems and 20 methods. */
const SECONDS = 2, MEGABYTES = 5;
/** The contrast that WCAG 2 asks of text at level AA. */
const CONTRAST = 4.5;
/** Loads that the time is the median of. */
const LOADS = 5;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { pictures: { type: "string" } } });
if (positionals.length !== 1) {
  console.error("usage: node check.mjs report.html [--pictures DIR]");
  process.exit(2);
}
const file = resolve(positionals[0]), url = pathToFileURL(file).href;
const pictures = values.pictures && resolve(values.pictures);
if (pictures) mkdirSync(pictures, { recursive: true });

let failed = 0, passed = 0;
const say = (fine, what, more = "") => {
  if (fine) passed++; else failed++;
  console.log(`${fine ? "ok    " : "FAILED"} ${what}${more === "" ? "" : `: ${more}`}`);
};
const keep = (name, bytes) => { if (pictures) writeFileSync(join(pictures, name), bytes); };

/** How far text stands out from what is behind it, the least over these elements. */
const LEAST_CONTRAST = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const behind = (part) => { for (; part; part = part.parentElement) { const it = rgb(getComputedStyle(part).backgroundColor); if (it[3] === 255) return it; } return [255, 255, 255, 255]; };
  let least = [Infinity, ""];
  for (const part of document.querySelectorAll("h1, h2, h3, p, a, dt, dd, th, td, th button, label, summary, code, figcaption, svg text")) {
    if (!part.textContent.trim() || !part.checkVisibility()) continue;
    const style = getComputedStyle(part), own = light(rgb(part instanceof SVGElement ? style.fill : style.color)), paper = light(behind(part));
    const contrast = (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05);
    if (contrast < least[0]) least = [contrast, part.nodeName + "." + (part.getAttribute("class") ?? "") + " " + part.textContent.slice(0, 30)];
  }
  return least;
})()`;

/** Values of a column, as a reader sees them sorted. */
const column = (table, place) => `[...document.querySelectorAll('${table} tbody tr')].map((row) => row.cells[${place}].dataset.value ?? row.cells[${place}].textContent)`;

async function loading(chromium) {
  const megabytes = statSync(file).size / 1e6;
  say(megabytes < MEGABYTES, `weighs under ${MEGABYTES} MB`, `${megabytes.toFixed(2)} MB`);
  const times = [];
  for (let load = 0; load < LOADS; load++) {
    const page = await chromium.page();
    await page.size(1280, 900);
    const begun = performance.now();
    await page.open(url);
    await page.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    const shown = performance.now() - begun;
    const { domInteractive, loadEventEnd } = await page.ask("performance.getEntriesByType('navigation')[0].toJSON()");
    times.push({ domInteractive, loadEventEnd, shown });
    await page.close();
  }
  const middle = (what) => times.map((it) => it[what]).sort((a, b) => a - b)[LOADS >> 1];
  say(middle("shown") < 1000 * SECONDS, `opens in under ${SECONDS} s`,
    `load event after ${middle("loadEventEnd").toFixed(0)} ms, shown after ${middle("shown").toFixed(0)} ms (median of ${LOADS}; document read after ${middle("domInteractive").toFixed(0)} ms)`);
}

async function structure(page) {
  const sections = await page.ask("[...document.querySelectorAll('main > section')].map((it) => it.id)");
  const all = ["run", "ranking", "heat", "horizon", "exponent", "cost", "forecasts", "failures", "provenance"];
  say(String(sections) === String(all), "has every section", sections.join(", "));
  const empty = await page.ask("[...document.querySelectorAll('main > section')].filter((it) => it.innerText.trim().split('\\n').length < 2).map((it) => it.id)");
  say(empty.length === 0, "no section is empty", empty.join(", "));
  const loose = await page.ask("[...document.querySelectorAll('svg text')].filter((it) => it.checkVisibility() && (() => { const own = it.getBBox(), box = it.ownerSVGElement.viewBox.baseVal, at = it.getCTM(), end = (x, y) => new DOMPoint(x, y).matrixTransform(it.ownerSVGElement.getCTM().inverse().multiply(at)); const a = end(own.x, own.y), b = end(own.x + own.width, own.y + own.height); return Math.min(a.x, b.x) < -1 || Math.max(a.x, b.x) > box.width + 1 || Math.min(a.y, b.y) < -1 || Math.max(a.y, b.y) > box.height + 1; })()).map((it) => it.textContent)");
  say(loose.length === 0, "no text of a figure is cut off", loose.slice(0, 5).join(" | "));
}

async function sorting(page) {
  const numbers = (list) => list.map(Number);
  const ordered = (list, down = false) => list.every((it, k) => k === 0 || (down ? list[k - 1] >= it : list[k - 1] <= it));
  const ranking = `[data-metric="${await page.ask("document.querySelector('#ranking [data-metric]').dataset.metric")}"] .ranking`;
  await page.click(`${ranking} thead th:nth-child(6) button`);
  const ranks = numbers(await page.ask(column(ranking, 5)));
  say(ordered(ranks), "the ranking sorts by mean rank", ranks.slice(0, 4).join(", "));
  for (const [place, name] of [[0, "name"], [1, "exponent"], [3, "score"]]) {
    for (const down of [false, true]) {
      await page.click(`table.heat thead th:nth-child(${place + 1}) button`);
      const shown = await page.ask(column("table.heat", place));
      const there = shown.filter((it) => it !== "" && it !== "·");
      const last = shown.slice(there.length).every((it) => it === "" || it === "·");
      const fine = place === 0
        ? there.every((it, k) => k === 0 || (down ? it.localeCompare(there[k - 1]) <= 0 : it.localeCompare(there[k - 1]) >= 0))
        : ordered(numbers(there), down);
      say(fine && last, `the heat map sorts by ${name}, ${down ? "downwards" : "upwards"}`, there.slice(0, 3).join(", "));
    }
  }
}

async function hovering(page) {
  const cell = "table.heat tbody tr:nth-child(2) td:nth-child(4)";
  await page.point(cell);
  const seen = await page.ask(`(() => { const tip = document.getElementById("tip"), cell = document.querySelector("${cell}"); return { shown: tip.checkVisibility(), text: tip.innerText, system: cell.parentNode.cells[0].textContent, method: data.methods[0], value: Number(cell.dataset.value) }; })()`);
  const value = Number(seen.text.match(/ (−?[\d.e−]+|∞), place/)?.[1]?.replaceAll("−", "-"));
  const close = Math.abs(value - seen.value) <= 5e-3 * Math.abs(seen.value) + 1e-4;
  say(seen.shown && seen.text.includes(`${seen.method} on ${seen.system}`) && close, "hovering over the heat map gives the value", seen.text.replaceAll("\n", "; "));
  await page.mouse("mouseMoved", [2, 300]);
  say(await page.ask("document.getElementById('tip').hidden"), "the note goes when the pointer leaves");
  if (await page.ask("document.querySelectorAll('#horizon .curve').length > 1")) {
    await page.point("#horizon .key");
    await page.ask("new Promise((done) => setTimeout(done, 300))");
    const faded = await page.ask("[...document.querySelectorAll('#horizon .curve')].filter((it) => Number(getComputedStyle(it).opacity) < 0.5).length");
    say(faded === (await page.ask("document.querySelectorAll('#horizon .curve').length")) - 1, "pointing at a method singles out its curve", `${faded} fade`);
  }
}

async function keyboard(page) {
  const focus = "document.activeElement.parentNode.sectionRowIndex + ':' + document.activeElement.cellIndex";
  await page.ask("document.querySelector('table.heat td[tabindex=\"0\"]').focus()");
  const before = await page.ask(focus);
  await page.key("ArrowDown");
  await page.key("ArrowRight");
  const after = await page.ask(focus), tip = await page.ask("document.getElementById('tip').innerText.length");
  say(before === "0:3" || before !== after, "arrows walk through the heat map", `${before} to ${after}`);
  say(tip > 0, "the cell that has the focus is described");
  await page.ask("document.querySelector('table.heat thead button').focus()");
  await page.key("Enter");
  say((await page.ask("document.querySelector('table.heat thead th').ariaSort")) === "ascending", "Enter on a heading sorts, and says so to a screen reader");
  const silent = await page.ask("[...document.querySelectorAll('svg:not([aria-hidden])')].filter((it) => it.checkVisibility() && !it.getAttribute('aria-label') && !it.getAttribute('aria-labelledby')).length");
  say(silent === 0, "every figure has a name", silent || "");
  const bare = await page.ask("[...document.querySelectorAll('table')].filter((it) => !it.caption || !it.tHead || [...it.tHead.rows[0].cells].some((cell) => cell.scope !== 'col')).length");
  say(bare === 0, "every table has a caption and headings", bare || "");
}

async function choosing(page) {
  const choose = (id, value) => page.ask(`(() => { const it = document.querySelector(${JSON.stringify(id)}); it.value = ${JSON.stringify(value)}; it.dispatchEvent(new Event("change", { bubbles: true })); })()`);
  const shown = "[...new Set([...document.querySelectorAll('[data-metric]')].filter((it) => it.checkVisibility()).map((it) => it.dataset.metric))]";
  const cells = "[...document.querySelectorAll('table.heat tbody tr')].sort((a, b) => a.dataset.system - b.dataset.system).map((row) => [...row.cells].map((it) => it.textContent + it.className).join())";
  const metrics = await page.ask("[...document.querySelectorAll('#metric option')].map((it) => it.value)");
  if (metrics.length > 1) {
    const drawn = await page.ask(cells);
    const other = metrics.at(-1);
    await choose("#metric", other);
    say(String(await page.ask(shown)) === other, "another metric shows its panels", `${other}, of ${metrics.length}`);
    const changed = await page.ask(cells);
    say(String(changed) !== String(drawn), "another metric fills in the heat map");
    await choose("#metric", metrics[0]);
    const again = await page.ask(cells), differing = again.filter((row, k) => row !== drawn[k]);
    say(differing.length === 0, "the script draws the heat map as the program did", differing.slice(0, 1).join(""));
  }
  if (await page.ask("document.getElementById('viewer') !== null")) {
    const systems = await page.ask("[...document.querySelectorAll('#viewer-system option')].map((it) => it.value)");
    await choose("#viewer-system", systems[0]);
    await page.ask("document.querySelectorAll('#viewer input').forEach((it) => { it.checked = true; }); document.getElementById('viewer').dispatchEvent(new Event('change'))");
    const seen = await page.ask("({ caption: document.getElementById('viewer-caption').innerText, curves: document.querySelectorAll('#viewer figure .curve').length, boxes: document.querySelectorAll('#viewer input').length })");
    say(seen.caption.startsWith(systems[0]) && seen.curves > 0 && seen.curves + seen.caption.split("has no forecast").length - 1 === seen.boxes, "any system and any methods can be chosen, and who has no forecast is named", `${seen.curves} curves of ${seen.boxes} methods on ${systems[0]}`);
  }
}

async function colours(page) {
  for (const scheme of ["light", "dark"]) {
    await page.scheme(scheme);
    const [contrast, where] = await page.ask(LEAST_CONTRAST);
    say(contrast >= CONTRAST, `${scheme}: all text is legible`, `least contrast ${contrast.toFixed(1)} (${where})`);
    for (const width of [1280, 400]) {
      await page.size(width, 900, width < 600);
      const wide = await page.ask("document.documentElement.scrollWidth");
      say(wide <= width, `${scheme}, ${width} px: the page is no wider than the window`, `${wide} px`);
      if (!pictures) continue;
      keep(`page-${width}-${scheme}.png`, await page.picture());
      for (const id of await page.ask("[...document.querySelectorAll('main > section')].map((it) => it.id)")) {
        keep(`${id}-${width}-${scheme}.png`, await page.picture(`#${id}`));
      }
    }
    await page.size(1280, 900);
  }
  await page.scheme("dark");
  await page.ask("document.getElementById('theme-light').click()");
  const paper = "getComputedStyle(document.body).backgroundColor";
  const light = await page.ask(paper);
  await page.ask("document.getElementById('theme-dark').click()");
  const dark = await page.ask(paper);
  await page.ask("document.getElementById('theme-auto').click()");
  say(light !== dark && (await page.ask(paper)) === dark, "the switch overrides the system's choice, and gives it back", `${light} and ${dark}`);
  await page.scheme("light");
}

async function printing(page) {
  const bytes = await page.pdf();
  const pages = (bytes.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;
  say(bytes.subarray(0, 5).toString() === "%PDF-" && pages > 0, "prints to PDF", `${pages} pages, ${(bytes.length / 1e6).toFixed(2)} MB`);
  keep("print.pdf", bytes);
}

async function withoutScripts(chromium) {
  const page = await chromium.page();
  await page.size(1280, 900);
  await page.call("Emulation.setScriptExecutionDisabled", { value: true });
  await page.open(url);
  const seen = await page.ask("({ tables: document.querySelectorAll('table').length, figures: [...document.querySelectorAll('svg.figure, svg.panels')].filter((it) => it.checkVisibility()).length, dead: [...document.querySelectorAll('.needs-script')].filter((it) => it.checkVisibility()).length, metrics: [...new Set([...document.querySelectorAll('[data-metric]')].filter((it) => it.checkVisibility()).map((it) => it.dataset.metric))].length })");
  say(seen.tables > 2 && seen.figures > 2 && seen.dead === 0 && seen.metrics === 1, "without scripts tables and figures are there, and no dead controls", JSON.stringify(seen));
  const colour = await page.ask("getComputedStyle(document.body).backgroundColor");
  await page.click("#theme-dark");
  say((await page.ask("getComputedStyle(document.body).backgroundColor")) !== colour, "without scripts the switch of colours works");
  keep("no-scripts.png", await page.picture());
  await page.close();
}

let chromium;
try {
  chromium = await browser();
  console.log(`${await chromium.version()}, ${file}`);
  await loading(chromium);
  const page = await chromium.page();
  await page.size(1280, 900);
  await page.open(url);
  await structure(page);
  const has = (selector) => page.ask(`document.querySelector(${JSON.stringify(selector)}) !== null`);
  await colours(page);
  if (await has("table.heat")) {
    await choosing(page);
    await sorting(page);
    await hovering(page);
    await keyboard(page);
  } else console.log("      the run has no ranking: nothing to sort or to point at");
  await printing(page);
  say(page.complaints.length === 0, "the console has no complaints", page.complaints.slice(0, 3).join(" | "));
  const foreign = page.requests.filter((it) => it !== url && !it.startsWith("data:"));
  say(foreign.length === 0 && page.requests.includes(url), "nothing is asked of the network", foreign.slice(0, 3).join(" "));
  await page.close();
  await withoutScripts(chromium);
} catch (error) {
  console.error(error.message);
  failed++;
} finally {
  await chromium?.close();
}
if (pictures) console.log(`pictures are in ${pictures}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
