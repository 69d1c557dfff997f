const TOPIC = 'worker:queue';
const EXTENSION = 'streamed-runs.v1';

/**
 * The topic `worker:queue` of one node: joins it whenever the socket opens, asks for runs, hands on what arrives.
 * @typedef {{ capacity: number, held(): { run_id: string, attempt: number }[], onJoined(drop: string[]): void,
 *             onLost(): void, onRun(push: any): void, onCancel(push: any): void }} Owner
 */
export class Link {
  #socket;
  #owner;
  #log;
  /** @type {string | null} */ #joinRef = null;
  #isJoined = false;
  #demanded = 0;

  /** @param {import('../socket/socket.js').PhoenixSocket} socket @param {Owner} owner @param {import('../log.js').Log} log */
  constructor(socket, owner, log) {
    this.#socket = socket;
    this.#owner = owner;
    this.#log = log;
    socket.on('open', () => void this.#join());
    socket.on('close', () => this.#onClose());
    socket.on('push', (topic, event, payload) => topic === TOPIC && this.#onPush(event, payload));
  }

  /** Asks for as many runs as there is room for and were not asked for yet. @param {number} room */
  demand(room) {
    const missing = room - this.#demanded;
    if (!this.#isJoined || missing <= 0) return;
    this.#demanded += missing;
    this.send('demand', `{"demand":${missing}}`).catch(error => this.#onRefusedDemand(missing, error));
  }

  /** Takes back what was asked for, and returns runs that nobody has begun. @param {{ run_id: string, attempt: number }[]} returned */
  giveBack(returned) {
    this.#demanded = 0;
    return this.send('drain', JSON.stringify({ returned }));
  }

  /** @param {string} event @param {string} payload JSON */
  send(event, payload) {
    return this.#socket.push(this.#joinRef, TOPIC, event, payload);
  }

  async #join() {
    const ref = this.#socket.nextRef();
    const { capacity } = this.#owner;
    const payload = { capacity, queues: { 'manual>*': capacity }, extensions: [EXTENSION], held: this.#owner.held() };
    try {
      const reply = await this.#socket.push(ref, TOPIC, 'phx_join', JSON.stringify(payload), ref);
      if (!reply?.extensions?.includes(EXTENSION)) throw new Error(`the node does not offer ${EXTENSION}`);
      this.#joinRef = ref;
      this.#isJoined = true;
      this.#demanded = 0;
      this.#log.info('joined', { held: payload.held.length, dropped: reply.drop?.length ?? 0 });
      this.#owner.onJoined(reply.drop ?? []);
    } catch (error) {
      this.#log.error('not joined', { reason: /** @type {Error} */ (error).message });
      this.#socket.reset();
    }
  }

  #onClose() {
    this.#isJoined = false;
    this.#owner.onLost();
  }

  /** @param {string} event @param {any} payload */
  #onPush(event, payload) {
    if (event === 'run') {
      this.#demanded = Math.max(0, this.#demanded - 1);
      this.#owner.onRun(payload);
    } else if (event === 'cancel') {
      this.#owner.onCancel(payload);
    } else if (event === 'phx_error' || event === 'phx_close') {
      this.#socket.reset();
    }
  }

  /** @param {number} count @param {import('../socket/socket.js').ReplyError} error */
  #onRefusedDemand(count, error) {
    if (error.code === 'closed') return;
    this.#log.warn('the node refused a demand', { code: error.code });
    this.#demanded = Math.max(0, this.#demanded - count);
    this.#socket.reset();
  }
}
