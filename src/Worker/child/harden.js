import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';

/** Ways to the objects that the language has without a name, for any context. */
const UNNAMED = new vm.Script(`[
  function* () {}, async () => undefined, async function* () {}, [][Symbol.iterator](), ''[Symbol.iterator](), new Map().entries(),
  new Set().values(), ''.matchAll(/./g), Object.getPrototypeOf(Uint8Array), RegExp.prototype[Symbol.matchAll].call(/./g, ''),
  [].values().map?.(value => value), globalThis.Iterator?.from({ next() {} }), (function () { return arguments; })(),
]`);
/** Libraries set these on objects of their own, which a frozen property further up would forbid. */
const OVERRIDDEN = new Set([
  'constructor', 'toString', 'toLocaleString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'name', 'message', 'bind',
]);
/** Signals to other processes, the debugger of others, reports in files, flags of the engine. */
const REFUSED = ['kill', '_kill', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier', 'dlopen', 'setuid', 'setgid', 'seteuid', 'setegid', 'setgroups', 'initgroups', 'chdir'];

/**
 * Takes from job code what it could change for later runs of the process without even leaving its context: whatever it is
 * handed, a state, an error, a function, leads to the objects of the language that the runtime and all adaptors use.
 */
export function harden() {
  // Else small buffers are views of one memory, which shows what earlier runs had there.
  Buffer.poolSize = 0;
  freezeIntrinsics(globalThis, [...UNNAMED.runInThisContext(), Buffer, URL, URLSearchParams]);
  fixGlobals();
  limitProcess();
}

/**
 * Lets nobody change what an adaptor hands to the jobs of several runs, such as its third-party packages. What two instances
 * have in common is that; the rest ends with its run.
 * @param {any} one exports of an instance @param {any} other those of another one
 */
export function freezeShared(one, other, depth = 2) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(one))) {
    if (!isShared(value)) continue;
    const twin = Object.getOwnPropertyDescriptor(other, name)?.value;
    if (depth > 0 && isShared(twin)) freezeShared(value, twin, depth - 1);
    if (value === twin) Object.freeze(value);
  }
}

/** Plain objects, functions and classes; what has a state of its own is left alone. @param {any} value */
function isShared(value) {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The same for the language of a context in which nothing has run yet. @param {vm.Context} context @returns {any} its global object */
export function hardenContext(context) {
  const global = vm.runInContext('globalThis', context);
  freezeIntrinsics(global, UNNAMED.runInContext(context));
  return global;
}

/** @param {any} global @param {any[]} more */
function freezeIntrinsics(global, more) {
  const names = Object.getOwnPropertyNames(global).filter(name => isIntrinsic(global, name));
  const seen = reachableFrom(global, [...names.map(name => global[name]), ...more]);
  /** The engine has faster ways for these as long as their properties are plain. */
  const keptPlain = new Set([global.Array.prototype, global.Promise.prototype, global.RegExp.prototype]);
  for (const value of seen) freeze(value, global.Function.prototype, keptPlain);
}

/** @param {any} global @param {any[]} pending @returns {Set<any>} */
function reachableFrom(global, pending) {
  const seen = new Set([global]);
  while (pending.length > 0) {
    const value = pending.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    pending.push(Object.getPrototypeOf(value));
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(value))) pending.push(inner, get, set);
  }
  seen.delete(global);
  return seen;
}

/** Those of the language are not enumerable, and so are few others. @param {any} global @param {string} name */
function isIntrinsic(global, name) {
  const { value, enumerable } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(global, name));
  return !enumerable && value !== undefined && !['process', 'global', 'globalThis', 'console'].includes(name);
}

/** @param {any} target @param {any} functions the prototype of functions @param {Set<any>} keptPlain */
function freeze(target, functions, keptPlain) {
  if (ArrayBuffer.isView(target)) return;
  if ((typeof target === 'object' || target === functions) && !keptPlain.has(target)) {
    for (const [key, known] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
      if (OVERRIDDEN.has(key) && known.configurable && 'value' in known) tame(target, key, known);
    }
  }
  Object.freeze(target);
}

/** A property that cannot be changed, and that does not stand in the way of one further down. @param {any} owner @param {string} key @param {PropertyDescriptor} known */
function tame(owner, key, { value, enumerable }) {
  const access = {
    get: () => value,
    /** @this {any} @param {any} own */
    set(own) {
      if (this === owner || !Object.isExtensible(this)) throw new TypeError(`Cannot assign to read only property '${key}'`);
      Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
    },
  };
  Object.defineProperty(owner, key, { get: Object.freeze(access.get), set: Object.freeze(access.set), enumerable, configurable: false });
}

/** But for those that Node.js makes at their first use, by putting something else in their place. */
function fixGlobals() {
  for (const key of Reflect.ownKeys(globalThis)) {
    const known = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(globalThis, key));
    if (known.configurable && 'value' in known) Object.defineProperty(globalThis, key, { writable: false, configurable: false });
  }
}

function limitProcess() {
  const refused = () => {
    throw Object.assign(new Error('Job code may not do this'), { code: 'ERR_ACCESS_DENIED' });
  };
  for (const name of REFUSED) if (name in process) Object.defineProperty(process, name, { value: refused, writable: false, configurable: false });
  Object.defineProperty(process, 'report', { value: undefined, writable: false, configurable: false });
  for (const name of ['setFlagsFromString', 'writeHeapSnapshot', 'setHeapSnapshotNearHeapLimit', 'takeCoverage']) /** @type {any} */ (v8)[name] = refused;
}
