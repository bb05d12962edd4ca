// A photo and its cross-correlation with a 3×3 kernel that the reader edits, computed here, with zeros around the photo.
// Where the weights add up to 0 a grey of one half is 0, and one in a hundred outputs is cut; elsewhere black is 0 and
// white 255, and what lies beyond is cut.
"use strict";
{
  const figure = document.currentScript.previousElementSibling;
  const { words, kernels, photos, spanish } = JSON.parse(figure.querySelector("script").textContent);
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const chooser = (label, names) => {
    const select = make("select");
    names.forEach((name, at) => select.append(make("option", { value: at }, name)));
    return [select, make("label", { class: "figure-fields" }, make("span", {}, label), select)];
  };
  const [kernel, kernelBox] = chooser(words.kernel, [...kernels.map(({ name }) => name), words.own]);
  const [photo, photoBox] = chooser(words.photo, photos.map(({ name }) => name));
  const cells = Array.from({ length: 9 }, (_, at) => {
    const name = words.row_column.replace("{row}", Math.floor(at / 3) + 1).replace("{column}", at % 3 + 1);
    return make("input", { type: "number", step: "any", "aria-label": `${words.weight}, ${name}` });
  });
  const grid = make("div", { class: "kernel-cells", role: "group", "aria-label": words.weights }, ...cells);
  const status = make("p", { class: "figure-status", role: "status", "aria-live": "polite" });
  const canvas = (label) => make("canvas", { role: "img", "aria-label": label });
  const before = canvas(words.photo), after = canvas(words.map);

  let side = 0, levels = new Float32Array(0);
  const written = (value) => value.toLocaleString(spanish ? "es" : "en", { maximumFractionDigits: 3 }).replace("-", "−");
  const draw = () => {
    const weights = cells.map((cell) => {
      const valid = cell.value !== "" && Number.isFinite(cell.valueAsNumber);
      cell.setAttribute("aria-invalid", !valid);
      return valid ? cell.valueAsNumber : 0;
    });
    const sum = weights.reduce((a, b) => a + b, 0), zero = Math.abs(sum) < 1e-6;
    status.textContent = `${words.sum}: ${written(zero ? 0 : sum)}. ${zero ? words.grey_is_zero : words.black_is_zero}`;
    if (!side) return;
    const context = after.getContext("2d"), image = context.createImageData(side, side), values = new Float32Array(side * side);
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
      let value = 0;
      for (let u = -1; u < 2; u++) for (let v = -1; v < 2; v++) {
        const row = y + u, column = x + v;
        if (row >= 0 && row < side && column >= 0 && column < side) value += weights[3 * u + v + 4] * levels[row * side + column];
      }
      values[y * side + x] = value;
    }
    const bound = zero ? values.map(Math.abs).sort()[Math.floor(0.99 * (values.length - 1))] || 1 : 0;
    values.forEach((value, place) => {
      image.data.fill(zero ? 127.5 * (1 + value / bound) : value, 4 * place, 4 * place + 3);
      image.data[4 * place + 3] = 255;
    });
    context.putImageData(image, 0, 0);
  };
  const load = () => {
    const picture = new Image();
    picture.addEventListener("load", () => {
      side = picture.naturalWidth;
      for (const each of [before, after]) Object.assign(each, { width: side, height: side });
      const context = before.getContext("2d", { willReadFrequently: true });
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, side, side);
      levels = Float32Array.from({ length: side * side }, (_, at) => data[4 * at]);
      draw();
    });
    picture.src = photos[photo.value].source;
  };
  const fill = () => {
    if (kernel.value < kernels.length) kernels[kernel.value].weights.flat().forEach((weight, at) => { cells[at].value = weight; });
    draw();
  };
  kernel.addEventListener("change", fill);
  photo.addEventListener("change", load);
  for (const cell of cells) cell.addEventListener("input", () => { kernel.value = kernels.length; draw(); });
  figure.append(
    make("div", { class: "figure-controls" }, make("div", { class: "figure-fields" }, kernelBox, photoBox), make("div", { class: "figure-fields" }, make("span", {}, words.weights), grid)),
    status, make("div", { class: "figure-pair" }, before, after),
  );
  fill();
  load();
}
