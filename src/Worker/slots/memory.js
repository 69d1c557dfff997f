import { readFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';

const POLL_MS = 250;

/**
 * Watches a process from outside: heap limits do not cover buffers. Without /proc nothing is watched.
 * @param {number | undefined} pid @param {number} limitMb @param {() => void} onExceeded
 * @returns {() => void} ends the watch
 */
export function watchMemory(pid, limitMb, onExceeded) {
  const timer = setInterval(async () => {
    if (pid !== undefined && (await residentMb(pid)) > limitMb) onExceeded();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** @param {number} pid */
async function residentMb(pid) {
  try {
    const fields = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
    return (Number(fields[1]) * pageBytes()) / (1024 * 1024);
  } catch {
    return 0;
  }
}

let cachedPageBytes = 0;

function pageBytes() {
  if (cachedPageBytes === 0) cachedPageBytes = askForPageSize();
  return cachedPageBytes;
}

function askForPageSize() {
  try {
    return Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })) || 4096;
  } catch {
    return 4096;
  }
}
