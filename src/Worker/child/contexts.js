import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';

const createContext = vm.createContext;
const { setTimeout, setInterval, clearTimeout } = globalThis;
/** @type {vm.Context | undefined} */ let unused;
let needsNone = false;
/** Timers of the present run's jobs. @type {Set<NodeJS.Timeout>} */ let timers = new Set();

/**
 * The runtime makes a context for edge conditions for every plan, which is a quarter of the cost of a small run. A plan
 * without conditions never runs anything in it, so those plans can share one.
 */
vm.createContext = (/** @type {any} */ sandbox, /** @type {any} */ options) => {
  const isForConditions = sandbox && Object.keys(sandbox).join() === 'console';
  if (sandbox?.setTimeout) Object.assign(sandbox, timersOfRun());
  if (!needsNone || !isForConditions) return createContext(sandbox, options);
  unused ??= createContext(sandbox, options);
  return unused;
};
syncBuiltinESMExports();

/** Says what the next plan is like. @param {{ workflow: { steps: any[] } }} plan the runtime's plan */
export function announcePlan({ workflow }) {
  needsNone = workflow.steps.every(step => Object.values(step.next ?? {}).every(edge => edge === true));
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
