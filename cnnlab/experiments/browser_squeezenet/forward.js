// SqueezeNet 1.1's forward pass, in a worker of the reader's browser, after `resizing.js` and `convolution.js`. It is told
// the weights once, with the mean and the deviation of the colours, then asked for one photo at a time: { picture } or
// { pixels }, what a canvas holds, or (3, 224, 224) numbers as the network reads them; window: { left, top, side } of a
// square that is covered first; maps: whether those of the LAYERS are wanted. The answer is { logits, maps, milliseconds }
// and, of a picture, { seen, pixels }: what the network has seen, as bytes and as numbers.
"use strict";
const SIDE = 224;
const LAYERS = { 1: true, 7: true, 12: true }; // torchvision's features.1, features.7 and features.12
const POOLS = [2, 5, 8]; // of 3×3 with stride 2
const FIRES = { 3: [16, 64], 4: [16, 64], 6: [32, 128], 7: [32, 128], 9: [48, 192], 10: [48, 192], 11: [64, 256], 12: [64, 256] };
const LAST = 12, CLASSES = 1000;

// ---- the weights, from their text: two digits each, then four for each kernel's step, then four for each bias
const BASE = 123, SKIPPED = [10, 13, 34, 92]; // digits are the characters from 1 on but for these
const HALF = (BASE ** 2 - 1) / 2, HALF_LONG = (BASE ** 4 - 1) / 2;
const decode = ({ steps, biases, text }) => {
  const digits = new Uint8Array(128);
  for (let code = 1, digit = 0; code < 128; code++) if (!SKIPPED.includes(code)) digits[code] = digit++;
  let at = 0;
  const number = (count) => {
    let value = 0;
    for (let k = 0; k < count; k++) value = BASE * value + digits[text.charCodeAt(at++)];
    return value;
  };
  const layers = convolutions().map((layer) => {
    const weights = Float64Array.from({ length: layer.kernels * layer.depth }, () => number(2) - HALF);
    return { ...layer, weights };
  });
  for (const layer of layers) layer.steps = Array.from({ length: layer.kernels }, () => number(4) / HALF_LONG * steps);
  for (const layer of layers) layer.biases = Float64Array.from({ length: layer.kernels }, () => (number(4) / HALF_LONG - 1) * biases);
  return Object.fromEntries(layers.map((layer) => [layer.name, { ...layer, weights: packed(layer) }]));
};
// Every convolution in torchvision's order: its kernels, their size, and how many weights each has.
const convolutions = () => {
  const layer = (name, channels, kernels, size, stride = 1) => ({ name, kernels, size, stride, padding: size === 3 && stride === 1 ? 1 : 0, depth: channels * size * size });
  let channels = 64;
  const fires = Object.entries(FIRES).flatMap(([name, [squeezed, expanded]]) => {
    const inside = [layer(`${name}.squeeze`, channels, squeezed, 1), layer(`${name}.expand1x1`, squeezed, expanded, 1), layer(`${name}.expand3x3`, squeezed, expanded, 3)];
    channels = 2 * expanded;
    return inside;
  });
  return [layer("0", 3, 64, 3, 2), ...fires, layer("classifier", channels, CLASSES, 1)];
};
// Four kernels beside each other, weight by weight, so that `product` reads them in the order in which they lie.
const packed = ({ kernels, depth, weights, steps }) => {
  const out = new Float64Array(weights.length);
  for (let kernel = 0; kernel < kernels; kernel++) {
    const start = (kernel - kernel % 4) * depth + kernel % 4;
    for (let k = 0; k < depth; k++) out[start + 4 * k] = weights[kernel * depth + k] * steps[kernel];
  }
  return out;
};

// ---- the other layers and the whole network
// The greatest of each 3×3 window, with stride 2; SqueezeNet's sides are odd, so that every window is whole.
const pool = ({ channels, side, values }) => {
  const half = (side - 1) / 2, out = new Float32Array(channels * half * half);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        let most = -Infinity;
        for (let v = 0; v < 3; v++) for (let u = 0; u < 3; u++) most = Math.max(most, values[(channel * side + 2 * y + v) * side + 2 * x + u]);
        out[to++] = most;
      }
    }
  }
  return { channels, side: half, values: out };
};
// A fire module: a convolution of 1×1 to few channels, then one of 1×1 and one of 3×3 whose maps stand one after another.
const fire = (maps, layers, name) => {
  const squeezed = convolve(maps, layers[`${name}.squeeze`]);
  const one = convolve(squeezed, layers[`${name}.expand1x1`]), three = convolve(squeezed, layers[`${name}.expand3x3`]);
  const values = new Float32Array(2 * one.values.length);
  values.set(one.values);
  values.set(three.values, one.values.length);
  return { channels: 2 * one.channels, side: one.side, values };
};
// A square of the input set to 0, the mean colour of ImageNet.
const cover = (pixels, { left, top, side }) => {
  for (let channel = 0; channel < 3; channel++) {
    for (let y = top; y < top + side; y++) {
      const first = (channel * SIDE + y) * SIDE + left;
      pixels.fill(0, first, first + side);
    }
  }
};
// The whole network: logits (1000), and the maps that are wanted.
const forward = (pixels, layers, wanted) => {
  const kept = {};
  let maps = convolve({ channels: 3, side: SIDE, values: pixels }, layers[0]);
  for (let name = 1; name <= LAST; name++) {
    if (POOLS.includes(name)) maps = pool(maps);
    if (FIRES[name]) maps = fire(maps, layers, name);
    if (wanted && LAYERS[name]) kept[name] = maps;
  }
  const { side, values } = convolve(maps, layers.classifier), places = side * side;
  const logits = Float32Array.from({ length: CLASSES }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < places; k++) sum += values[at * places + k];
    return sum / places;
  });
  return { logits, maps: kept };
};

// ---- what the page asks
let network = null, colours = null;
self.onmessage = ({ data: { weights, mean, deviation, picture, pixels, window, maps } }) => {
  if (weights) {
    network = decode(weights);
    colours = [mean, deviation];
    return;
  }
  const begin = performance.now();
  const seen = picture && prepared(picture), input = pixels ?? normalised(seen, ...colours);
  if (window) cover(input, window);
  const found = forward(input, network, maps);
  self.postMessage({ ...found, ...(picture ? { seen, pixels: input } : {}), milliseconds: performance.now() - begin });
};
