import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleAdaptor } from './bundle.js';
import { withLock } from './lock.js';
import { allowList, parseSpecifier } from './specifier.js';

const run = promisify(execFile);
const NPM_FLAGS = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--omit=dev', '--loglevel=error'];
const PASSED_ON = /^(PATH|HOME|TMPDIR|LANG|(https?|no)_proxy|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;
const PERMISSION_FLAG = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
const CHECK_TIMEOUT_MS = 30_000;

/** Why an adaptor cannot be had. The message is shown to the author of the workflow. */
export class AutoinstallError extends Error {
  name = 'AutoinstallError';
  severity = 'exception';

  /** @param {string} specifier @param {unknown} cause */
  constructor(specifier, cause) {
    super(`Error installing ${specifier}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/**
 * Keeps the adaptors of a repo: one folder per name and version, complete from the moment it can be seen.
 * @typedef {{ repoDir: string, allow: string[], offline: boolean, installTimeoutMs: number, retryAfterMs?: number }} InstallerOptions
 */
export class AdaptorInstaller {
  #options;
  #allowed;
  /** @type {Map<string, Promise<string>>} */ #wanted = new Map();

  /** @param {InstallerOptions} options */
  constructor(options) {
    this.#options = options;
    this.#allowed = allowList(options.allow);
  }

  /**
   * @param {string} text `name@version`
   * @returns {Promise<string>} the adaptor's folder
   */
  ensure(text) {
    let folder = this.#wanted.get(text);
    if (!folder) {
      folder = this.#find(text);
      this.#wanted.set(text, folder);
      folder.catch(() => this.#forgetLater(text));
    }
    return folder;
  }

  /** A failure is remembered for a while, so that a thousand runs do not ask the registry a thousand times. @param {string} text */
  #forgetLater(text) {
    setTimeout(() => this.#wanted.delete(text), this.#options.retryAfterMs ?? 30_000).unref();
  }

  /** @param {string} text */
  async #find(text) {
    try {
      const specifier = parseSpecifier(text);
      if (!this.#allowed(specifier.name)) throw new Error('the operator does not allow this adaptor');
      const folder = join(this.#options.repoDir, 'node_modules', `${specifier.name}_${specifier.version}`);
      if (await exists(folder)) return folder;
      if (this.#options.offline) throw new Error('not installed, and this worker does not install (offline)');
      await mkdir(this.#options.repoDir, { recursive: true });
      const lock = join(this.#options.repoDir, '.install-lock');
      await withLock(lock, this.#options.installTimeoutMs, () => this.#install(specifier, folder));
      return folder;
    } catch (error) {
      throw new AutoinstallError(text, error);
    }
  }

  /** @param {import('./specifier.js').Specifier} specifier @param {string} folder */
  async #install(specifier, folder) {
    if (await exists(folder)) return;
    const temporary = await mkdtemp(join(this.#options.repoDir, '.install-'));
    try {
      await this.#npm(['install', ...NPM_FLAGS, `${specifier.name}@${specifier.version}`], temporary);
      const staged = join(temporary, 'staged', `${specifier.name}_${specifier.version}`);
      await stage(temporary, specifier.name, staged);
      await bundle(staged);
      await mkdir(dirname(folder), { recursive: true });
      await rename(staged, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  /** @param {string[]} args @param {string} cwd */
  async #npm(args, cwd) {
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => PASSED_ON.test(key)));
    try {
      await run('npm', [...args, '--prefix', cwd], { cwd, env, timeout: this.#options.installTimeoutMs, maxBuffer: 4_000_000 });
    } catch (error) {
      throw new Error(npmReason(error));
    }
  }
}

/** @param {string} path */
async function exists(path) {
  return access(path).then(() => true, () => false);
}

/** Puts the adaptor's own folder on top and everything npm brought beneath it. @param {string} root @param {string} name @param {string} staged */
async function stage(root, name, staged) {
  await mkdir(dirname(staged), { recursive: true });
  await rename(join(root, 'node_modules', name), staged);
  const dependencies = join(root, 'node_modules');
  const nested = join(staged, 'node_modules');
  if (await exists(nested)) {
    await cp(nested, dependencies, { recursive: true, force: true });
    await rm(nested, { recursive: true });
  }
  await rename(dependencies, nested);
}

/** Bundles, and proves in another process that the result loads. @param {string} folder */
async function bundle(folder) {
  try {
    await bundleAdaptor(folder, { vendor: true });
    await check(folder);
  } catch {
    await bundleAdaptor(folder, { vendor: false });
    await check(folder);
  }
}

/** @param {string} folder */
async function check(folder) {
  const script = 'await import(process.argv[1]); process.exit(0)';
  const flags = [PERMISSION_FLAG, `--allow-fs-read=${folder}/*`, '--no-warnings', '--input-type=module'];
  const entry = join(folder, 'bundle', 'index.js');
  await run(process.execPath, [...flags, '-e', script, entry], { env: {}, timeout: CHECK_TIMEOUT_MS });
}

/** @param {any} error */
function npmReason(error) {
  if (error.killed) return 'npm took too long';
  const lines = String(error.stderr ?? error.message).split('\n').filter(line => line.trim() !== '');
  return lines.slice(0, 3).join(' ').slice(0, 500);
}
