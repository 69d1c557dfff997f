import dgram from 'node:dgram';
import net from 'node:net';

/** "Permission denied", as the kernel says it. */
const EACCES = -13;
const denied = () => EACCES;

/**
 * Puts the last check where nothing can go around it: in place of the native methods that open connections. What they were
 * is known to these closures only; code that reaches any object of Node.js still meets the check.
 * @param {(address: string, port: number) => boolean} permits
 */
export function lockNatives(permits) {
  // Whoever uses them opens them at first use, which needs what is taken away here.
  void [process.stdin, process.stdout, process.stderr];
  const tcp = prototypeOf({ host: 'unused.invalid', port: 1, lookup: () => undefined });
  for (const name of ['connect', 'connect6']) {
    const native = tcp[name];
    tcp[name] = function connect(/** @type {any} */ request, /** @type {string} */ address, /** @type {number} */ port) {
      return permits(address, port) ? native.call(this, request, address, port) : EACCES;
    };
  }
  deny(tcp, ['open', 'bind', 'bind6', 'listen']);
  deny(prototypeOf({ path: '/nowhere' }), ['open', 'bind', 'listen', 'connect', 'connect2', 'bind2']);
  deny(datagrams(), ['open', 'bind', 'bind6', 'connect', 'connect6', 'send', 'send6']);
}

/** @param {any} prototype @param {string[]} names */
function deny(prototype, names) {
  for (const name of names) if (name in prototype) prototype[name] = denied;
  Object.freeze(prototype);
}

/** A socket has its native handle from the moment it begins to connect. @param {any} options */
function prototypeOf(options) {
  const socket = new net.Socket().on('error', () => undefined);
  socket.connect(options);
  const prototype = Object.getPrototypeOf(/** @type {any} */ (socket)._handle);
  socket.destroy();
  return prototype;
}

function datagrams() {
  const socket = dgram.createSocket('udp4');
  const state = Object.getOwnPropertySymbols(socket).map(key => /** @type {any} */ (socket)[key]).find(value => value?.handle);
  const prototype = Object.getPrototypeOf(state.handle);
  socket.close();
  return prototype;
}
