import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ESCAPE, installEscape } from './kit/escape.js';
import { HTTP, workerDir } from './kit/repo.js';
import { JobRunner, edge, job } from './kit/job-runner.js';

/** A job that has got out of its context. */
const escaped = (body, id = 'j1') => job(id, body, { adaptor: ESCAPE });
const runEscaped = (body, more) => runner.run({ jobs: [escaped(body)] }, more);

/** @type {JobRunner} */ let runner;
before(() => {
  installEscape();
  runner = new JobRunner({ capacity: 2, memoryLimitMb: 120, recycleHeapMb: 64, logLimitLines: 200, childEnv: { TZ: 'UTC' } });
});
after(() => runner.stop());

const works = async () => assert.equal((await runner.run('fn(s => s);')).end.reason, 'success');

test('case 38: a state that is too large kills the run', async () => {
  const small = new JobRunner({ stateLimitMb: 1 });
  const jobs = [job('j1', 'fn(s => ({ ...s, text: "x".repeat(2 * 1024 * 1024) }));'), job('j2', 'fn(s => s);')];
  const result = await small.run({ jobs, edges: [edge('j1', 'j2')] });
  await small.stop();
  assert.deepEqual(result.steps.map(step => [step.job_id, step.reason]), [['j1', 'kill']]);
  assert.deepEqual([result.end.reason, result.end.error_type, result.end.error_message], ['kill', 'StateTooLargeError', 'State exceeds the limit of 1mb']);
});

test('case 38: a job that loops for ever is killed, and what it said is kept', async () => {
  const began = Date.now();
  const result = await runner.run('fn(s => { console.log("before"); while (true) {} });', { options: { run_timeout_ms: 1000 } });
  assert.ok(Date.now() - began < 10_000);
  assert.deepEqual([result.end.reason, result.end.error_type, result.end.error_message], ['kill', 'TimeoutError', 'Workflow failed to return within 1000ms']);
  assert.deepEqual(result.steps.map(step => step.reason), ['kill']);
  assert.match(result.text('JOB'), /before/);
  await works();
});

test('case 39: a job that fills the heap is killed, the one beside it goes on', async () => {
  const beside = runner.run('fn(s => new Promise(done => setTimeout(() => done({ ...s, calm: true }), 1500)));');
  const result = await runner.run('fn(() => { const all = []; while (true) all.push(new Array(100000).fill(1.5)); });');
  assert.deepEqual([result.end.reason, result.end.error_type, result.end.error_message], ['kill', 'OOMError', 'Run exceeded maximum memory usage']);
  assert.equal(result.steps[0].reason, 'kill');
  assert.equal((await beside).state.calm, true);
});

test('memory outside of the heap counts as well', async () => {
  const body = 'fn(async () => { const all = []; while (true) { all.push(Buffer.alloc(20e6, 1)); await new Promise(r => setTimeout(r, 20)); } });';
  const result = await runner.run(body, { options: { run_timeout_ms: 20_000 } });
  assert.equal(result.end.error_type, 'OOMError');
});

test('case 39: errors that nobody handles crash the run', async () => {
  const timer = await runner.run('fn(() => new Promise(() => { setTimeout(() => { throw new Error("later"); }, 5); }));');
  assert.deepEqual([timer.end.reason, timer.end.error_type, timer.end.error_message], ['crash', 'ExecutionError', 'later']);
  assert.deepEqual(timer.steps.map(step => step.reason), ['crash']);
  const lost = await runner.run('fn(() => { Promise.reject(new Error("lost")); return new Promise(() => {}); });');
  assert.deepEqual([lost.end.reason, lost.end.error_message], ['crash', 'lost']);
  await works();
});

test('case 39: a job that ends its process crashes', async () => {
  const result = await runEscaped('fn(() => process.exit(3));');
  assert.deepEqual([result.end.reason, result.end.error_type, result.end.error_message], ['crash', 'ExitError', 'Worker thread exited with code: 3']);
  assert.deepEqual(result.steps.map(step => step.reason), ['crash']);
  await works();
});

test('case 40a: only the report of a large state is redacted', async () => {
  const jobs = [job('j1', 'fn(s => ({ ...s, data: "x".repeat(1024 * 1024) }));'), job('j2', 'fn(s => ({ length: s.data.length }));')];
  const result = await runner.run({ jobs, edges: [edge('j1', 'j2')] }, { options: { payload_limit_mb: 0.1 } });
  assert.equal(result.step('j1').output_error, 'DATACLIP_TOO_LARGE');
  assert.equal('output' in result.step('j1') || 'output_dataclip_id' in result.step('j1'), false);
  assert.equal('input_dataclip_id' in result.started[1], false);
  assert.deepEqual(result.state, { length: 1024 * 1024 });
});

test('case 40b: what an escaped job can reach', async () => {
  const attempt = code => `(() => { try { return String(${code}); } catch (error) { return error.code ?? error.message; } })()`;
  const body = `fn(s => { const need = require;
    return { env: Object.keys(process.env), file: ${attempt('need("fs").readFileSync("/etc/hostname")')},
      spawn: ${attempt('need("child_process").execSync("id")')}, thread: ${attempt('new (need("worker_threads").Worker)("1", { eval: true })')},
      write: ${attempt('need("fs").writeFileSync("/tmp/x", "x")')},
      config: ${attempt(`need("fs").readFileSync(${JSON.stringify(join(workerDir, 'config.js'))})`)},
      binding: ${attempt('process.binding("fs")')}, inspector: ${attempt('need("inspector").open(0)')} }; });`;
  const { state } = await runEscaped(body);
  assert.deepEqual(state.env.filter(name => name !== 'NODE_EXTRA_CA_CERTS'), ['TZ']);
  for (const key of ['file', 'spawn', 'thread', 'write', 'config', 'binding', 'inspector']) assert.equal(state[key], 'ERR_ACCESS_DENIED', key);
});

test('case 40c: two runs do not share the state of an adaptor', async () => {
  for (const adaptor of [undefined, HTTP]) {
    const read = body => runner.run({ jobs: [job('j1', body, adaptor && { adaptor })] });
    const first = await read('cursor("now", { key: "a" }); fn(s => s);');
    assert.ok(first.state?.a, JSON.stringify(first.end));
    await new Promise(resolve => setTimeout(resolve, 5));
    const second = await read('cursor("now"); fn(s => s);');
    assert.equal('a' in second.state, false);
    assert.notEqual(second.state.cursor, first.state.a);
  }
});

test('timers that outlive their run end with their process', async () => {
  await runner.run('fn(s => { setInterval(() => console.log("ghost"), 5); return s; });');
  for (let i = 0; i < 4; i += 1) {
    const next = await runner.run('fn(s => new Promise(done => setTimeout(() => done(s), 30)));');
    assert.equal(next.text('JOB'), '');
  }
});

test('a process whose requests are all answered is used again, one with an open request is not', async context => {
  const server = createServer((request, response) => {
    if (request.url !== '/slow') response.setHeader('content-type', 'application/json').end('{"ok":true}');
  });
  context.after(() => void (server.closeAllConnections(), server.close()));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const allowed = { project_id: 'http', egress: { allow: [address] } };
  const pid = async body => {
    const jobs = [job('j1', body, { adaptor: HTTP }), escaped('fn(s => ({ ok: s.data, pid: process.pid }));', 'j2')];
    return (await runner.run({ jobs, edges: [edge('j1', 'j2')] }, allowed)).state;
  };
  const [first, second] = [await pid(`get("${address}/");`), await pid(`get("${address}/");`)];
  assert.deepEqual([first.ok, first.pid], [{ ok: true }, second.pid]);
  await pid(`fn(s => { get("${address}/slow")(s).catch(() => {}); return s; });`);
  assert.notEqual((await pid('fn(s => s);')).pid, first.pid);
});

test('a process that talks out of turn is ended', async () => {
  const leaves = `fn(s => { const { writeSync } = require("fs");
    setTimeout(() => writeSync(3, "Enonsense\\n"), 20).unref(); return { pid: process.pid }; });`;
  const { state } = await runEscaped(leaves, { project_id: 'talks' });
  await new Promise(resolve => setTimeout(resolve, 300));
  assert.throws(() => process.kill(state.pid, 0), { code: 'ESRCH' });
  const inside = await runEscaped(`fn(s => { require("fs").writeSync(3, 'E{"type":"x"}\\n'); return s; });`);
  assert.deepEqual([inside.end.reason, inside.end.error_type], ['crash', 'ExecutionError']);
});

test('a process serves one project only', async () => {
  const pid = 'fn(() => ({ pid: process.pid }));';
  const one = await runEscaped(pid, { project_id: 'one' });
  const again = await runEscaped(pid, { project_id: 'one' });
  const other = await runEscaped(pid, { project_id: 'two' });
  assert.equal(one.state.pid, again.state.pid);
  assert.notEqual(one.state.pid, other.state.pid);
});

test('a job that logs without end is cut off', async () => {
  const result = await runner.run('fn(s => { for (let i = 0; i < 1e5; i += 1) console.log("line", i); return s; });');
  assert.equal(result.end.reason, 'success');
  assert.ok(result.logs.length < 250);
  assert.equal(result.logs.filter(log => /logs too much/.test(log.message[0])).length, 1);
});

test('a log line that is too long is redacted', async () => {
  const result = await runner.run('fn(s => { console.log("x".repeat(2e6)); return s; });');
  assert.match(result.text('JOB'), /REDACTED/);
});

test('a plan may ask for more memory', async () => {
  const body = 'fn(s => { const all = []; for (let i = 0; i < 300; i += 1) all.push(new Array(125000).fill(1.5)); return { n: all.length }; });';
  const result = await runner.run(body, { options: { run_memory_limit_mb: 600 } });
  assert.deepEqual(result.state, { n: 300 });
});

test('a run can be cancelled', async () => {
  const { run, result } = runner.start('fn(() => new Promise(() => {}));');
  while (!run.execution) await new Promise(resolve => setTimeout(resolve, 5));
  await new Promise(resolve => setTimeout(resolve, 100));
  runner.dispatcher.cancel(run);
  const { steps, end } = await result;
  assert.deepEqual([steps.map(step => step.reason), end.reason], [['cancel'], 'cancel']);
  await works();
});

test('a process that is killed while it starts costs the run that waits for it nothing', async () => {
  const fresh = new JobRunner();
  try {
    await fresh.pool.ready();
    const before = children();
    const first = await fresh.pool.acquire('a', fresh.config.memoryLimitMb);
    const starting = children().filter(pid => !before.includes(pid));
    const second = fresh.pool.acquire('b', fresh.config.memoryLimitMb);
    for (const pid of starting) process.kill(pid, 'SIGKILL');
    assert.equal(starting.includes((await second).pid), false);
    assert.equal(first.exit, undefined);
  } finally {
    await fresh.stop();
  }
});

function children() {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);
}
