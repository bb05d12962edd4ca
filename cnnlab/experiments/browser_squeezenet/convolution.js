"use strict";
// A convolution and its ReLU. maps: { channels, side, values }, channel
// by channel, row by row; weights: four kernels beside each other.
const convolve = (maps, layer) => {
  const { kernels, size, stride, padding, depth, weights, biases } = layer;
  const side = Math.floor((maps.side + 2 * padding - size) / stride) + 1;
  const values = new Float32Array(kernels * side * side);
  const windows = new Float64Array(4 * depth);
  for (let first = 0; first < side * side; first += 4) {
    const count = Math.min(4, side * side - first);
    for (let n = 0; n < count; n++) {
      const place = first + n, row = Math.floor(place / side);
      const top = stride * row - padding;
      const left = stride * (place % side) - padding;
      gather(maps, size, top, left, windows, n);
    }
    for (let kernel = 0; kernel < kernels; kernel += 4) {
      const sums = product(windows, weights, kernel * depth);
      for (let m = 0; m < 4; m++) for (let n = 0; n < count; n++) {
        const at = (kernel + m) * side * side + first + n;
        values[at] = Math.max(0, sums[4 * m + n] + biases[kernel + m]);
      }
    }
  }
  return { channels: kernels, side, values };
};
// Copy the window whose upper left corner is (top, left) into column n of
// four; what lies beyond the maps is 0.
const gather = (maps, size, top, left, windows, n) => {
  const { channels, side, values } = maps;
  for (let channel = 0, k = n; channel < channels; channel++) {
    for (let y = top; y < top + size; y++) {
      for (let x = left; x < left + size; x++, k += 4) {
        const inside = y >= 0 && y < side && x >= 0 && x < side;
        windows[k] = inside ? values[(channel * side + y) * side + x] : 0;
      }
    }
  }
};
// Four kernels, from place w on, times four windows: sixteen sums, for
// which each number that is read is used four times.
const product = (windows, weights, w) => {
  let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
  let c0 = 0, c1 = 0, c2 = 0, c3 = 0, d0 = 0, d1 = 0, d2 = 0, d3 = 0;
  for (let k = 0; k < windows.length; k += 4, w += 4) {
    const x0 = windows[k], x1 = windows[k + 1];
    const x2 = windows[k + 2], x3 = windows[k + 3];
    const a = weights[w], b = weights[w + 1];
    const c = weights[w + 2], d = weights[w + 3];
    a0 += a * x0; a1 += a * x1; a2 += a * x2; a3 += a * x3;
    b0 += b * x0; b1 += b * x1; b2 += b * x2; b3 += b * x3;
    c0 += c * x0; c1 += c * x1; c2 += c * x2; c3 += c * x3;
    d0 += d * x0; d1 += d * x1; d2 += d * x2; d3 += d * x3;
  }
  return [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3];
};
