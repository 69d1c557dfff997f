import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';

const createContext = vm.createContext;
/** @type {vm.Context | undefined} */ let unused;
let needsNone = false;

/**
 * The runtime makes a context for edge conditions for every plan, which is a quarter of the cost of a small run. A plan
 * without conditions never runs anything in it, so those plans can share one.
 */
vm.createContext = (/** @type {any} */ sandbox, /** @type {any} */ options) => {
  const isForConditions = sandbox && Object.keys(sandbox).join() === 'console';
  if (!needsNone || !isForConditions) return createContext(sandbox, options);
  unused ??= createContext(sandbox, options);
  return unused;
};
syncBuiltinESMExports();

/** Says what the next plan is like. @param {{ workflow: { steps: any[] } }} plan the runtime's plan */
export function announcePlan({ workflow }) {
  needsNone = workflow.steps.every(step => Object.values(step.next ?? {}).every(edge => edge === true));
}
