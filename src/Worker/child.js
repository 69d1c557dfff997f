import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { listen, tell, write } from './child/channel.js';
import { exportsOf } from './child/compile.js';
import { endContexts, endTimers } from './child/contexts.js';
import { usedHeapMb } from './child/heap.js';
import { harden } from './child/harden.js';
import { makeLogger } from './child/loggers.js';
import { Runner } from './child/runner.js';
import { installGuard, sealPolicy } from './egress/guard.js';

/** The pipes to the main process, and the turn in which this is asked. */
const HARMLESS = new Set(['PipeWrap', 'Immediate']);

/** @type {import('./child/runner.js').Settings} */ let settings;
/** @type {Runner | undefined} */ let current;

/** Adaptors log with the process's console; their lines belong to the run that is active. */
globalThis.console = Object.assign(console, makeLogger('ADA', 'debug', (source, level, args) => current?.log(source, level, args)));

process.on('uncaughtException', fatal);
process.on('unhandledRejection', fatal);
listen(command => (settings ? serve(command) : warm(command)));

/** Loads everything a run needs, and executes one, so that the first real run finds warm code. @param {any} command */
async function warm(command) {
  settings = command.settings;
  installGuard(settings.egress);
  for (const adaptor of Object.values(command.adaptors)) await preload(adaptor.path);
  const jobs = Object.keys(command.adaptors).map((adaptor, index) => ({ id: `warm-${index}`, body: 'fn(state => state);', adaptor }));
  const edges = jobs.slice(1).map((job, index) => ({ source_job_id: jobs[index].id, target_job_id: job.id }));
  const run = { key: 'warm', plan: { jobs, edges }, input: {}, credentials: {}, finished: [], timeoutMs: 0, memoryLimitMb: 0, stateLimitMb: 1 };
  if (jobs.length > 0) await new Runner({ ...run, adaptors: command.adaptors }, settings, () => undefined).execute();
  endContexts();
  harden();
  tell({ type: 'ready' });
}

/** An adaptor that does not load is reported by the run that uses it. @param {string} folder */
async function preload(folder) {
  try {
    exportsOf(folder);
    await import(pathToFileURL(join(folder, 'bundle', 'index.js')).href);
  } catch {
    return;
  }
}

/** @param {import('./child/runner.js').RunCommand} command */
async function serve(command) {
  sealPolicy(command.egress.allow);
  current = new Runner(command, settings, write);
  await current.execute();
  current = undefined;
  const leftTimers = endTimers();
  endContexts();
  setImmediate(() => tell({ type: 'idle', heapMb: usedHeapMb(settings.recycleHeapMb), isClean: !leftTimers && isClean() }));
}

/** What outlives its run, such as a timer or a request, would go on beside the next one. */
function isClean() {
  return process.getActiveResourcesInfo().every(type => HARMLESS.has(type));
}

/** Something that no promise holds went wrong: the run is over, and what else this process does is not to be trusted. @param {unknown} error */
function fatal(error) {
  current?.crash(error);
  process.exit(1);
}
