import http from 'node:http';
import https from 'node:https';
import { EgressError, refusalBehind } from './errors.js';

/**
 * Refuses addresses with user-info, whose host is not what it seems to be (`https://trusted@elsewhere`), where addresses are
 * taken, and lets the errors of `fetch` say why.
 */
export function guardAddresses() {
  for (const module of [http, https]) {
    for (const name of /** @type {const} */ (['request', 'get'])) {
      const original = /** @type {any} */ (module[name]);
      /** @type {any} */ (module)[name] = (/** @type {any[]} */ ...args) => {
        refuseUserInfo(args[0]);
        return original(...args);
      };
    }
  }
  guardFetch();
  guardOrigin();
}

function guardFetch() {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    refuseUserInfo(/** @type {any} */ (input)?.url ?? input);
    try {
      return await original(input, init);
    } catch (error) {
      throw refusalBehind(error) ?? error;
    }
  };
}

/** Undici takes the origin of an address and forgets the rest; there is nothing else of it to hold on to. */
function guardOrigin() {
  const origin = /** @type {() => string} */ (Object.getOwnPropertyDescriptor(URL.prototype, 'origin')?.get);
  Object.defineProperty(URL.prototype, 'origin', {
    get() {
      if (/^(https?|wss?):$/.test(this.protocol) && hasUserInfo(this)) throw new EgressError('egress_blocked');
      return origin.call(this);
    },
    enumerable: true,
    configurable: true,
  });
}

/** @param {unknown} address */
function refuseUserInfo(address) {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : address;
  if (url instanceof URL && hasUserInfo(url)) throw new EgressError('egress_blocked');
}

/** @param {URL} url */
function hasUserInfo(url) {
  return url.username !== '' || url.password !== '';
}
