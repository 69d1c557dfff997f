import { isSpecial } from './special.js';

const HTTPS_PORT = 443;
const MAX_GRANTS = 10_000;

/**
 * @typedef {{ allow: string[], dnsServers?: string[], responseLimitMb: number, callTimeoutMs: number }} EgressSettings
 * @typedef {{ plain: boolean, host: string, port: number }} Exception
 */

/**
 * One host that the operator allows although a rule is against it (X11): `host`, `host:port`, or `http://host:port` for plain
 * connections. Undefined for what is none.
 * @param {string} text
 * @returns {Exception | undefined}
 */
export function parseException(text) {
  const plain = text.startsWith('http://');
  const address = plain ? text : `https://${text}`;
  if ((!plain && text.includes('//')) || text.endsWith('/') || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) return undefined;
  return { plain, host: bare(url.hostname), port: Number(url.port) || (plain ? 80 : HTTPS_PORT) };
}

/** Whether job code may open a connection. Fixed before any job code runs in the process. */
export class Policy {
  #exceptions;
  /** Addresses of allowed hosts, as they were resolved. @type {Set<string>} */ #grants = new Set();

  /** @param {string[]} allow */
  constructor(allow) {
    this.#exceptions = allow.map(parseException).filter(exception => exception !== undefined);
  }

  /**
   * Before a name is resolved.
   * @param {string} host @param {number} port @param {boolean} secure
   * @returns {import('./errors.js').EgressCode | undefined}
   */
  refusal(host, port, secure) {
    if (this.#allows(host, port, secure)) return undefined;
    if (!secure) return 'egress_insecure_scheme';
    return port === HTTPS_PORT ? undefined : 'egress_blocked';
  }

  /**
   * After it was: one special address among public ones spoils all, for which one is dialled must not be a matter of luck.
   * @param {string} host @param {number} port @param {boolean} secure @param {string[]} addresses
   */
  accepts(host, port, secure, addresses) {
    if (addresses.length === 0) return false;
    if (!this.#allows(host, port, secure)) return !addresses.some(isSpecial);
    if (this.#grants.size > MAX_GRANTS) this.#grants.clear();
    for (const address of addresses) this.#grants.add(`${address} ${port}`);
    return true;
  }

  /** Whether a name's addresses may be known. @param {string} host @param {string[]} addresses */
  reveals(host, addresses) {
    return addresses.length > 0 && (this.#exceptions.some(known => known.host === bare(host)) || !addresses.some(isSpecial));
  }

  /** The last word, where a connection is opened, however it came to that. @param {string} address @param {number} port */
  permits(address, port) {
    return this.#grants.has(`${address} ${port}`) || (port === HTTPS_PORT && !isSpecial(address));
  }

  /** @param {string} host @param {number} port @param {boolean} secure */
  #allows(host, port, secure) {
    const name = bare(host);
    return this.#exceptions.some(known => known.plain === !secure && known.host === name && known.port === port);
  }
}

/** @param {string} host */
function bare(host) {
  const lower = host.toLowerCase();
  return lower.startsWith('[') && lower.endsWith(']') ? lower.slice(1, -1) : lower;
}
