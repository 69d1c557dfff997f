import { nameOf } from '../adaptors/specifier.js';

const USES_COLLECTIONS = /\bcollections\./;

/**
 * Turns OpenFn's plan into the runtime's. Expressions are still source code.
 * @param {any} plan
 * @param {Record<string, any>} credentials credential id -> body
 * @param {Record<string, { path: string, version: string }>} adaptors specifier -> where it lies
 */
export function convertPlan(plan, credentials, adaptors) {
  const edges = plan.edges ?? [];
  const triggers = (plan.triggers ?? []).map((/** @type {any} */ trigger) => triggerStep(trigger, edges));
  const jobs = (plan.jobs ?? []).map((/** @type {any} */ job) => jobStep(job, plan, credentials, adaptors));
  const steps = [...triggers, ...jobs];
  return {
    id: plan.id,
    workflow: {
      steps,
      ...(plan.name && { name: plan.name }),
      ...(plan.globals && { globals: plan.globals }),
      ...(plan.collections && { credentials: collectionsCredentials(plan) }),
    },
    options: { start: plan.starting_node_id ?? steps[0]?.id },
  };
}

/** The specifiers that have to be there before the plan can run. @param {any} plan @returns {string[]} */
export function adaptorsOf(plan) {
  return [...new Set((plan.jobs ?? []).flatMap((/** @type {any} */ job) => adaptorsOfJob(job, plan)))];
}

/** A job that speaks of collections gets their adaptor as well, if the node offers it. @param {any} job @param {any} plan @returns {string[]} */
function adaptorsOfJob(job, plan) {
  const own = job.adaptor ? [job.adaptor] : [];
  const wants = plan.collections?.adaptor && USES_COLLECTIONS.test(job.body ?? '') && job.adaptor !== plan.collections.adaptor;
  return wants ? [...own, plan.collections.adaptor] : own;
}

/** @param {any} plan */
function collectionsCredentials({ collections, project_id, meta }) {
  const { token, endpoint } = collections;
  return { collections_token: token, collections_endpoint: endpoint, project_id: project_id ?? meta?.project_id };
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
 * @param {any} job @param {any} plan @param {Record<string, any>} credentials
 * @param {Record<string, { path: string, version: string }>} adaptors
 */
function jobStep(job, plan, credentials, adaptors) {
  const credential = credentialOf(job);
  const own = adaptorsOfJob(job, plan);
  const next = (plan.edges ?? []).filter((/** @type {any} */ edge) => edge.source_job_id === job.id).map((/** @type {any} */ edge) => [edge.target_job_id, jobEdge(edge)]);
  return {
    id: job.id,
    ...(job.name && { name: job.name }),
    expression: job.body ?? '',
    adaptors: own,
    linker: Object.fromEntries(own.filter(specifier => adaptors[specifier]).map(specifier => [nameOf(specifier), adaptors[specifier]])),
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
