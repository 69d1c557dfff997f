import { nameOf } from '../adaptors/specifier.js';

/**
 * Turns OpenFn's plan into the runtime's. Expressions are still source code.
 * @param {any} plan
 * @param {Record<string, any>} credentials credential id -> body
 * @param {Record<string, { path: string, version: string }>} adaptors specifier -> where it lies
 */
export function convertPlan(plan, credentials, adaptors) {
  const edges = plan.edges ?? [];
  const triggers = (plan.triggers ?? []).map((/** @type {any} */ trigger) => triggerStep(trigger, edges));
  const jobs = (plan.jobs ?? []).map((/** @type {any} */ job) => jobStep(job, edges, credentials, adaptors));
  const steps = [...triggers, ...jobs];
  return {
    id: plan.id,
    workflow: { steps, ...(plan.name && { name: plan.name }), ...(plan.globals && { globals: plan.globals }) },
    options: { start: plan.starting_node_id ?? steps[0]?.id },
  };
}

/** The specifiers that have to be there before the plan can run. @param {any} plan @returns {string[]} */
export function adaptorsOf(plan) {
  const all = (plan.jobs ?? []).map((/** @type {any} */ job) => job.adaptor).filter(Boolean);
  return [...new Set(all)];
}

/** The ids of the credentials that the plan's jobs name. @param {any} plan @returns {string[]} */
export function credentialsOf(plan) {
  const all = (plan.jobs ?? []).map(credentialOf).filter((/** @type {any} */ credential) => typeof credential === 'string');
  return [...new Set(all)];
}

/** @param {any} job */
function credentialOf(job) {
  return job.credential ?? job.credential_id;
}

/** @param {any} trigger @param {any[]} edges */
function triggerStep(trigger, edges) {
  const next = edges
    .filter(edge => edge.source_trigger_id === trigger.id && edge.enabled !== false)
    .map(edge => [edge.target_job_id, isUnconditional(edge) ? true : edge.condition.trim()]);
  return { id: trigger.id, next: Object.fromEntries(next) };
}

/**
 * @param {any} job @param {any[]} edges @param {Record<string, any>} credentials
 * @param {Record<string, { path: string, version: string }>} adaptors
 */
function jobStep(job, edges, credentials, adaptors) {
  const credential = credentialOf(job);
  const next = edges.filter(edge => edge.source_job_id === job.id).map(edge => [edge.target_job_id, jobEdge(edge)]);
  const adaptor = job.adaptor ? adaptors[job.adaptor] : undefined;
  return {
    id: job.id,
    ...(job.name && { name: job.name }),
    expression: job.body ?? '',
    ...(job.adaptor && { adaptors: [job.adaptor] }),
    linker: adaptor ? { [nameOf(job.adaptor)]: adaptor } : {},
    ...(credential && { configuration: typeof credential === 'string' ? credentials[credential] : credential }),
    ...(job.state && { state: job.state }),
    ...(next.length > 0 && { next: Object.fromEntries(next) }),
  };
}

/** @param {any} edge */
function jobEdge(edge) {
  const disabled = edge.enabled === false;
  if (!disabled && isUnconditional(edge)) return true;
  return { ...(edge.condition && { condition: edge.condition.trim() }), ...(disabled && { disabled }) };
}

/** @param {any} edge */
function isUnconditional(edge) {
  return !edge.condition || edge.condition === 'always';
}
