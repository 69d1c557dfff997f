import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { WebSocketServer } = createRequire(new URL('../../../src/Worker/package.json', import.meta.url))('ws');
const TOPIC = 'worker:queue';

/**
 * A node that speaks the worker protocol and misbehaves on command. It keeps what a real one would make durable, and
 * throws the worker out when it breaks the protocol. Signals: `joined`, `demand`, `report`, `ended`, `lost`, `drained`.
 */
export class ScriptedNode extends EventEmitter {
  secret = 'a secret of the test';
  /** Answers upgrades with this status, when set. */
  refuseWith = 0;
  /** What to do with a report: 'ack', 'silence', or an error `{ reason, ... }`. */
  onReport = (_report) => 'ack';
  dropOnJoin = [];
  extensions = ['streamed-runs.v1'];
  answersHeartbeats = true;
  knowsDrain = true;
  losesDrain = false;
  demand = 0;
  joins = [];
  reports = [];
  faults = [];
  connections = 0;
  #offered = [];
  #runs = new Map();
  #joinRef = null;

  static async start() {
    const node = new ScriptedNode();
    await node.#listen();
    return node;
  }

  get url() {
    return `ws://127.0.0.1:${this.#server.address().port}/worker`;
  }

  /** Pushes the run as soon as the worker wants one. */
  offer(run) {
    const push = { attempt: 1, input: {}, credentials: {}, finished: [], ...run };
    const kept = { events: [] };
    kept.ended = new Promise(resolve => (kept.onEnded = resolve));
    this.#runs.set(`${push.run_id}/${push.attempt}`, kept);
    this.#offered.push(push);
    this.#hand();
    return push.run_id;
  }

  /** The events of a run, as far as the node has them. */
  eventsOf(runId, attempt = 1) {
    return this.#runs.get(`${runId}/${attempt}`)?.events ?? [];
  }

  /** Resolves with all events of a run when it has ended. */
  async ended(runId, attempt = 1) {
    const run = this.#runs.get(`${runId}/${attempt}`);
    await run.ended;
    return run.events;
  }

  /** Pushes something, whatever it is. */
  push(event, payload) {
    this.#socket?.send(JSON.stringify([this.#joinRef, null, TOPIC, event, payload]));
  }

  sendRaw(text) {
    this.#socket?.send(text);
  }

  cutConnection() {
    this.#socket?.terminate();
  }

  async stop() {
    this.cutConnection();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #server;
  #sockets;
  #socket;

  async #listen() {
    this.#server = createServer();
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 });
    this.#server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #onUpgrade(request, socket, head) {
    this.emit('upgrade');
    const token = new URL(request.url, 'http://node').searchParams.get('token') ?? '';
    const status = this.refuseWith || (this.#isGenuine(token) ? 0 : 401);
    if (status) return socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n\r\n`);
    this.#sockets.handleUpgrade(request, socket, head, webSocket => this.#onConnection(webSocket));
  }

  #isGenuine(token) {
    const [header, claims, signature] = token.split('.');
    return signature === createHmac('sha256', this.secret).update(`${header}.${claims}`).digest('base64url')
      && JSON.parse(Buffer.from(claims, 'base64url').toString()).iss === 'urn:openfn:worker';
  }

  #onConnection(socket) {
    this.connections += 1;
    this.#socket = socket;
    this.demand = 0;
    socket.on('message', data => this.#onMessage(socket, JSON.parse(data.toString())));
    socket.on('close', code => this.#socket === socket && this.emit('lost', code));
  }

  #onMessage(socket, [joinRef, ref, topic, event, payload]) {
    const reply = (status, response) => socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status, response }]));
    if (event === 'heartbeat') return this.answersHeartbeats && reply('ok', {});
    if (event === 'phx_join') return this.#onJoin(joinRef, payload, reply);
    if (event === 'demand') return this.#onDemand(payload, reply);
    if (event === 'run:events') return this.#onEvents(payload, reply);
    if (event === 'drain') return this.#onDrain(payload, reply);
    this.faults.push(`unknown event ${event}`);
  }

  #onJoin(joinRef, payload, reply) {
    this.#joinRef = joinRef;
    this.joins.push(payload);
    reply('ok', { extensions: this.extensions, drop: this.dropOnJoin });
    this.emit('joined', payload);
  }

  #onDemand({ demand }, reply) {
    if (!(demand >= 1)) this.faults.push(`demand ${demand}`);
    this.demand += demand;
    reply('ok', {});
    this.emit('demand', demand);
    this.#hand();
  }

  #hand() {
    while (this.demand > 0 && this.#offered.length > 0) {
      this.demand -= 1;
      this.push('run', this.#offered.shift());
    }
  }

  #onEvents(report, reply) {
    this.reports.push(report);
    const verdict = this.onReport(report);
    if (verdict === 'silence') return;
    if (verdict !== 'ack') return reply('error', verdict);
    this.acknowledge(report, reply);
  }

  /** Stores what is new, as a real node does, and answers. */
  acknowledge(report, reply) {
    const run = this.#runs.get(`${report.run_id}/${report.attempt}`);
    if (!run) return reply('error', { reason: 'not_found' });
    if (report.from > run.events.length) return reply('error', { reason: 'gap', next: run.events.length });
    run.events.push(...report.events.slice(run.events.length - report.from));
    reply('ok', { next: run.events.length });
    this.emit('report', report);
    if (run.events.at(-1)?.type === 'run:complete') run.onEnded();
  }

  #onDrain(payload, reply) {
    if (!this.knowsDrain) return reply('error', { reason: 'unknown' });
    this.demand = 0;
    if (this.losesDrain) this.cutConnection();
    else reply('ok', {});
    this.emit('drained', payload.returned);
  }
}
