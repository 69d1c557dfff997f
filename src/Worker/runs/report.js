const FLUSH_EVENTS = 100;
const FLUSH_BYTES = 256 * 1024;

/**
 * The events of one run that the node has not acknowledged, as JSON text.
 */
export class Report {
  /** @type {string[]} */ #events = [];
  /** @type {number[]} */ #sizes = [];
  #first = 0;
  bytes = 0;
  isComplete = false;

  /** @param {string} json */
  add(json) {
    const size = Buffer.byteLength(json);
    this.#events.push(json);
    this.#sizes.push(size);
    this.bytes += size;
  }

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** Whether nothing was acknowledged yet. */
  get isFresh() {
    return this.#first === 0;
  }

  clear() {
    this.#events = [];
    this.#sizes = [];
    this.bytes = 0;
  }

  /** Whether there is enough to send without waiting for more. */
  get isFull() {
    return this.isComplete || this.bytes >= FLUSH_BYTES || this.#events.length >= FLUSH_EVENTS;
  }

  /** The next frame's worth of events. @returns {{ from: number, events: string }} */
  batch() {
    let count = 0;
    for (let bytes = 0; count < this.#events.length && (count === 0 || bytes + this.#sizes[count] <= FLUSH_BYTES); count += 1) {
      bytes += this.#sizes[count];
    }
    return { from: this.#first, events: this.#events.slice(0, count).join(',') };
  }

  /** Forgets what the node has. @param {number} next @returns {boolean} false if that cannot be */
  acknowledge(next) {
    const count = next - this.#first;
    if (!Number.isInteger(next) || count < 0 || count > this.#events.length) return false;
    this.#events.splice(0, count);
    for (const size of this.#sizes.splice(0, count)) this.bytes -= size;
    this.#first = next;
    return true;
  }
}
