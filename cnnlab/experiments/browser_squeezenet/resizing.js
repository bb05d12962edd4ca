// What SqueezeNet reads of a picture, as torchvision prepares it: its shorter side is reduced (or enlarged) to 256 pixels
// with a triangle as wide as a pixel of the result, rounded after each direction, and its centre of 224 × 224 is taken.
"use strict";
const SHORTER = 256, SEEN = 224;
// The first of the pixels, of `size`, that pixel `at` of `wanted` is made of, and the weight of each.
const triangle = (size, wanted, at) => {
  const scale = size / wanted, reach = Math.max(1, scale), middle = (at + 0.5) * scale;
  const first = Math.max(0, Math.trunc(middle - reach + 0.5)), last = Math.min(size, Math.trunc(middle + reach + 0.5));
  const weights = Array.from({ length: last - first }, (_, k) => Math.max(0, 1 - Math.abs((first + k - middle + 0.5) / reach)));
  const sum = weights.reduce((one, other) => one + other, 0);
  return { first, weights: weights.map((weight) => weight / sum) };
};
// Where the centre begins; torchvision rounds halves to the even number.
const centre = (size) => {
  const half = (size - SEEN) / 2, whole = Math.floor(half);
  return half === whole + 0.5 ? whole + whole % 2 : Math.round(half);
};
// A picture { width, height, data }, as canvases give it, to (SEEN, SEEN, 4) bytes; its alpha is not read.
const prepared = ({ width, height, data }) => {
  const shorter = Math.min(width, height), longer = Math.trunc(SHORTER * Math.max(width, height) / shorter);
  const [wide, tall] = width <= height ? [SHORTER, longer] : [longer, SHORTER];
  const kinds = (size, wanted) => Array.from({ length: SEEN }, (_, at) => triangle(size, wanted, centre(wanted) + at));
  const columns = kinds(width, wide), rows = kinds(height, tall);
  const top = rows[0].first, bottom = rows[SEEN - 1].first + rows[SEEN - 1].weights.length;
  const narrow = new Uint8ClampedArray(4 * SEEN * (bottom - top)), out = new Uint8ClampedArray(4 * SEEN * SEEN).fill(255);
  // Bytes of a clamped array are rounded to the nearest, halves to the even one.
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < SEEN; x++) {
      const { first, weights } = columns[x];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * data[4 * (y * width + first + k) + channel];
        narrow[4 * ((y - top) * SEEN + x) + channel] = sum;
      }
    }
  }
  for (let y = 0; y < SEEN; y++) {
    const { first, weights } = rows[y];
    for (let x = 0; x < SEEN; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * narrow[4 * ((first - top + k) * SEEN + x) + channel];
        out[4 * (y * SEEN + x) + channel] = sum;
      }
    }
  }
  return out;
};
// Bytes (SEEN, SEEN, 4) as the network's numbers, (3, SEEN, SEEN). mean, deviation: of red, green and blue, 0 to 1.
const normalised = (bytes, mean, deviation) => Float32Array.from({ length: 3 * SEEN * SEEN }, (_, at) => {
  const channel = Math.floor(at / (SEEN * SEEN)), place = at % (SEEN * SEEN);
  return (bytes[4 * place + channel] / 255 - mean[channel]) / deviation[channel];
});
