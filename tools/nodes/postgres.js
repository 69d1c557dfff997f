import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Program } from './program.js';

const DEBIAN = '/usr/lib/postgresql';
const START_MS = 60_000;
const LOOK_MS = 100;
const run = promisify(execFile);

/** A PostgreSQL on the loopback that nobody can use without the password. */
export class Postgres {
  /**
   * @param {string} folder the database goes into a folder of its own in there, and stays if it is there already
   * @param {ReturnType<typeof import('./guard.js').startGuard>} guard
   */
  static async start(folder, guard) {
    const bin = programs();
    const user = unprivilegedUser();
    const home = join(folder, 'postgres');
    const passwordFile = join(folder, 'postgres.password');
    if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if (user) chownSync(home, user.uid, user.gid);
    if (!existsSync(join(home, 'data', 'PG_VERSION'))) await create(bin, home, passwordFile, user);

    const postgres = new Postgres(bin, home, passwordFile, await freePort(), user);
    if (postgres.program.process.pid) guard.watch('database', postgres.program.process.pid);
    await postgres.#ready(bin);
    return postgres;
  }

  constructor(bin, home, passwordFile, port, user) {
    this.passwordFile = passwordFile;
    this.port = port;
    this.connection = `Host=127.0.0.1;Port=${port};Username=cluster;Database=postgres`;
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300', 'log_min_messages=warning'];
    this.program = new Program(
      'postgres', join(bin, 'postgres'),
      ['-D', join(home, 'data'), '-p', String(port), ...settings.flatMap(setting => ['-c', setting])],
      { ...user, cwd: '/', env: cleanEnvironment() });
  }

  /** Ends sessions that are left, writes everything down and ends. */
  stop() {
    return this.program.stop('SIGINT');
  }

  async #ready(bin) {
    const until = Date.now() + START_MS;
    while (!(await this.#answers(bin))) {
      if (this.program.hasEnded) throw new Error('PostgreSQL did not start; it said why above');
      if (Date.now() > until) throw new Error(`PostgreSQL did not answer within ${START_MS / 1000} s`);
      await sleep(LOOK_MS);
    }
  }

  async #answers(bin) {
    try {
      await run(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(this.port)]);
      return true;
    } catch {
      return false;
    }
  }
}

/** @param {string} bin @param {string} home @param {string} passwordFile @param {{ uid: number, gid: number } | undefined} user */
async function create(bin, home, passwordFile, user) {
  // The database's user may not read our copy.
  const copy = join(home, 'password');
  writeFileSync(copy, readFileSync(passwordFile), { mode: 0o600 });
  if (user) chownSync(copy, user.uid, user.gid);
  try {
    await run(
      join(bin, 'initdb'),
      ['-D', join(home, 'data'), '-U', 'cluster', '-A', 'scram-sha-256', `--pwfile=${copy}`, '-E', 'UTF8', '--locale=C'],
      { ...user, cwd: '/', env: cleanEnvironment() });
  } catch (error) {
    throw new Error(`PostgreSQL's initdb failed: ${error.stderr || error.message}`);
  } finally {
    rmSync(copy, { force: true });
  }
}

/** The folder of PostgreSQL's programs: Debian has them beside the PATH. */
function programs() {
  const installed = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...installed.map(version => join(DEBIAN, version, 'bin')), ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders.find(folder => existsSync(join(folder, 'initdb')));
  if (!found) {
    throw new Error("PostgreSQL is missing.\n  Install the package postgresql, or put the folder of initdb on the PATH.");
  }

  return found;
}

/** PostgreSQL refuses to run as root. The user of the package if there is one. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map(line => line.split(':'));
  const [, , uid, gid] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? [];
  if (uid === undefined) throw new Error('PostgreSQL refuses to run as root, and there is no user postgres or nobody.');
  return { uid: Number(uid), gid: Number(gid) };
}

function cleanEnvironment() {
  return { PATH: process.env.PATH, LC_ALL: 'C' };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
