import zlib from 'node:zlib';
import { EgressError } from './errors.js';

const { setTimeout, clearTimeout } = globalThis;
const { push: pushOf } = /** @type {any} */ ((await import('node:stream')).Readable.prototype);
const DECOMPRESSORS = ['Gunzip', 'Inflate', 'InflateRaw', 'Unzip', 'BrotliDecompress', 'ZstdDecompress'];
const SYNCHRONOUS = ['gunzipSync', 'inflateSync', 'inflateRawSync', 'unzipSync', 'brotliDecompressSync', 'zstdDecompressSync'];

/**
 * Bounds each call on a connection: the bytes that come back, and the time from its first byte to its last. A call begins
 * when something is written after something was read; on a connection that rests, the time only closes it.
 * @param {any} socket @param {number} maxBytes @param {number} maxMs
 */
export function boundCalls(socket, maxBytes, maxMs) {
  let received = 0;
  let isAnswering = false;
  const begin = () => {
    received = 0;
    isAnswering = false;
    clearTimeout(timer);
    timer = setTimeout(() => socket.destroy(new EgressError('egress_timeout')), maxMs);
    timer.unref();
  };
  /** @type {NodeJS.Timeout} */ let timer;
  begin();
  const { push, write } = socket;
  socket.push = (/** @type {Buffer | null} */ chunk, /** @type {any} */ encoding) => {
    isAnswering = true;
    received += chunk?.length ?? 0;
    if (received <= maxBytes) return push.call(socket, chunk, encoding);
    socket.destroy(new EgressError('egress_too_large'));
    return false;
  };
  socket.write = (/** @type {any[]} */ ...args) => {
    if (isAnswering) begin();
    return write.apply(socket, args);
  };
  socket.once('close', () => clearTimeout(timer));
}

/** Bounds what comes out of one decompression: a small answer can be a large one (CWE-409). @param {number} maxBytes */
export function boundDecompression(maxBytes) {
  const module = /** @type {any} */ (zlib);
  /** @type {WeakMap<object, number>} */ const produced = new WeakMap();
  for (const name of DECOMPRESSORS.filter(known => module[known])) {
    module[name].prototype.push = function push(/** @type {Buffer | null} */ chunk, /** @type {any} */ encoding) {
      const total = (produced.get(this) ?? 0) + (chunk?.length ?? 0);
      produced.set(this, total);
      if (total <= maxBytes) return pushOf.call(this, chunk, encoding);
      this.destroy(new EgressError('egress_too_large'));
      return false;
    };
  }
  for (const name of SYNCHRONOUS.filter(known => module[known])) {
    const original = module[name];
    module[name] = (/** @type {any} */ data, /** @type {any} */ options) =>
      original(data, { ...options, maxOutputLength: Math.min(options?.maxOutputLength ?? maxBytes, maxBytes) });
  }
}
