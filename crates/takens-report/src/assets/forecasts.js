// Forecasts over truth: the system and the methods that are chosen. Curves are two characters a point.
{
  const viewer = document.getElementById("viewer"), known = data.forecasts;
  if (viewer && known) {
    const choice = document.getElementById("viewer-system"), caption = document.getElementById("viewer-caption");
    const svg = viewer.querySelector("svg.figure"), [left, right, top, bottom] = known.plot;
    const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const element = (name, attributes, text) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text !== undefined) made.textContent = text;
      return made;
    };
    const path = (text) => {
      const points = text.length / 2;
      let line = "", down = false;
      for (let point = 0; point < points; point++) {
        const level = 64 * ALPHABET.indexOf(text[2 * point]) + ALPHABET.indexOf(text[2 * point + 1]);
        if (level > known.levels) { down = false; continue; }
        const x = points > 1 ? left + ((right - left) * point) / (points - 1) : (left + right) / 2, y = bottom - ((bottom - top) * level) / known.levels;
        line += `${down ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
        down = true;
      }
      return line;
    };
    const axes = (system) => {
      const grid = system.x.map(([x]) => `M${x} ${top}V${bottom}`).join("") + system.y.map(([y]) => `M${left} ${y}H${right}`).join("");
      const middle = (top + bottom) / 2;
      return [
        element("path", { class: "grid", d: grid }),
        element("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }),
        ...system.x.map(([x, label]) => element("text", { class: "tick", x, y: bottom + 15, "text-anchor": "middle" }, label)),
        ...system.y.map(([y, label]) => element("text", { class: "tick", x: left - 6, y: y + 3.5, "text-anchor": "end" }, label)),
        element("text", { class: "title", x: (left + right) / 2, y: bottom + 33, "text-anchor": "middle" }, system.unit),
        element("text", { class: "title", x: 13, y: middle, "text-anchor": "middle", transform: `rotate(-90 13 ${middle})` }, system.component),
      ];
    };
    const draw = () => {
      const name = choice.value, system = known.systems[name];
      const methods = [...viewer.querySelectorAll("input:checked")].map((box) => Number(box.value));
      const curves = [];
      if (system.trust !== null) {
        const line = element("path", { class: "trust", d: `M${system.trust.toFixed(1)} ${top}V${bottom}` });
        line.append(element("title", {}, "trusted horizon"));
        curves.push(line);
      }
      curves.push(element("path", { class: "truth", d: path(system.truth) }));
      const seen = [], missing = [];
      for (const method of methods) {
        const text = system.curves[method], title = data.methods[method];
        if (text === undefined) { missing.push(`${title} has no forecast (${system.ends[method] ?? "no result yet"})`); continue; }
        const curve = element("path", { class: `curve m${method}`, d: path(text) });
        curve.append(element("title", {}, title));
        curves.push(curve);
        seen.push(title);
      }
      svg.querySelector(".axes").replaceChildren(...axes(system));
      svg.querySelector(".curves").replaceChildren(...curves);
      svg.setAttribute("aria-label", `forecasts of ${name}`);
      const bold = document.createElement("b");
      bold.textContent = name;
      const shown = seen.length ? seen.join(", ") : "the truth alone";
      caption.replaceChildren(bold, `, ${system.of}component ${system.component}, seed ${system.seed}: ${shown}${missing.map((it) => `; ${it}`).join("")}`);
    };
    viewer.addEventListener("change", draw);
    // A browser that goes back to the page may have kept another choice than the one that is drawn.
    draw();
  }
}
