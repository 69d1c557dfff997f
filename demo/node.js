import { execFile, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { setUp } from './set-up.js';

const READY_MS = 60_000;
const STOP_MS = 30_000;
const KEPT_LINES = 40;

/**
 * Starts a node on a free port with its data in `folder`. Its log is read for the two things only it can say: the address
 * and the setup token.
 */
export async function startNode({ root, folder, adaptors }) {
  const dll = join(root, 'src/Api/bin/Release/net10.0/cluster-node.dll');
  const env = environment(folder, adaptors);
  await promisify(execFile)('dotnet', [dll, 'keys', 'init'], { cwd: root, env });
  const lines = [];
  const found = {};
  const child = spawn('dotnet', [dll], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C reaches the whole group: the node must outlive it until it is told to stop, else stopping would race.
    detached: true,
  });
  const ended = new Promise(resolve => child.once('exit', resolve).once('error', resolve));
  const addressed = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', line => {
        found.setupToken ??= /Setup token, shown this once: (\S+)/.exec(line)?.[1];
        found.url ??= /Now listening on: (\S+)/.exec(line)?.[1];
        lines.push(line.replace(/cset_\S+/, 'cset_***'));
        lines.splice(0, lines.length - KEPT_LINES);
        if (found.setupToken && found.url) resolve(true);
      });
    }
  });
  const stop = () => stopped(child, ended);
  const isUp = await Promise.race([addressed, ended.then(() => false), expiry(READY_MS)]);
  if (isUp && await isReady(found.url)) {
    const token = await setUp(found.url, found.setupToken);
    return { url: found.url, token, pid: child.pid, ended, lines, stop };
  }

  await stop();
  throw new Error(`The node did not start. Its log:\n${lines.map(line => `    ${line}`).join('\n')}`);
}

/** Nothing an operator has set for another node may reach this one. */
function environment(folder, adaptors) {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('CLUSTER__') && key !== 'CLUSTER_KEY_SHARE');
  mkdirSync(join(folder, 'tmp'));
  return {
    ...Object.fromEntries(inherited),
    TMPDIR: join(folder, 'tmp'),
    CLUSTER__DATA_DIR: join(folder, 'data'),
    // The two shares of the master key, made for this one run, in two folders.
    CLUSTER__KEYS__SECOND_SHARE_FILE: join(folder, 'second-share', 'key-share'),
    CLUSTER__HTTP__HOST: '127.0.0.1',
    CLUSTER__HTTP__PORT: '0',
    CLUSTER__WORKER__REPO_DIR: adaptors,
    CLUSTER__WORKER__OFFLINE: 'true',
  };
}

const expiry = ms => new Promise(resolve => { setTimeout(resolve, ms, false).unref(); });

async function isReady(url) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return true;
    await new Promise(resolve => { setTimeout(resolve, 100); });
  }
  return false;
}

async function stopped(child, ended) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const isGone = await Promise.race([ended.then(() => true), expiry(STOP_MS)]);
  if (isGone) return;
  child.kill('SIGKILL');
  await ended;
}
