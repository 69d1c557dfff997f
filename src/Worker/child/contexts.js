import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';
import { hardenContext } from './harden.js';

const createContext = vm.createContext;
const { setTimeout, setInterval, clearTimeout } = globalThis;
/** Conditions that are the runtime's own. */
const NAMED = new Set(['always', 'on_job_success', 'on_job_failure']);
const OPTIONS = { codeGeneration: { strings: false, wasm: false } };
/** Steps of a run that have a context which others had; further ones get one of their own. Each takes half a megabyte. */
const MOST_SHARED = 8;
/** Makes a context forget the last text that was matched. */
const FORGET = new vm.Script("/(?:)/.exec('')");
/** @type {vm.Context | undefined} */ let forConditions;
let hasOwnConditions = true;
/** @type {Set<string>} */ let plainJobs = new Set();
let isPlain = false;
/** @type {Shared[]} */ const unused = [];
/** Those of the present run. @type {Shared[]} */ let lent = [];
/** Timers of the present run's jobs. @type {Set<NodeJS.Timeout>} */ let timers = new Set();

/**
 * A context, and a first module in it, are most of the cost of a small step, so steps of later runs get it again if nobody
 * can tell: their jobs are plain (see the compiler), nothing of its language can be changed, and whatever the runtime had
 * put into it is taken out before.
 */
class Shared {
  context = createContext({}, OPTIONS);
  #global = hardenContext(this.context);
  #names = Object.getOwnPropertyNames(this.#global).length;

  /** The run's input is not among what it gets: a plain job does not ask for it there. @param {any} sandbox */
  fill({ state: _, ...sandbox }) {
    return Object.assign(this.context, sandbox);
  }

  /** @returns {boolean} whether it is as it was */
  empty() {
    for (const key of Reflect.ownKeys(this.context)) if (!Reflect.deleteProperty(this.context, key)) return false;
    FORGET.runInContext(this.context);
    return Object.getOwnPropertyNames(this.#global).length === this.#names;
  }
}

/** The runtime makes one context for the conditions of a plan, and one for each step; both are told apart by what is in them. */
vm.createContext = (/** @type {any} */ sandbox, /** @type {any} */ options) => {
  if (sandbox?.setTimeout) return contextOfStep(Object.assign(sandbox, timersOfRun()), options);
  const isForConditions = sandbox && Object.keys(sandbox).join() === 'console';
  return isForConditions && !hasOwnConditions ? (forConditions ??= createContext(sandbox, options)) : createContext(sandbox, options);
};
syncBuiltinESMExports();

/** Says what the next plan is like. @param {{ workflow: { steps: any[] } }} plan the runtime's plan @param {Set<string>} plain ids of its plain jobs */
export function announcePlan({ workflow }, plain) {
  hasOwnConditions = workflow.steps.some(step => Object.values(step.next ?? {}).some(isOwnCondition));
  plainJobs = plain;
}

/** Says which job comes next. @param {string} id */
export function announceJob(id) {
  isPlain = plainJobs.has(id);
}

/** Takes back the contexts that the run had. */
export function endContexts() {
  unused.push(...lent.filter(shared => shared.empty()));
  lent = [];
}

/** @param {any} edge */
function isOwnCondition(edge) {
  const condition = typeof edge === 'string' ? edge : edge.condition;
  return condition !== undefined && !NAMED.has(condition);
}

/** @param {any} sandbox @param {any} options */
function contextOfStep(sandbox, options) {
  if (!isPlain || lent.length === MOST_SHARED) return createContext(sandbox, options);
  const shared = unused.pop() ?? new Shared();
  lent.push(shared);
  return shared.fill(sandbox);
}

/** Ends the timers that a run's jobs left behind, also those that hold no process. @returns {boolean} whether there were any */
export function endTimers() {
  const left = timers.size > 0;
  for (const timer of timers) clearTimeout(timer);
  timers = new Set();
  return left;
}

/** Timers that are known until they are over. */
function timersOfRun() {
  const own = timers;
  const forget = (/** @type {any} */ timer) => {
    own.delete(timer);
    clearTimeout(timer);
  };
  return {
    setTimeout: Object.freeze((/** @type {any} */ callback, /** @type {any} */ delay, /** @type {any[]} */ ...args) => {
      const timer = setTimeout(() => {
        own.delete(timer);
        callback(...args);
      }, delay);
      own.add(timer);
      return timer;
    }),
    setInterval: Object.freeze((/** @type {any} */ callback, /** @type {any} */ delay, /** @type {any[]} */ ...args) => {
      const timer = setInterval(callback, delay, ...args);
      own.add(timer);
      return timer;
    }),
    clearTimeout: Object.freeze(forget),
    clearInterval: Object.freeze(forget),
  };
}
