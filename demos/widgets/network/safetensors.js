/** Read a safetensors file: a header of JSON that names the tensors, and their numbers behind it, little-endian. */

/** @typedef {{ shape: number[], data: Float32Array | Float64Array }} Tensor */

const KINDS = { F32: Float32Array, F64: Float64Array };
const LONGEST_HEADER = 1_000_000; // bytes

/**
 * Return the tensors of a file by name. Throws an Error that says what is wrong with a damaged one.
 * @param {ArrayBuffer} file
 * @returns {Map<string, Tensor>}
 */
export function parse(file) {
  const { header, start } = readHeader(file);
  const tensors = new Map();
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") tensors.set(name, readTensor(file, start, name, entry));
  }
  return tensors;
}

/** @param {ArrayBuffer} file */
function readHeader(file) {
  const length = file.byteLength < 8 ? NaN : Number(new DataView(file).getBigUint64(0, true));
  if (!(length <= Math.min(LONGEST_HEADER, file.byteLength - 8))) throw new Error("this is no safetensors file: it has no header");
  try {
    return { header: JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length))), start: 8 + length };
  } catch {
    throw new Error("this is no safetensors file: its header can't be read");
  }
}

/**
 * @param {ArrayBuffer} file
 * @param {number} start of the numbers
 * @param {string} name
 * @param {{ dtype: string, shape: number[], data_offsets: [number, number] }} entry
 * @returns {Tensor}
 */
function readTensor(file, start, name, { dtype, shape, data_offsets: [from, to] }) {
  const Kind = KINDS[/** @type {keyof typeof KINDS} */ (dtype)];
  if (!Kind) throw new Error(`tensor ${name} is of type ${dtype}; expected ${Object.keys(KINDS).join(" or ")}`);
  const bytes = shape.reduce((product, size) => product * size, Kind.BYTES_PER_ELEMENT);
  if (to - from !== bytes || from < 0 || start + to > file.byteLength) throw new Error(`tensor ${name} is cut off`);
  return { shape, data: new Kind(file.slice(start + from, start + to)) };
}

/**
 * Return tensors as a file. The header is padded so that the numbers begin at a multiple of 8 bytes.
 * @param {Map<string, { shape: number[], data: Float32Array }>} tensors
 * @param {Record<string, string>} metadata
 * @returns {ArrayBuffer}
 */
export function serialize(tensors, metadata) {
  /** @type {Record<string, object>} */
  const header = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) header[name] = { dtype: "F32", shape, data_offsets: [end, (end += data.byteLength)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = 8 * Math.ceil(text.length / 8);
  const file = new ArrayBuffer(8 + length + end);
  new DataView(file).setBigUint64(0, BigInt(length), true);
  new Uint8Array(file, 8, length).fill(32).set(text);
  let start = 8 + length;
  for (const { data } of tensors.values()) {
    new Float32Array(file, start, data.length).set(data);
    start += data.byteLength;
  }
  return file;
}
