const BUILT_INS = `
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float32Array Float64Array Function Generator AsyncGenerator Infinity Int8Array Int16Array
  Int32Array Intl JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set
  SharedArrayBuffer String Symbol SyntaxError TypedArray TypeError Uint8Array Uint8ClampedArray Uint16Array Uint32Array
  URIError WeakMap WeakRef WeakSet WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent eval globalThis
  isFinite isNaN parseFloat parseInt`;

const HOST = `
  atob btoa Blob Buffer Event URL console setTimeout clearTimeout setInterval clearInterval global process require
  module exports`;

/** Names that are never looked for in an adaptor whose exports are unknown. */
export const WELL_KNOWN_GLOBALS = new Set(`${BUILT_INS} ${HOST} state`.trim().split(/\s+/));
