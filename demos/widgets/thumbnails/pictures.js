/** Put pictures on canvases: grey levels, signed values, or whatever an address holds. */

/**
 * A picture: its pixels, RGBA row by row, or the address of one.
 * @typedef {{ width: number, height: number, rgba: Uint8ClampedArray } | { src: string }} Picture
 */

const NEGATIVE = [47, 111, 181]; // as thumbnails.signed: blue
const POSITIVE = [201, 104, 10]; // orange

/** @type {WeakMap<HTMLCanvasElement, number>} How many pictures each canvas was given: an address may be loaded after its successor. */
const turns = new WeakMap();

/**
 * Return grey levels as a picture.
 * @param {number} width
 * @param {number} height
 * @param {ArrayLike<number>} levels
 * @returns {Picture}
 */
export function grey(width, height, levels) {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < levels.length; i++) rgba[4 * i] = rgba[4 * i + 1] = rgba[4 * i + 2] = levels[i];
  return { width, height, rgba };
}

/**
 * Return values in [-1, 1] as a picture: the sign is the colour, the size its strength.
 * @param {number} width
 * @param {number} height
 * @param {ArrayLike<number>} values
 * @returns {Picture}
 */
export function signed(width, height, values) {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < values.length; i++) {
    rgba.set(values[i] > 0 ? POSITIVE : NEGATIVE, 4 * i);
    rgba[4 * i + 3] = Math.round(255 * Math.abs(values[i]));
  }
  return { width, height, rgba };
}

/**
 * Show a picture on a canvas, or nothing. Resolves when it is there, or was given up for a later one.
 * @param {HTMLCanvasElement} canvas
 * @param {Picture | null | undefined} picture
 * @returns {Promise<void>}
 */
export async function show(canvas, picture) {
  const turn = (turns.get(canvas) ?? 0) + 1;
  turns.set(canvas, turn);
  canvas.classList.toggle("empty", !picture);
  if (!picture) return;
  if ("rgba" in picture) {
    sized(canvas, picture.width, picture.height).putImageData(new ImageData(/** @type {any} */ (picture.rgba), picture.width, picture.height), 0, 0);
    return;
  }
  const image = new Image();
  image.src = picture.src;
  await image.decode();
  if (turns.get(canvas) === turn) sized(canvas, image.naturalWidth, image.naturalHeight).drawImage(image, 0, 0);
}

/** Return a canvas's context, blank and of that size. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function sized(canvas, width, height) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  else context.clearRect(0, 0, width, height);
  return context;
}

/** Return the grey levels that a canvas shows. @param {HTMLCanvasElement} canvas @returns {number[]} */
export function levels(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
}
