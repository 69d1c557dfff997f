import { timestamp } from '../clock.js';
import { nameOf } from '../adaptors/specifier.js';
import { adaptorsOf, credentialsOf } from '../plan/convert.js';
import { RunFault, errorOutcome } from '../plan/reasons.js';

/** Less does not even hold the runtime and an adaptor. */
const LEAST_MEMORY_MB = 64;
const MAX_TIMER_MS = 2 ** 31 - 1;
const OPENFN = /^@openfn\//;

/**
 * Gets everything a run needs from outside its process.
 * @param {import('./held-run.js').HeldRun} run
 * @param {{ config: import('../config.js').Config, installer: import('../adaptors/installer.js').AdaptorInstaller }} worker
 * @returns {Promise<import('../child/runner.js').RunCommand>}
 */
export async function prepare(run, { config, installer }) {
  const { plan, input, credentials = {}, finished = [], attempt, egress } = run.push;
  const options = plan.options ?? {};
  const missing = credentialsOf(plan).filter(id => !Object.hasOwn(credentials, id));
  if (missing.length > 0) throw new RunFault('CredentialLoadError', 'exception', missing.map(missingCredential).join('\n'));
  const wantedMb = options.run_memory_limit_mb ?? config.memoryLimitMb;
  const memoryLimitMb = Math.max(LEAST_MEMORY_MB, Math.min(wantedMb, config.maxMemoryLimitMb));
  return {
    key: `${run.id}-${attempt}`,
    plan, input, credentials, finished, memoryLimitMb,
    timeoutMs: Math.min(options.run_timeout_ms ?? config.runTimeoutMs, MAX_TIMER_MS),
    stateLimitMb: config.stateLimitMb || memoryLimitMb / 4,
    adaptors: await locate(adaptorsOf(plan), installer),
    egress: { allow: [...config.egress.allow, ...(egress?.allow ?? []), ...collectionsHost(plan)] },
  };
}

/** The node that offers collections is called by jobs, wherever it lies. @param {any} plan @returns {string[]} */
function collectionsHost({ collections }) {
  if (!URL.canParse(collections?.endpoint)) return [];
  const { protocol, host } = new URL(collections.endpoint);
  return [protocol === 'http:' ? `http://${host}` : host];
}

/** The events of a run that ends before it began. @param {unknown} error @returns {object[]} */
export function endedBeforeStart(error) {
  const outcome = errorOutcome(error);
  const status = `Run complete with status: ${outcome.reason}\n${outcome.error_type}: ${outcome.error_message}`;
  return [
    { type: 'log', source: 'R/T', level: 'error', message: [status], timestamp: timestamp() },
    { type: 'run:complete', ...outcome, timestamp: timestamp() },
  ];
}

/** @param {string} id */
function missingCredential(id) {
  return `Failed to load credential ${id}: it did not come with the run`;
}

/**
 * Others than OpenFn's are not installed; importing one fails when the step is loaded.
 * @param {string[]} specifiers @param {import('../adaptors/installer.js').AdaptorInstaller} installer
 */
async function locate(specifiers, installer) {
  const wanted = specifiers.filter(specifier => OPENFN.test(specifier));
  const entries = await Promise.all(wanted.map(async specifier => {
    const path = await installer.ensure(specifier);
    return /** @type {const} */ ([specifier, { path, version: specifier.slice(nameOf(specifier).length + 1) }]);
  }));
  return Object.fromEntries(entries);
}
