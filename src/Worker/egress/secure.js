import tls from 'node:tls';
import { isIP } from 'node:net';
import { EgressError } from './errors.js';

const { connect: connectTls, checkServerIdentity } = tls;
/** Options by which a caller could weaken or go around the check of the certificate. */
const DROPPED = ['checkServerIdentity', 'pskCallback', 'secureProtocol', 'secureOptions', 'path', 'allowPartialTrustChain'];
const WEAK = new Set(['TLSv1', 'TLSv1.1']);
const UNREACHED = new Set(['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ETIMEDOUT', 'EPIPE', 'ABORT_ERR', 'UND_ERR_CONNECT_TIMEOUT']);
let dialling = false;

/** Whether a connection that is opened now is one whose certificate is checked. */
export function isSecureCall() {
  return dialling;
}

/**
 * Every TLS connection checks the certificate, and for the name that is dialled: no option, no variable of the environment
 * changes that (S0-14). Options for the caller's own certificate, and for an authority to trust instead, stay.
 */
export function guardTls() {
  tls.connect = /** @type {any} */ ((/** @type {any[]} */ ...args) => {
    const [options, callback] = normalized(args);
    const wasDialling = dialling;
    dialling = !options.socket;
    try {
      return translated(connectTls(options, callback));
    } finally {
      dialling = wasDialling;
    }
  });
  forbidRawTls();
}

/** @param {any[]} args (options), (port, host, options), (path, options), each with a callback @returns {[any, any]} */
function normalized(args) {
  const callback = typeof args.at(-1) === 'function' ? args.at(-1) : undefined;
  const given = Object.assign({}, ...args.filter(arg => typeof arg === 'object'));
  if (typeof args[0] === 'number' || (typeof args[0] === 'string' && /^\d+$/.test(args[0]))) given.port = Number(args[0]);
  if (typeof args[1] === 'string') given.host = args[1];
  const options = Object.fromEntries(Object.entries(given).filter(([key]) => !DROPPED.includes(key)));
  const host = String(options.host ?? options.servername ?? 'localhost').replace(/^\[(.*)\]$/, '$1');
  if (WEAK.has(options.minVersion)) options.minVersion = 'TLSv1.2';
  return [{ ...options, host, servername: isIP(host) ? '' : host, rejectUnauthorized: true, checkServerIdentity }, callback];
}

/** What goes wrong before the connection is secure, other than that nobody is there, is distrust. @param {any} socket */
function translated(socket) {
  let isSecure = false;
  socket.once('secureConnect', () => (isSecure = true));
  const destroy = socket.destroy;
  socket.destroy = (/** @type {any} */ error, /** @type {any} */ callback) => {
    const isDistrust = error && !isSecure && !(error instanceof EgressError) && error.code && !UNREACHED.has(error.code);
    return destroy.call(socket, isDistrust ? new EgressError('egress_tls_untrusted') : error, callback);
  };
  return socket;
}

/** A socket made by hand leaves the check to its maker. */
function forbidRawTls() {
  const { TLSSocket } = tls;
  const refused = () => {
    throw new EgressError('egress_tls_untrusted');
  };
  const guarded = new Proxy(TLSSocket, { construct: refused, apply: refused });
  tls.TLSSocket = guarded;
  TLSSocket.prototype.constructor = guarded;
}
