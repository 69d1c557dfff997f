import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '../../src/Worker/config.js';
import { workerDir } from './kit/repo.js';

const needed = { url: 'ws://127.0.0.1:4000/worker', secret: 's', repoDir: '/repo' };

test('what is left out has a default', () => {
  const config = parseConfig(JSON.stringify({ ...needed, adaptors: { offline: true } }));
  assert.deepEqual([config.capacity, config.runTimeoutMs, config.memoryLimitMb, config.standalone], [2, 300_000, 500, false]);
  assert.deepEqual(config.adaptors, { allow: ['@openfn/language-*'], offline: true });
});

test('all faults are reported at once, and no value is', () => {
  const wrong = { url: 'http://hidden', repoDir: '/r', capacity: 0, preload: [1], childEnv: { A: 1 }, adaptors: { deny: [] }, extra: 1 };
  assert.throws(() => parseConfig(JSON.stringify(wrong)), error => {
    for (const key of ['url', 'secret is missing', 'capacity', 'preload', 'childEnv', 'adaptors', 'extra is not known']) assert.match(error.message, new RegExp(key));
    assert.doesNotMatch(error.message, /hidden/);
    return true;
  });
  for (const text of ['', '[]', '{"secret":"hidden"', 'null']) assert.throws(() => parseConfig(text), error => !error.message.includes('hidden'));
});

test('a worker with a wrong configuration does not start', () => {
  const stdin = spawnSync(process.execPath, [join(workerDir, 'worker.js')], { input: '{"secret":"hidden"}\n' });
  assert.equal(stdin.status, 1);
  assert.match(stdin.stderr.toString(), /url is missing/);
  assert.doesNotMatch(stdin.stderr.toString(), /hidden/);
  const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'worker.json');
  writeFileSync(file, '{}');
  const byFile = spawnSync(process.execPath, [join(workerDir, 'worker.js')], { env: { WORKER_CONFIG_FILE: file } });
  assert.equal(byFile.status, 1);
  assert.match(byFile.stderr.toString(), /repoDir is missing/);
});

test('the README names every key of the configuration', () => {
  const readme = readFileSync(join(workerDir, 'README.md'), 'utf8');
  const keys = Object.keys(parseConfig(JSON.stringify(needed)));
  assert.deepEqual(keys.filter(key => !readme.includes(`\`${key}\``)), []);
});
