import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const REFRESH_MS = 2_000;
const STALE_MS = 20_000;
const POLL_MS = 100;

/**
 * Runs `work` while holding a lock that all processes on the machine respect. The lock is a folder whose time is
 * refreshed; one that has not been refreshed belonged to a process that died, and is taken over.
 * @template T
 * @param {string} path
 * @param {number} waitMs
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, waitMs, work) {
  await acquire(path, Date.now() + waitMs);
  const refresh = setInterval(() => void touch(path), REFRESH_MS);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(path, { recursive: true, force: true });
  }
}

/** @param {string} path @param {number} deadline */
async function acquire(path, deadline) {
  for (;;) {
    try {
      await mkdir(path);
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (await isStale(path)) await rm(path, { recursive: true, force: true });
    else if (Date.now() > deadline) throw new Error('another process has been installing for too long');
    else await sleep(POLL_MS);
  }
}

/** @param {string} path */
async function isStale(path) {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

/** @param {string} path */
async function touch(path) {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
