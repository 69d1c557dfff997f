import { syncBuiltinESMExports } from 'node:module';
import net, { isIP } from 'node:net';
import { boundCalls, boundDecompression } from './bounds.js';
import { EgressError } from './errors.js';
import { guardAddresses } from './addresses.js';
import { guardNames, makeResolver } from './names.js';
import { lockNatives } from './natives.js';
import { Policy } from './policy.js';
import { guardTls, isSecureCall } from './secure.js';

const MB = 1024 * 1024;
const connectSocket = net.Socket.prototype.connect;
const normalizeArgs = /** @type {any} */ (net)._normalizeArgs;

/** Nothing may be called before the process knows for whom it works. */
let policy = new Policy([]);
let isSealed = false;

/**
 * Stands between all job code of this process and the network. Installed before anything that could call is loaded.
 * @param {import('./policy.js').EgressSettings} settings
 */
export function installGuard({ dnsServers, responseLimitMb, callTimeoutMs }) {
  const resolve = makeResolver(dnsServers);
  lockNatives((address, port) => policy.permits(address, port));
  guardNames((host, done) => resolve(String(host), found => done(policy.reveals(host, found.map(one => one.address)) ? found : undefined)));
  boundDecompression(responseLimitMb * MB);
  guardTls();
  guardAddresses();
  net.Socket.prototype.connect = function connect(/** @type {any[]} */ ...args) {
    return open(this, args, resolve, socket => boundCalls(socket, responseLimitMb * MB, callTimeoutMs));
  };
  syncBuiltinESMExports();
}

/** Names the hosts that the operator allows, once: a process serves one project with one list. @param {string[]} allow */
export function sealPolicy(allow) {
  if (isSealed) return;
  policy = new Policy(allow);
  isSealed = true;
}

/**
 * @param {any} socket @param {any[]} args @param {ReturnType<typeof makeResolver>} resolve @param {(socket: any) => void} bound
 */
function open(socket, args, resolve, bound) {
  const [options, callback] = Array.isArray(args[0]) ? args[0] : normalizeArgs(args);
  const secure = isSecureCall();
  const host = String(options.host ?? 'localhost');
  const port = Number(options.port);
  if (options.path) return refused(socket, 'egress_blocked');
  const refusal = policy.refusal(host, port, secure) ?? (isIP(host) && !policy.accepts(host, port, secure, [host]) ? 'egress_blocked' : undefined);
  if (refusal) return refused(socket, refusal);
  bound(socket);
  const { timeout, noDelay, keepAlive, keepAliveInitialDelay, signal, family, autoSelectFamily, autoSelectFamilyAttemptTimeout } = options;
  const lookup = (/** @type {string} */ _, /** @type {any} */ wish, /** @type {any} */ done) => resolve(host, found => {
    if (!policy.accepts(host, port, secure, found.map(one => one.address))) return done(new EgressError('egress_blocked'));
    const usable = wish.family === 4 || wish.family === 6 ? found.filter(one => one.family === wish.family) : found;
    if (usable.length === 0) done(new EgressError('egress_blocked'));
    else if (wish.all) done(null, usable);
    else done(null, usable[0].address, usable[0].family);
  });
  const safe = { host, port, lookup, timeout, noDelay, keepAlive, keepAliveInitialDelay, signal, family, autoSelectFamily, autoSelectFamilyAttemptTimeout };
  const given = Object.fromEntries(Object.entries(safe).filter(([, value]) => value !== undefined));
  return callback ? connectSocket.call(socket, given, callback) : connectSocket.call(socket, given);
}

/** Whoever waits for the socket hears of it as of any error. @param {any} socket @param {import('./errors.js').EgressCode} code */
function refused(socket, code) {
  socket.connecting = true;
  process.nextTick(() => socket.destroy(new EgressError(code)));
  return socket;
}
