/**
 * Addresses that are no place in the public internet, after the special-purpose registries of IANA (RFC 6890). The same
 * list as the node's own (`SpecialAddresses.cs`); one set of vectors tests both. Of IPv6 only global unicast, 2000::/3, can
 * be public at all; what carries an IPv4 address inside is refused whatever it carries.
 */
const SPECIAL_V4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  // Metadata of Azure, on a public address.
  '168.63.129.16/32',
].map(networkOf);
const GLOBAL_V6 = networkOf('2000::/3');
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(networkOf);

/**
 * Whether an address is none that may be called. What is no address is special as well.
 * @param {string} address
 */
export function isSpecial(address) {
  const v4 = parseV4(address);
  if (v4 !== undefined) return SPECIAL_V4.some(network => contains(network, v4));
  const v6 = parseV6(address);
  return v6 === undefined || !contains(GLOBAL_V6, v6) || SPECIAL_V6.some(network => contains(network, v6));
}

/** @typedef {{ value: bigint, shift: bigint }} Network */

/** @param {string} text @returns {Network} */
function networkOf(text) {
  const [address, prefix] = text.split('/');
  const v4 = parseV4(address);
  const bits = v4 === undefined ? 128 : 32;
  const shift = BigInt(bits - Number(prefix));
  return { value: (v4 ?? /** @type {bigint} */ (parseV6(address))) >> shift, shift };
}

/** @param {Network} network @param {bigint} address */
function contains({ value, shift }, address) {
  return address >> shift === value;
}

/** Four decimal numbers and nothing else: other spellings are for resolvers. @param {string} text */
function parseV4(text) {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some(byte => byte > 255)) return undefined;
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Undefined for what has a zone, too: no public address has one. @param {string} text */
function parseV6(text) {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const tail = parseV4(dotted[2]);
    if (tail === undefined) return undefined;
    text = `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(half => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = tail ? [...head, ...Array(missing).fill('0'), ...tail] : head;
  if (!groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
