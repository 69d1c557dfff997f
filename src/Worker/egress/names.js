import dns from 'node:dns';
import { isIP } from 'node:net';
import { EgressError } from './errors.js';

/** @typedef {{ address: string, family: number }[]} Addresses */

const lookup = dns.lookup;
const REFUSED = /^(resolve|reverse|lookupService|setServers)/;

/**
 * All addresses of a name; none for a name that nobody knows, which is told like one that may not be called.
 * @param {string[] | undefined} servers to ask in place of the system
 * @returns {(host: string, callback: (addresses: Addresses) => void) => void}
 */
export function makeResolver(servers) {
  if (!servers?.length) return (host, done) => lookup(host, { all: true }, (error, found) => done(error ? [] : found));
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers(servers);
  keepNatives(resolver);
  return (host, done) => {
    if (isIP(host)) return process.nextTick(done, [{ address: host, family: isIP(host) }]);
    resolver.resolve4(host, (_, v4 = []) => resolver.resolve6(host, (__, v6 = []) => {
      done([...v4.map(address => ({ address, family: 4 })), ...v6.map(address => ({ address, family: 6 }))]);
    }));
  };
}

/** Names are resolved for connections; everything else that speaks to name servers could carry data to anybody. @param {(host: string, done: (addresses: Addresses | undefined) => void) => void} reveal */
export function guardNames(reveal) {
  const guarded = (/** @type {string} */ host, /** @type {any} */ options, /** @type {any} */ callback) => {
    const done = callback ?? options;
    reveal(host, found => {
      if (!found) return done(new EgressError('egress_blocked'));
      if (options?.all) done(null, found);
      else done(null, found[0].address, found[0].family);
    });
  };
  const promised = (/** @type {string} */ host, /** @type {any} */ options) => new Promise((resolve, reject) => {
    reveal(host, found => (found ? resolve(options?.all ? found : found[0]) : reject(new EgressError('egress_blocked'))));
  });
  lockResolvers();
  refuse(dns, guarded);
  refuse(dns.promises, promised);
}

/** @param {any} module @param {Function} lookupInstead */
function refuse(module, lookupInstead) {
  const refused = () => {
    throw new EgressError('egress_blocked');
  };
  for (const name of Object.keys(module)) if (REFUSED.test(name)) module[name] = refused;
  module.lookup = lookupInstead;
  module.Resolver = refused;
}

/** The one resolver of this process goes on with methods of its own. @param {dns.Resolver} resolver */
function keepNatives(resolver) {
  const handle = /** @type {any} */ (resolver)._handle;
  for (const name of queriesOf(handle)) handle[name] = handle[name].bind(handle);
}

function lockResolvers() {
  const handle = /** @type {any} */ (new dns.Resolver())._handle;
  const prototype = Object.getPrototypeOf(handle);
  for (const name of queriesOf(handle)) prototype[name] = () => -13;
  Object.freeze(prototype);
}

/** @param {any} handle */
function queriesOf(handle) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(handle)).filter(name => /^(query|getHostByAddr|setServers)/.test(name));
}
