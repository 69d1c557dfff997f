// Several nodes on one PostgreSQL, all on this machine, until Ctrl-C. `./cluster up --store postgres` starts this.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGuard } from './guard.js';
import { ClusterNode } from './node.js';
import { Postgres } from './postgres.js';
import { say } from './program.js';
import { makeShares } from './shares.js';

const { values: options } = parseArgs({
  options: {
    dll: { type: 'string' },
    nodes: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    config: { type: 'string' },
    adaptors: { type: 'string' },
  },
});

const isKept = options.data !== undefined;
const folder = isKept ? kept(options.data) : thrownAway();
const guard = startGuard(isKept ? '' : folder);
/** @type {ClusterNode[]} */
const nodes = [];
/** @type {Postgres | undefined} */
let postgres;
/** @type {Promise<void> | undefined} */
let ending;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void interrupted());
process.stdout.on('error', () => void interrupted());
process.exitCode = await main();
await end();

async function main() {
  try {
    await start();
    const codes = await Promise.all(nodes.map(node => node.ended));
    return codes.every(code => code === 0) ? 0 : 1;
  } catch (error) {
    if (ending) return 0;
    console.error(`cluster: ${error.message}`);
    return 1;
  }
}

async function start() {
  postgres = await Postgres.start(folder, guard);
  await makeShares(folder, options.dll);
  const from = Number(options.port);
  for (let number = 1; number <= Number(options.nodes) && !ending; number++) {
    nodes.push(ClusterNode.start(`node-${number}`, from + number - 1, { ...options, folder, postgres }, guard));
  }

  await Promise.all(nodes.map(node => node.ready()));
  for (const node of nodes) node.ended.then(code => say(`${node.name} has ended with code ${code}.`));
  const token = nodes.map(node => node.token).find(Boolean);
  say('');
  for (const node of nodes) say(`${node.name} is ready on ${node.address}`);
  if (token) say(`Setup token, shown this once: ${token}`);
  say(isKept ? `Everything is kept in ${folder}.` : 'Nothing is kept: --data DIR would keep it.');
  say('Ctrl-C stops all.\n');
}

/** Once, whoever asks first: the nodes, which still write, and then the database. */
function end() {
  ending ??= (async () => {
    await Promise.all(nodes.map(node => node.stop()));
    await postgres?.stop();
    guard.release();
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  })();
  return ending;
}

async function interrupted() {
  if (ending) {
    for (const node of nodes) node.kill();
    return;
  }

  say('\nStopping ...');
  await end();
  process.exit(0);
}

function thrownAway() {
  const path = mkdtempSync(join(tmpdir(), 'cluster-up-'));
  // The database's own user has to pass through.
  chmodSync(path, 0o711);
  return path;
}

/** @param {string} path */
function kept(path) {
  mkdirSync(path, { recursive: true });
  return path;
}
