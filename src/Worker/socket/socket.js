import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import { workerToken } from './token.js';

const HEARTBEAT_MS = 30_000;
const REPLY_TIMEOUT_MS = 30_000;
const MAX_RECONNECT_S = 10;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const API_VERSION = '1.2';

/** An answer with status error, or none. */
export class ReplyError extends Error {
  /** @param {string} code @param {any} response */
  constructor(code, response) {
    super(`the node answered ${code}`);
    this.code = code;
    this.response = response ?? {};
  }
}

/**
 * A WebSocket that speaks Phoenix V2 and comes back. Emits `open`, `close` and `push` (topic, event, payload).
 */
export class PhoenixSocket extends EventEmitter {
  #options;
  #log;
  /** Tells workers of one name apart, and one worker from the next of its name. */ #workerId;
  /** @type {WebSocket | undefined} */ #socket;
  /** @type {Map<string, { resolve(value: any): void, reject(error: Error): void, timer: NodeJS.Timeout }>} */ #waiting = new Map();
  #refs = 0;
  #attempts = 0;
  #closed = false;
  /** @type {NodeJS.Timeout | undefined} */ #reconnecting;
  /** @type {NodeJS.Timeout | undefined} */ #heartbeat;

  /**
   * @param {{ url: string, secret: string, name: string, version: string, heartbeatMs?: number, replyTimeoutMs?: number }} options
   * @param {import('../log.js').Log} log
   */
  constructor(options, log) {
    super();
    this.#options = options;
    this.#log = log;
    this.#workerId = `${options.name}-${randomBytes(4).toString('hex')}`;
  }

  connect() {
    const { url, secret, version } = this.#options;
    const query = new URLSearchParams({ token: workerToken(secret, this.#workerId), api_version: API_VERSION, worker_version: version, vsn: '2.0.0' });
    const socket = new WebSocket(`${url}/websocket?${query}`, { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
    this.#socket = socket;
    socket.on('open', () => this.#onOpen());
    socket.on('message', (data, isBinary) => this.#onMessage(socket, data, isBinary));
    socket.on('error', error => this.#log.debug('socket error', { reason: error.message }));
    socket.on('close', code => this.#onClose(socket, code));
  }

  /** Bytes that the kernel has not taken yet. */
  get buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  nextRef() {
    this.#refs += 1;
    return String(this.#refs);
  }

  /**
   * Sends and waits for the answer. `payload` is JSON text, because reports are large and kept as text.
   * @param {string | null} joinRef @param {string} topic @param {string} event @param {string} payload @param {string} [ref]
   * @returns {Promise<any>} the response of an ok reply
   */
  push(joinRef, topic, event, payload, ref = this.nextRef()) {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new ReplyError('closed', {}));
      const timer = setTimeout(() => this.#settle(ref, 'timeout', {}), this.#options.replyTimeoutMs ?? REPLY_TIMEOUT_MS);
      this.#waiting.set(ref, { resolve, reject, timer });
      this.#socket.send(`[${JSON.stringify(joinRef)},"${ref}","${topic}","${event}",${payload}]`);
    });
  }

  /** Drops the connection and connects again. */
  reset() {
    this.#socket?.terminate();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#reconnecting);
    this.#socket?.close(1001);
    setTimeout(() => this.#socket?.terminate(), 500).unref();
  }

  #onOpen() {
    this.#attempts = 0;
    this.#beat();
    this.emit('open');
  }

  #beat() {
    this.#heartbeat = setTimeout(() => {
      this.push(null, 'phoenix', 'heartbeat', '{}').then(() => this.#beat(), () => this.reset());
    }, this.#options.heartbeatMs ?? HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** @param {WebSocket} socket @param {import('ws').RawData} data @param {boolean} isBinary */
  #onMessage(socket, data, isBinary) {
    if (socket !== this.#socket || isBinary) return;
    const frame = parseFrame(data.toString());
    if (!frame) return this.#log.warn('the node sent what is not a frame');
    const [, ref, topic, event, payload] = frame;
    if (event === 'phx_reply') this.#settle(ref, payload?.status === 'ok' ? undefined : replyCode(payload), payload?.response);
    else this.emit('push', topic, event, payload);
  }

  /** @param {string} ref @param {string | undefined} fault @param {any} response */
  #settle(ref, fault, response) {
    const waiting = this.#waiting.get(ref);
    if (!waiting) return;
    this.#waiting.delete(ref);
    clearTimeout(waiting.timer);
    if (fault === undefined) waiting.resolve(response);
    else waiting.reject(new ReplyError(fault, response));
  }

  /** @param {WebSocket} socket @param {number} code */
  #onClose(socket, code) {
    if (socket !== this.#socket) return;
    clearTimeout(this.#heartbeat);
    for (const ref of [...this.#waiting.keys()]) this.#settle(ref, 'closed', {});
    this.emit('close', code);
    if (this.#closed) return;
    this.#attempts += 1;
    const delay = Math.min(this.#attempts, MAX_RECONNECT_S) * 1000 * (0.8 + Math.random() * 0.4);
    this.#log.warn('not connected', { code, retry_in_ms: Math.round(delay) });
    this.#reconnecting = setTimeout(() => this.connect(), delay);
  }
}

/** @param {string} text */
function parseFrame(text) {
  try {
    const frame = JSON.parse(text);
    return Array.isArray(frame) && frame.length === 5 && typeof frame[3] === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}

/** @param {any} payload */
function replyCode(payload) {
  const reason = payload?.response?.reason;
  return typeof reason === 'string' ? reason : 'error';
}
