// The reader's own photo: chosen, dropped, or taken with the camera; it is classified by workers of this browser, and no
// part of it leaves the page. The weights, a script of their own, are loaded when the first photo is there. The last
// answer stands in the figure's element as `classified`: { seen, pixels, logits, milliseconds }.
"use strict";
{
  const figure = document.currentScript.previousElementSibling;
  const { words, lang, names, examples, workers, weights, mean, deviation, layers, channels, window: square, stride, most } = JSON.parse(figure.querySelector("script").textContent);
  const SEEN = 224, DRAWN = 4e6; // pixels: what the network reads, and of a picture while it is decoded, at most
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value, places) => value.toLocaleString(lang, { minimumFractionDigits: places, maximumFractionDigits: places });
  const percent = (value) => `${number(100 * value, 1)}${lang === "es" ? "\u202f" : ""}%`;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // ---- what stands in the figure
  const button = (text, act) => {
    const element = make("button", { type: "button" }, text);
    element.addEventListener("click", act);
    return element;
  };
  const canvas = (wide, tall) => make("canvas", { role: "img", width: wide, height: tall });
  const chooser = make("input", { type: "file", accept: "image/*" });
  const status = make("p", { class: "figure-status", role: "status", "aria-live": "polite" }, words.waiting);
  const camera = button(words.camera, () => open());
  const video = make("video", { playsinline: "", "aria-label": words.camera });
  video.muted = true;
  const viewer = make("div", { class: "photo-camera", hidden: "" }, video, make("div", { class: "figure-controls" }, button(words.shoot, () => shoot()), button(words.close, () => close())));
  const seen = canvas(SEEN, SEEN), map = canvas(SEEN, SEEN);
  const top = make("tbody"), occlusion = button(words.occlude, () => occlude());
  const progress = make("progress", { max: 1, value: 0, "aria-label": words.occlusion, hidden: "" });
  const lowest = make("p", { class: "figure-status", role: "status", "aria-live": "polite" });
  const strips = layers.map(() => ({ label: make("p"), drawn: canvas(4 * 120 - 8, 2 * 120 - 8) }));
  const table = make("table", {}, make("caption", {}, words.top), make("thead", {}, make("tr", {}, make("th", { scope: "col" }, words.class), make("th", { scope: "col" }, words.probability))), top);
  const results = make("div", { class: "photo-results", hidden: "" },
    make("div", { class: "photo-answer" }, make("div", {}, make("p", {}, words.seen), seen), table),
    make("div", { class: "photo-answer" }, make("div", {}, make("p", {}, words.occlusion), map), make("div", {}, make("p", {}, words.occlusion_said), occlusion, progress, lowest)),
    ...strips.flatMap(({ label, drawn }) => [label, drawn]));
  const say = (text) => { status.textContent = text; };

  // ---- a picture, from wherever it comes, as the pixels of a canvas: upright, on white, and not too many
  const decoded = async (source, name) => {
    const picture = new Image();
    await new Promise((resolve, reject) => {
      picture.addEventListener("load", resolve);
      picture.addEventListener("error", () => reject(new Error(filled(words.not_picture, { name }))));
      picture.src = source;
    });
    const { naturalWidth: wide, naturalHeight: tall } = picture;
    if (!wide || !tall) throw new Error(filled(words.not_picture, { name }));
    if (wide * tall > most) throw new Error(filled(words.too_large, { name, size: number(wide * tall / 1e6, 0), most: number(most / 1e6, 0) }));
    if (Math.max(wide, tall) > 100 * Math.min(wide, tall)) throw new Error(filled(words.too_narrow, { name, wide: number(wide, 0), tall: number(tall, 0) }));
    await picture.decode().catch(() => { throw new Error(filled(words.not_picture, { name })); });
    return drawn(picture, wide, tall);
  };
  const drawn = (picture, wide, tall) => {
    const scale = Math.min(1, Math.sqrt(DRAWN / (wide * tall)));
    const paper = canvas(Math.max(1, Math.round(scale * wide)), Math.max(1, Math.round(scale * tall)));
    const context = paper.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.fillStyle = "white";
    context.fillRect(0, 0, paper.width, paper.height);
    context.drawImage(picture, 0, 0, paper.width, paper.height);
    const { width, height, data } = context.getImageData(0, 0, paper.width, paper.height);
    return { width, height, data };
  };

  // ---- workers, each with its own copy of the network; they answer in the order in which they are asked
  let loading = null;
  const load = () => loading ??= new Promise((resolve, reject) => {
    const script = make("script", { src: document.querySelector(`a[href$="${weights}"]`).href });
    window.squeezenetLoaded = resolve;
    script.addEventListener("error", () => { loading = null; reject(new Error(filled(words.no_weights, { name: weights }))); });
    document.head.append(script);
  });
  const started = [];
  const ready = async (place) => {
    if (!started[place]) {
      const text = await load();
      if (started[place]) return started[place];
      const address = URL.createObjectURL(new Blob(workers, { type: "text/javascript" }));
      const worker = started[place] = new Worker(address);
      URL.revokeObjectURL(address);
      worker.waiting = [];
      worker.addEventListener("message", ({ data }) => worker.waiting.shift().resolve(data));
      worker.addEventListener("error", ({ message }) => {
        delete started[place];
        worker.terminate();
        for (const { reject } of worker.waiting) reject(new Error(filled(words.failed, { message })));
      });
      worker.postMessage({ weights: text, mean, deviation });
    }
    return started[place];
  };
  const ask = (worker, question) => new Promise((resolve, reject) => {
    worker.waiting.push({ resolve, reject });
    worker.postMessage(question);
  });
  const softmax = (logits) => {
    const highest = Math.max(...logits), powers = Array.from(logits, (logit) => Math.exp(logit - highest));
    const sum = powers.reduce((one, other) => one + other, 0);
    return powers.map((power) => power / sum);
  };

  // ---- one photo
  let turn = 0, shown = null; // of several photos the last one counts
  const classify = async (get, logits = null) => {
    const mine = ++turn;
    try {
      say(loading ? words.reading : words.loading);
      const [picture, worker] = await Promise.all([get(), ready(0)]);
      const answer = await ask(worker, { picture, maps: true });
      if (mine === turn) show(answer, logits);
    } catch (error) {
      if (mine === turn) say(error.message);
    }
  };
  const show = (answer, reference) => {
    const { logits, seen: bytes, pixels, maps, milliseconds } = answer;
    const probabilities = softmax(logits);
    const best = probabilities.map((_, at) => at).sort((one, other) => probabilities[other] - probabilities[one]).slice(0, 5);
    figure.classified = { seen: bytes, pixels, logits, milliseconds };
    shown = { grey: grey(bytes), pixels, maps, label: best[0], probability: probabilities[best[0]], map: new Map(), waiting: places(), running: false, starts: 0 };
    const said = { name: names[best[0]], probability: percent(shown.probability), time: number(milliseconds / 1000, 2) };
    const difference = reference && Math.max(...reference.map((logit, at) => Math.abs(logit - logits[at])));
    say(filled(words.said, said) + (reference ? ` ${filled(words.compared, { difference: number(difference, 4) })}` : ""));
    top.replaceChildren(...best.map((at) => {
      const row = make("tr", {}, make("td", { lang: "en" }, names[at]), make("td", {}, percent(probabilities[at])));
      row.style.setProperty("--share", probabilities[at]);
      return row;
    }));
    seen.getContext("2d").putImageData(new ImageData(bytes, SEEN, SEEN), 0, 0);
    seen.setAttribute("aria-label", `${words.seen}: ${names[best[0]]}`);
    lowest.textContent = "";
    progress.hidden = true;
    occlusion.textContent = words.occlude;
    results.hidden = false;
    draw();
  };
  const grey = (bytes) => bytes.map((_, at) => {
    const first = at - at % 4;
    return at % 4 === 3 ? 255 : 0.299 * bytes[first] + 0.587 * bytes[first + 1] + 0.114 * bytes[first + 2];
  });
  // Everything that has the colours of the theme.
  const draw = () => {
    if (!shown) return;
    drawMap();
    layers.forEach((layer, at) => drawStrip(strips[at], layer, shown.maps[layer]));
  };
  const drawStrip = ({ label, drawn: paper }, layer, { side, values }) => {
    const size = side * side, means = Array.from({ length: values.length / size }, (_, channel) => values.subarray(channel * size, (channel + 1) * size).reduce((one, other) => one + other, 0));
    const chosen = means.map((_, at) => at).sort((one, other) => means[other] - means[one]).slice(0, channels);
    const highest = Math.max(1e-9, ...chosen.map((channel) => values.subarray(channel * size, (channel + 1) * size).reduce((one, other) => Math.max(one, other), 0)));
    const inks = Array.from({ length: 9 }, (_, n) => token(`--sequential-${n + 1}`).match(/[\da-f]{2}/gi).map((pair) => parseInt(pair, 16)));
    const context = paper.getContext("2d"), small = canvas(side, side), inside = small.getContext("2d"), image = inside.createImageData(side, side);
    context.clearRect(0, 0, paper.width, paper.height);
    context.imageSmoothingEnabled = false;
    chosen.forEach((channel, place) => {
      for (let k = 0; k < size; k++) {
        const level = 8 * values[channel * size + k] / highest, low = Math.min(7, Math.floor(level));
        for (let c = 0; c < 3; c++) image.data[4 * k + c] = inks[low][c] + (level - low) * (inks[low + 1][c] - inks[low][c]);
        image.data[4 * k + 3] = 255;
      }
      inside.putImageData(image, 0, 0);
      context.drawImage(small, 120 * (place % 4), 120 * Math.floor(place / 4), 112, 112);
    });
    label.textContent = filled(words.maps, { layer: `features.${layer}`, side: `${side}×${side}`, channels: chosen.join(", ") });
    paper.setAttribute("aria-label", label.textContent);
  };

  // ---- occlusion: the probability of the first class under each window, every third place first
  const count = Math.floor((SEEN - square) / stride) + 1;
  const places = () => Array.from({ length: count * count }, (_, at) => [Math.floor(at / count), at % count])
    .sort((one, other) => (other[0] % 3 === 1 && other[1] % 3 === 1) - (one[0] % 3 === 1 && one[1] % 3 === 1));
  const drawMap = () => {
    const context = map.getContext("2d");
    context.putImageData(new ImageData(shown.grey, SEEN, SEEN), 0, 0);
    for (let at = 0; at < count * count; at++) {
      const probability = shown.map.get(at), edge = (square - stride) / 2;
      context.fillStyle = probability === undefined ? token("--paper") : token("--cat-2");
      context.globalAlpha = probability === undefined ? 0.6 : 0.85 * Math.max(0, 1 - probability / shown.probability);
      context.fillRect(stride * (at % count) + edge, stride * Math.floor(at / count) + edge, stride, stride);
    }
    context.globalAlpha = 1;
    map.setAttribute("aria-label", lowest.textContent || words.occlusion);
  };
  const occlude = async () => {
    const now = shown;
    now.running = !now.running;
    occlusion.textContent = now.running ? words.stop : words.occlude;
    if (!now.running) return;
    const mine = ++now.starts; // lanes of an earlier start, which still wait for an answer, then end
    if (now.map.size === count * count) now.map.clear();
    const lane = async (place) => {
      const worker = await ready(place);
      while (now === shown && now.running && mine === now.starts && now.waiting.length) {
        const [row, column] = now.waiting.shift();
        const { logits } = await ask(worker, { pixels: now.pixels, window: { left: stride * column, top: stride * row, side: square } });
        now.map.set(row * count + column, softmax(logits)[now.label]);
        if (now === shown) step(now);
      }
    };
    progress.hidden = false;
    const lanes = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1));
    try {
      await Promise.all(Array.from({ length: lanes }, (_, place) => lane(place)));
    } catch (error) {
      now.running = false;
      if (now === shown) say(error.message);
    }
  };
  const step = (now) => {
    progress.value = now.map.size / (count * count);
    drawMap();
    if (now.map.size < count * count) return;
    const [at, least] = [...now.map].reduce((one, other) => (other[1] < one[1] ? other : one));
    const middle = (place) => percent((stride * place + square / 2) / SEEN);
    lowest.textContent = filled(least < now.probability ? words.lowest : words.never_lower, { name: names[now.label], from: percent(now.probability), to: percent(least), left: middle(at % count), top: middle(Math.floor(at / count)) });
    occlusion.textContent = words.again;
    Object.assign(now, { running: false, waiting: places() });
    figure.classified.occlusion = Array.from({ length: count * count }, (_, place) => now.map.get(place));
    drawMap();
  };

  // ---- where photos come from
  const take = (file) => {
    if (!file) return say(words.no_file);
    const address = URL.createObjectURL(file);
    return classify(() => decoded(address, file.name).finally(() => URL.revokeObjectURL(address)));
  };
  chooser.addEventListener("click", () => { chooser.value = ""; }); // the same file may be chosen again
  chooser.addEventListener("change", () => { if (chooser.files.length) take(chooser.files[0]); });
  figure.addEventListener("dragover", (event) => { event.preventDefault(); figure.classList.add("dropping"); });
  figure.addEventListener("dragleave", () => figure.classList.remove("dropping"));
  figure.addEventListener("drop", (event) => {
    event.preventDefault();
    figure.classList.remove("dropping");
    take(event.dataTransfer.files[0]);
  });
  const open = async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      viewer.hidden = false;
      await video.play();
      viewer.querySelector("button").focus();
    } catch {
      close();
      say(words.no_camera);
    }
  };
  const close = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    viewer.hidden = true;
    camera.focus();
  };
  const shoot = () => {
    const picture = drawn(video, video.videoWidth, video.videoHeight);
    close();
    classify(async () => picture);
  };
  addEventListener("pagehide", () => { if (video.srcObject) close(); });
  camera.hidden = !navigator.mediaDevices?.getUserMedia; // no camera outside of secure pages

  figure.append(
    make("div", { class: "figure-controls photo-controls" },
      make("label", { class: "figure-fields" }, make("span", {}, words.choose), chooser), camera,
      make("div", { class: "figure-fields", role: "group", "aria-label": words.examples }, make("span", {}, words.examples), make("div", { class: "photo-examples" }, ...examples.map(({ name, source, logits }) => button(name, () => classify(() => decoded(source, name), logits)))))),
    viewer, status, results);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  new MutationObserver(() => setTimeout(draw, 300)).observe(document.body, { attributeFilter: ["class"] }); // Quarto's themes
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
