import vm from 'node:vm';
import { RunFault, SUCCESS } from './reasons.js';

const ROOT = '__resume';
/** What the runtime makes of the words for conditions; the resumed part of a walk must decide alike. */
const WORDS = new Map([
  ['always', 'true'],
  ['on_job_success', 'Boolean(!state?.errors?.[upstreamStepId] ?? true)'],
  ['on_upstream_success', 'Boolean(!state?.errors?.[upstreamStepId] ?? true)'],
  ['on_job_failure', 'Boolean(state?.errors && state.errors[upstreamStepId])'],
  ['on_upstream_fail', 'Boolean(state?.errors && state.errors[upstreamStepId])'],
]);

/**
 * @typedef {{ step_id: string, job_id: string, reason: string, output?: any, output_dataclip_id?: string,
 *             error_type: string | null, error_message: string | null, retry?: boolean }} Finished
 * @typedef {{ jobId: string, state: any, outcome: import('./reasons.js').Outcome, isLeaf: boolean, outputId?: string }} End
 */

/**
 * Walks the graph along the steps that earlier attempts finished. What is left of the runtime's queue then becomes the
 * plan: a root whose children hand each waiting step the input it was queued with. A step to be executed again (`retry`)
 * waits in its place with the input it had.
 * @param {any} plan the runtime's plan @param {any} input @param {Finished[]} finished
 * @param {string} [dataclipId] the dataclip that holds the input
 * @returns {{ plan: any, ends: End[], sources: Map<string, string | undefined>, done: boolean }}
 *   `sources`: id of a child of the root -> the dataclip it stands for; `done`: nothing is left to execute
 */
export function resumePlan(plan, input, finished, dataclipId) {
  const steps = new Map(plan.workflow.steps.map((/** @type {any} */ step) => [step.id, step]));
  const conditions = vm.createContext({ console }, { codeGeneration: { strings: false, wasm: false } });
  /** @type {{ id: string, input: any, from?: string }[]} */
  const queue = [{ id: plan.options.start, input, from: dataclipId }];
  /** @type {typeof queue} */ const again = [];
  /** @type {End[]} */ const ends = [];
  let used = 0;
  while (queue.length > 0 && (used < finished.length || isTrigger(steps.get(queue[0].id)))) {
    const item = /** @type {{ id: string, input: any, from?: string }} */ (queue.shift());
    const step = steps.get(item.id);
    if (!isTrigger(step) && finished[used]?.retry) {
      recordedEnd(step, finished[used++]);
      again.push(item);
      if (queue.length === 0) queue.push(...again.splice(0));
      continue;
    }
    const end = isTrigger(step) ? { state: item.input } : recordedEnd(step, finished[used++]);
    const next = followed(step, end.state, conditions);
    if ('jobId' in end) ends.push({ ...end, isLeaf: next.length === 0 });
    queue.push(...next.map(id => ({ id, input: end.state, from: 'outputId' in end ? end.outputId : item.from })));
    // The attempt had nothing more to do when it failed: what is executed again comes behind all that it did.
    if (queue.length === 0) queue.push(...again.splice(0));
  }
  if (used < finished.length) throw mismatch(`step ${finished[used].job_id} is not reached`);
  return { plan: waitingPlan(plan, queue), ends, sources: sourcesOf(queue), done: queue.length === 0 };
}

/** Whether a step id is one of those made here. @param {string} id */
export function isResumed(id) {
  return id.startsWith(`${ROOT}-`);
}

/** @param {any} step */
function isTrigger(step) {
  return step !== undefined && step.expression === undefined;
}

/** @param {any} step @param {Finished} entry @returns {Omit<End, 'isLeaf'>} */
function recordedEnd(step, entry) {
  if (step?.id !== entry.job_id) throw mismatch(`step ${entry.job_id} ended where ${step?.id ?? 'none'} is due`);
  const { reason, error_type, error_message } = entry;
  const outcome = reason === 'success' ? SUCCESS : /** @type {any} */ ({ reason, error_type, error_message });
  return { jobId: entry.job_id, state: entry.output, outcome, outputId: entry.output_dataclip_id };
}

/** The steps that come next, decided as the runtime decides. @param {any} step @param {any} state @param {vm.Context} context */
function followed(step, state, context) {
  const next = Object.entries(step.next ?? {});
  return next.filter(([, edge]) => isFollowed(edge, state, step.id, context)).map(([id]) => id);
}

/** @param {any} edge @param {any} state @param {string} stepId @param {vm.Context} context */
function isFollowed(edge, state, stepId, context) {
  if (typeof edge === 'boolean') return edge;
  const condition = typeof edge === 'string' ? edge : edge.condition;
  if (edge.disabled || !condition) return false;
  const text = WORDS.get(condition) ?? condition;
  try {
    return vm.compileFunction(`return ${text}`, ['state', 'upstreamStepId'], { parsingContext: context })(state, stepId);
  } catch (error) {
    throw new RunFault('EdgeConditionError', 'crash', /** @type {Error} */ (error).message);
  }
}

/** @param {any} plan @param {{ id: string, input: any }[]} queue */
function waitingPlan(plan, queue) {
  const waiting = queue.map((item, index) => ({
    id: `${ROOT}-${index}`,
    expression: [() => item.input],
    next: { [item.id]: true },
  }));
  const root = { id: ROOT, next: Object.fromEntries(waiting.map(step => [step.id, true])) };
  const workflow = { ...plan.workflow, steps: [root, ...waiting, ...plan.workflow.steps] };
  return { ...plan, workflow, options: { ...plan.options, start: ROOT } };
}

/** @param {{ from?: string }[]} queue */
function sourcesOf(queue) {
  return new Map(queue.map((item, index) => [`${ROOT}-${index}`, item.from]));
}

/** @param {string} detail */
function mismatch(detail) {
  return new RunFault('ResumeError', 'exception', `The finished steps do not fit the workflow: ${detail}`);
}
