// The windows of a kernel over a padded input, and the output: kernel, stride, padding, dilation and place are chosen.
// Squares are drawn in the page's colours; what they show is said in words below.
"use strict";
{
  const figure = document.currentScript.previousElementSibling;
  const { words, controls, side } = JSON.parse(figure.querySelector("script").textContent);
  const WIDTH = 608, HEIGHT = 286, LEFT = 286, RIGHT = 322, LARGEST = 38; // pixels: the drawing, its halves, a square
  const state = Object.fromEntries(controls.map(({ name, value }) => [name, value]));
  state.place = 0;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const drawn = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const status = make("p", { class: "figure-status", role: "status", "aria-live": "polite" });

  const geometry = () => {
    const { kernel, stride, padding, dilation } = state;
    const whole = side + 2 * padding, reach = dilation * (kernel - 1) + 1;
    return { kernel, stride, padding, dilation, whole, reach, out: reach > whole ? 0 : Math.floor((whole - reach) / stride) + 1 };
  };
  const square = (x, y, size, look) => svg.append(drawn("rect", { x, y, width: size, height: size, ...look }));
  const draw = () => {
    const { kernel, stride, padding, dilation, whole, reach, out } = geometry();
    svg.replaceChildren();
    state.place = Math.min(state.place, Math.max(out * out - 1, 0));
    const row = out ? Math.floor(state.place / out) : 0, column = out ? state.place % out : 0;
    const taps = (at) => Array.from({ length: kernel }, (_, k) => at * stride + k * dilation);
    const rows = out ? taps(row) : [], columns = out ? taps(column) : [];
    const read = new Set(Array.from({ length: out }, (_, at) => taps(at)).flat());
    const cell = Math.min(LARGEST, LEFT / whole);
    for (let y = 0; y < whole; y++) for (let x = 0; x < whole; x++) {
      const inside = Math.min(x, y) >= padding && Math.max(x, y) < padding + side;
      const under = rows.includes(y) && columns.includes(x);
      square(x * cell + 1, y * cell + 1, cell - 2, {
        fill: under ? "var(--answer)" : inside ? "var(--surface)" : "none", stroke: "var(--rule-strong)", ...(inside ? {} : { "stroke-dasharray": "2 2" }),
      });
      if (inside && out && !(read.has(x) && read.has(y))) svg.append(drawn("line", { x1: x * cell + 3, y1: (y + 1) * cell - 3, x2: (x + 1) * cell - 3, y2: y * cell + 3, stroke: "var(--ink-2)", "stroke-width": 1.5 }));
    }
    const unit = Math.min(LARGEST, LEFT / Math.max(out, 1));
    for (let y = 0; y < out; y++) for (let x = 0; x < out; x++) {
      const chosen = x === column && y === row;
      const box = drawn("rect", { x: RIGHT + x * unit + 1, y: y * unit + 1, width: unit - 2, height: unit - 2, fill: chosen ? "var(--answer)" : "var(--select)", stroke: "var(--rule-strong)" });
      box.addEventListener("pointerenter", () => { place.value = y * out + x; choose(); });
      svg.append(box);
    }
    const terms = `(${side} + 2·${padding} − ${dilation}·(${kernel} − 1) − 1) / ${stride}`;
    status.textContent = out
      ? `${words.side}: ⌊${terms}⌋ + 1 = ${out}. ${words.parameters}: ${kernel}×${kernel} + 1 = ${kernel * kernel + 1}`
      : words.does_not_fit.replace("{reach}", reach).replace("{whole}", whole);
    svg.setAttribute("aria-label", `${side}×${side} → ${out}×${out}`);
    place.max = Math.max(out * out - 1, 0);
    place.disabled = !out;
    place.value = state.place;
    const text = out ? words.row_column.replace("{row}", row + 1).replace("{column}", column + 1) : "–";
    place.setAttribute("aria-valuetext", text);
    placed.textContent = text;
  };
  const slider = (label, range, output) => {
    output.setAttribute("aria-live", "off"); // the range says the same
    range.setAttribute("aria-label", label);
    return make("div", { class: "figure-controls" }, make("span", {}, label), range, output);
  };
  const boxes = controls.map(({ name, label, least, most }) => {
    const range = make("input", { type: "range", min: least, max: most, step: 1, value: state[name] }), output = make("output");
    output.textContent = state[name];
    range.addEventListener("input", () => { state[name] = Number(range.value); output.textContent = range.value; draw(); });
    return slider(label, range, output);
  });
  const place = make("input", { type: "range", min: 0, max: 0, step: 1, value: 0 }), placed = make("output");
  const choose = () => { state.place = Number(place.value); draw(); };
  place.addEventListener("input", choose);
  figure.append(...boxes, slider(words.place, place, placed), status, svg);
  draw();
}
