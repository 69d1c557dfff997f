import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

const A = 1;
const AAAA = 28;

/** A DNS server that answers as it is told, and keeps what it was asked (RFC 1035). */
export class NameServer {
  /** name -> answers one after the other; the last one is given again and again. Each answer is a list of addresses. */
  answers = new Map();
  /** `name type` of every question */
  asked = [];
  #socket = createSocket('udp4');

  static async start(answers = {}) {
    const server = new NameServer();
    for (const [name, lists] of Object.entries(answers)) server.answers.set(name, lists);
    server.#socket.on('message', (query, from) => server.#socket.send(server.#reply(query), from.port, from.address));
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  get address() {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop() {
    this.#socket.close();
  }

  /** How often a name was resolved. */
  timesAsked(name) {
    return this.asked.filter(question => question === `${name} ${A}`).length;
  }

  #reply(query) {
    const { name, end } = nameAt(query, 12);
    const type = query.readUInt16BE(end);
    const lists = this.answers.get(name);
    const turn = this.timesAsked(name) - (type === AAAA ? 1 : 0);
    this.asked.push(`${name} ${type}`);
    const addresses = lists?.[Math.min(turn, lists.length - 1)] ?? [];
    const records = addresses.filter(address => isIPv6(address) === (type === AAAA)).map(recordOf);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(lists ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, query.subarray(12, end + 4), ...records]);
  }
}

function nameAt(message, start) {
  const labels = [];
  let at = start;
  for (let length = message[at]; length > 0; length = message[at]) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function recordOf(address) {
  const data = isIPv6(address) ? v6Bytes(address) : Buffer.from(address.split('.').map(Number));
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(isIPv6(address) ? AAAA : A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([record, data]);
}

function v6Bytes(address) {
  const mapped = /^::ffff:(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (mapped) return Buffer.from([...Array(10).fill(0), 255, 255, ...mapped.slice(1).map(Number)]);
  const [head, tail = ''] = address.split('::').map(half => half.split(':').filter(Boolean));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.flatMap(group => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]));
}
