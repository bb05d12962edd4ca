// Draws every `div.plotly-figure` (its JSON stands in a script inside) in the inks of the page's theme: when it is in view,
// and, once the reader scrolls, when it comes near. A page that is only opened does not fetch plotly's megabytes.
// plotly.min.js is fetched from beside this file or from where `data-plotly` of this script's element says.
// In the JSON a colour may be named by a token, "var(--cat-2)". Plotly's sliders and buttons answer to a mouse alone:
// native controls before the figure, called `.figure-controls`, take their place. The title of a figure with controls is
// written below them, where it is announced when it changes. `layout.meta.aspect` is the ratio of width to height.
"use strict";
{
  const script = document.currentScript;
  const source = new URL(script.dataset.plotly ?? "plotly.min.js", script.src);
  const root = document.documentElement;
  const spanish = root.lang.startsWith("es");
  const TITLE = "title.text";
  const config = { displayModeBar: false, responsive: true, showTips: false };
  const drawn = new Map(); // figure → its JSON as read, and the steps that its controls last took

  let loading = null;
  const plotly = () => loading ??= new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: source });
    element.addEventListener("load", () => resolve(window.Plotly));
    element.addEventListener("error", reject);
    document.head.append(element);
  });

  // ---- tokens to plotly
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const scale = (name) => Array.from({ length: 9 }, (_, n) => [n / 8, token(`--${name}-${n + 1}`)]);
  const template = () => {
    const family = token("--font-sans");
    const size = Math.round(parseFloat(token("--size-figure")) * parseFloat(getComputedStyle(root).fontSize));
    const [ink, soft, faint, line, rule] = ["--ink", "--ink-2", "--ink-3", "--rule-strong", "--rule"].map(token);
    const axis = { gridcolor: rule, linecolor: line, tickcolor: line, zeroline: false, automargin: true, title: { font: { color: soft, size: size - 1 }, standoff: 8 }, tickfont: { color: soft, size: size - 1 } };
    return { layout: {
      font: { family, size, color: ink },
      title: { font: { size: size + 1, weight: 600 }, x: 0, xanchor: "left" },
      colorway: Array.from({ length: 6 }, (_, n) => token(`--cat-${n + 1}`)),
      colorscale: { sequential: scale("sequential"), diverging: scale("diverging") },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 44, r: 12, t: 28, b: 42 },
      xaxis: { ...axis, showgrid: false, showline: true, ticks: "outside", ticklen: 5 },
      yaxis: { ...axis, ticklabelstandoff: 4 },
      showlegend: false, legend: { font: { color: soft, size: size - 1 } },
      hoverlabel: { bgcolor: token("--surface"), bordercolor: line, font: { family, color: ink } },
      annotationdefaults: { font: { color: ink }, arrowcolor: faint },
      separators: spanish ? ",\u202f" : ".,",
      dragmode: false,
    } };
  };
  const inked = (value) => {
    if (Array.isArray(value)) return value.map(inked);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inked(inner)]));
    const name = typeof value === "string" && /^var\((--[\w-]+)\)$/.exec(value);
    return name ? token(name[1]) : value;
  };
  // Whether the steps of a figure's controls change its title.
  const titled = ({ sliders = [], updatemenus = [] }) => [...sliders.flatMap(({ steps }) => steps), ...updatemenus.flatMap(({ buttons }) => buttons)].some(({ args = [] }) => args[1]?.[TITLE] !== undefined);
  const dressed = ({ data, layout = {}, frames }) => {
    const { sliders, updatemenus, width, title, ...rest } = inked(layout);
    if (title && !titled(layout)) rest.title = title;
    if (titled(layout) && rest.margin) rest.margin.t = Math.max(rest.margin.t - 32, 0); // the title's line
    return { data: inked(data), layout: { ...rest, autosize: true, template: template() }, frames: inked(frames) };
  };

  // ---- controls
  const take = (figure, which, step) => {
    const { steps, status } = drawn.get(figure);
    steps.set(which, step);
    if (step.method === "skip") return null;
    const [first, second, ...others] = inked(step.args ?? []);
    if (second?.[TITLE] === undefined) return window.Plotly[step.method](figure, ...inked(step.args ?? []));
    const { [TITLE]: text, ...changes } = second;
    if (status.textContent !== text) status.textContent = text;
    return window.Plotly[step.method](figure, first, changes, ...others);
  };
  const slider = (figure, { steps, active = 0, currentvalue = {} }) => {
    const name = (currentvalue.prefix ?? "").replace(/[\s:=]+$/, "");
    const box = document.createElement("div");
    box.className = "figure-controls";
    const range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: steps.length - 1, step: 1, value: active });
    const output = document.createElement("output");
    output.setAttribute("aria-live", "off"); // the range says the same
    const label = document.createElement("span");
    label.textContent = name;
    const show = () => {
      const text = steps[range.value].label ?? steps[range.value].value;
      output.textContent = text + (currentvalue.suffix ?? "");
      range.setAttribute("aria-valuetext", output.textContent);
    };
    range.setAttribute("aria-label", name || figure.getAttribute("aria-label"));
    range.addEventListener("input", () => { show(); take(figure, box, steps[range.value]); });
    box.append(label, range, output);
    show();
    return box;
  };
  let menus = 0;
  const menu = (figure, { buttons, active = 0, name = "" }) => {
    const box = document.createElement("fieldset");
    box.className = "figure-controls";
    const group = `figure-menu-${++menus}`;
    const legend = document.createElement("legend");
    legend.textContent = name;
    if (name) box.append(legend); else box.setAttribute("aria-label", figure.getAttribute("aria-label"));
    buttons.forEach((button, at) => {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), { type: "radio", name: group, checked: at === active });
      input.addEventListener("change", () => take(figure, box, button));
      label.append(input, ` ${button.label}`);
      box.append(label);
    });
    return box;
  };

  // Arrows walk over the points of a figure that has the focus: left and right along a series, up and down between series.
  const walk = (figure) => {
    let series = 0, point = -1;
    const length = (n) => figure.calcdata[n].length;
    figure.addEventListener("keydown", (event) => {
      const [along, across] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [];
      if (along === undefined || !figure._fullLayout._has("cartesian")) return;
      event.preventDefault();
      series = (series + across + figure.data.length) % figure.data.length;
      if (!length(series)) return;
      point = Math.max(0, Math.min(length(series) - 1, point + along));
      const { xaxis = "x", yaxis = "y" } = figure.data[series];
      window.Plotly.Fx.hover(figure, [{ curveNumber: series, pointNumber: point }], xaxis + yaxis);
    });
    figure.addEventListener("blur", () => window.Plotly.Fx.unhover(figure));
  };

  // ---- drawing, and drawing again in the other theme
  const draw = async (figure) => {
    const json = JSON.parse(figure.querySelector("script").textContent);
    let Plotly;
    try { Plotly = await plotly(); } catch { return; } // its description stays in its place
    const layout = json.layout ?? {};
    const status = Object.assign(document.createElement("p"), { className: "figure-status", role: "status" });
    status.setAttribute("aria-live", "polite");
    status.textContent = layout.title?.text ?? "";
    drawn.set(figure, { json, steps: new Map(), status });
    const { sliders = [], updatemenus = [] } = layout;
    figure.before(...updatemenus.map((each) => menu(figure, each)), ...sliders.map((each) => slider(figure, each)), ...(titled(layout) ? [status] : []));
    if (layout.meta?.aspect) figure.style.aspectRatio = layout.meta.aspect;
    await Plotly.newPlot(figure, { ...dressed(json), config });
    figure.tabIndex = 0;
    walk(figure);
  };
  let theme = token("--ink");
  const dress = () => {
    if (token("--ink") === theme) return;
    theme = token("--ink");
    for (const [figure, { json, steps }] of drawn) {
      const { data, layout } = dressed(json);
      window.Plotly.react(figure, data, layout, config).then(() => { for (const [which, step] of steps) take(figure, which, step); });
    }
  };
  const start = () => {
    const waiting = new Set(document.querySelectorAll("div.plotly-figure"));
    const watch = (rootMargin) => {
      const near = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) if (isIntersecting && waiting.delete(target)) draw(target);
      }, { rootMargin });
      for (const figure of waiting) near.observe(figure);
    };
    watch("0px");
    // Paper shows a figure's static twin; one that has none is drawn, which succeeds where the library is already there.
    addEventListener("beforeprint", () => {
      for (const figure of waiting) if (!figure.parentElement.querySelector(".static-figure") && waiting.delete(figure)) draw(figure);
    });
    addEventListener("scroll", () => watch("800px"), { once: true, passive: true });
    new MutationObserver(dress).observe(root, { attributeFilter: ["data-theme"] });
    // Quarto marks the body and swaps sheets, which take a moment to apply.
    new MutationObserver(() => { dress(); setTimeout(dress, 300); }).observe(document.body, { attributeFilter: ["class"] });
    for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", dress);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
}
