import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import * as runtime from '@openfn/runtime';
import { freezeShared } from './harden.js';

/** Compiled code takes helpers from it. */
const RUNTIME = '@openfn/runtime';
/** @type {Map<string, Promise<(() => Promise<any>) | undefined>>} adaptor folder -> what makes an instance of it */
const factories = new Map();

/**
 * Links the modules that job code imports, for one run, as the runtime's own linker does. An adaptor is made anew for the
 * run by calling the function its bundle consists of: importing the bundle under another name for every run would do the
 * same, but reads files, and what was imported is never freed.
 * @param {string} key of the run
 * @returns {(specifier: string, context: vm.Context, options: any) => Promise<vm.Module>}
 */
export function makeLinker(key) {
  /** @type {Map<string, Promise<any>>} */ const instances = new Map();
  return async (specifier, context, { whitelist, modules, log }) => {
    log.debug(`[linker] loading module ${specifier}`);
    if (!whitelist.some((/** @type {RegExp} */ allowed) => allowed.test(specifier))) {
      throw new runtime.ImportError(`module blacklisted: ${specifier}`);
    }
    if (specifier === RUNTIME) return synthetic(runtime, context);
    const { path, version } = modules[specifier] ?? {};
    if (!path) throw new runtime.ImportError(`Failed to import module "${specifier}"`);
    try {
      if (!instances.has(path)) instances.set(path, instanceOf(path, key));
      const exports = await instances.get(path);
      log.info(`Resolved adaptor ${specifier} to version ${version}`);
      return synthetic(targetOf(exports), context);
    } catch (error) {
      const reason = /** @type {Error} */ (error).message || 'reason unknown';
      throw new runtime.ImportError(`Failed to import module ${specifier} from ${path} (${reason})`);
    }
  };
}

/** @param {string} folder @param {string} key */
async function instanceOf(folder, key) {
  if (!factories.has(folder)) factories.set(folder, factoryOf(folder));
  const instantiate = await factories.get(folder);
  if (instantiate) return instantiate();
  const entry = await runtime.getModuleEntryPoint('', folder);
  return import(`${pathToFileURL(/** @type {{ path: string }} */ (entry).path)}?cache=${key}`);
}

/** Undefined for an adaptor whose entry does more than to call its factory. @param {string} folder */
async function factoryOf(folder) {
  const file = join(folder, 'bundle', 'factory.js');
  if (!existsSync(file)) return undefined;
  const { instantiate, isWhole } = await import(pathToFileURL(file).href);
  if (!isWhole) return undefined;
  freezeShared(await instantiate(), await instantiate());
  return instantiate;
}

/** What job code shall see: a CommonJS adaptor hides its exports behind `default`. @param {any} exports */
function targetOf(exports) {
  if (exports.__esModule && exports.default.default) return exports.default.default;
  const names = Object.keys(exports);
  const isHidden = names.length === 1 && exports.default && Object.keys(exports.default).length > 0;
  return isHidden ? exports.default : exports;
}

/** @param {any} target @param {vm.Context} context */
async function synthetic(target, context) {
  const names = Object.keys(target);
  const module = new vm.SyntheticModule(names, () => {
    for (const name of names) module.setExport(name, target[name]);
  }, { context });
  await module.link(() => Promise.reject(new Error('a synthetic module imports nothing')));
  await module.evaluate();
  return module;
}
