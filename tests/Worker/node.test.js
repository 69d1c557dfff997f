import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptedNode } from './kit/scripted-node.js';
import { WorkerProcess, makeRun } from './kit/worker-process.js';

const SIMPLE = 'fn(s => s);';
const WAITS = 'fn(s => new Promise(() => { console.log("waiting"); }));';
const takes = ms => `fn(s => new Promise(done => { console.log("begun"); setTimeout(() => done(s), ${ms}); }));`;

/** @type {ScriptedNode} */ let node;
/** @type {WorkerProcess} */ let worker;
beforeEach(async () => (node = await ScriptedNode.start()));
afterEach(async () => {
  await worker.stop();
  await node.stop();
  assert.deepEqual(node.faults, []);
});

const start = async config => {
  worker = new WorkerProcess(node, config);
  await once(node, 'joined');
};
const untilLogged = async (id, text) => {
  while (!JSON.stringify(node.eventsOf(id)).includes(text)) await once(node, 'report');
};
const reportsOf = id => node.reports.filter(report => report.run_id === id);

test('a short run is reported in one frame', async () => {
  await start();
  assert.deepEqual(node.joins[0], { capacity: 1, queues: { 'manual>*': 1 }, extensions: ['streamed-runs.v1'], held: [] });
  await node.ended(node.offer(makeRun(SIMPLE)));
  const id = node.offer(makeRun(SIMPLE));
  const events = await node.ended(id);
  assert.deepEqual(events.map(event => event.type).filter(type => type !== 'log'), ['run:start', 'step:start', 'step:complete', 'run:complete']);
  assert.equal(events.at(-1).reason, 'success');
  assert.equal(reportsOf(id).length, 1);
  assert.ok(events.every((event, i) => i === 0 || Number(event.timestamp) >= Number(events[i - 1].timestamp)));
});

test('a long run is reported while it runs', async () => {
  await start();
  const id = node.offer(makeRun(takes(600)));
  await untilLogged(id, 'begun');
  assert.equal(node.eventsOf(id).some(event => event.type === 'run:complete'), false);
  await node.ended(id);
});

test('demand is one per free slot, and grows by the prefetch while runs are short', async () => {
  await start({ capacity: 2, prefetch: 3 });
  while (node.demand < 2) await once(node, 'demand');
  assert.equal(node.demand, 2);
  for (let i = 0; i < 20; i += 1) await node.ended(node.offer(makeRun(SIMPLE)));
  while (node.demand < 5) await once(node, 'demand');
  assert.equal(node.demand, 5);
});

test('runs taken in advance do not wait behind a long one: they go back', async () => {
  await start({ capacity: 1, prefetch: 3 });
  for (let i = 0; i < 20; i += 1) await node.ended(node.offer(makeRun(SIMPLE)));
  const long = node.offer(makeRun(takes(2_000)));
  const behind = [SIMPLE, SIMPLE].map(body => node.offer(makeRun(body)));
  assert.deepEqual((await once(node, 'drained'))[0], behind.map(run_id => ({ run_id, attempt: 1 })));
  assert.equal((await node.ended(long)).at(-1).reason, 'success');
  while (node.demand < 1) await once(node, 'demand');
  assert.deepEqual(behind.flatMap(id => node.eventsOf(id)), []);
  assert.equal((await node.ended(node.offer(makeRun(SIMPLE)))).at(-1).reason, 'success');
});

test('runs that the node did not take back are executed after all, if they are still this worker\'s', async () => {
  await start({ capacity: 1, prefetch: 3 });
  for (let i = 0; i < 20; i += 1) await node.ended(node.offer(makeRun(SIMPLE)));
  node.losesDrain = true;
  const long = node.offer(makeRun(takes(2_000)));
  const behind = node.offer(makeRun(SIMPLE));
  await once(node, 'drained');
  node.losesDrain = false;
  assert.deepEqual((await once(node, 'joined'))[0].held.map(run => run.run_id).sort(), [long, behind].sort());
  assert.equal((await node.ended(long)).at(-1).reason, 'success');
  assert.equal((await node.ended(behind)).at(-1).reason, 'success');
});

test('what was not acknowledged is sent again after a reconnect', async () => {
  await start();
  node.onReport = () => 'silence';
  const id = node.offer(makeRun(SIMPLE));
  while (reportsOf(id).length === 0) await sleep(10);
  node.onReport = () => 'ack';
  node.cutConnection();
  const [join] = await once(node, 'joined');
  assert.deepEqual(join.held, [{ run_id: id, attempt: 1 }]);
  const events = await node.ended(id);
  assert.equal(events.filter(event => event.type === 'run:complete').length, 1);
  assert.equal(reportsOf(id).at(-1).from, 0);
});

test('an acknowledgement that was lost does no harm', async () => {
  await start();
  node.onReport = report => {
    node.onReport = () => 'ack';
    node.acknowledge(report, () => node.cutConnection());
    return 'silence';
  };
  const id = node.offer(makeRun(takes(300)));
  const events = await node.ended(id);
  assert.equal(new Set(events.map(event => JSON.stringify(event))).size, events.length);
  assert.equal(events.filter(event => event.type === 'run:start').length, 1);
});

test('a worker whose connection is gone goes on executing', async () => {
  await start();
  const id = node.offer(makeRun(takes(500)));
  await untilLogged(id, 'begun');
  node.cutConnection();
  assert.equal((await node.ended(id)).at(-1).reason, 'success');
});

test('a run that the node drops is stopped and forgotten', async () => {
  await start();
  const id = node.offer(makeRun(WAITS));
  await untilLogged(id, 'waiting');
  node.dropOnJoin = [id];
  node.cutConnection();
  await once(node, 'joined');
  node.dropOnJoin = [];
  assert.equal((await node.ended(node.offer(makeRun(SIMPLE)))).at(-1).reason, 'success');
  assert.equal(node.eventsOf(id).some(event => event.type === 'run:complete'), false);
});

test('a refused report stops the run', async () => {
  await start();
  for (const reason of ['stale_attempt', 'run_final', 'not_found', 'invalid']) {
    const id = makeRun(WAITS);
    node.onReport = report => (report.run_id === id.run_id ? { reason } : 'ack');
    node.offer(id);
    assert.equal((await node.ended(node.offer(makeRun(SIMPLE)))).at(-1).reason, 'success', reason);
  }
});

test('an overloaded node gets the report later, a node with a gap from where it wants', async () => {
  await start();
  const verdicts = [{ reason: 'overloaded', retry_after_ms: 50 }, { reason: 'gap', next: 0 }];
  node.onReport = () => verdicts.shift() ?? 'ack';
  const id = node.offer(makeRun(SIMPLE));
  assert.equal((await node.ended(id)).at(-1).reason, 'success');
  assert.equal(reportsOf(id).length, 3);
});

test('a cancelled run ends at once', async () => {
  await start();
  const id = node.offer(makeRun('fn(() => { console.log("waiting"); while (true) {} });'));
  await untilLogged(id, 'waiting');
  node.push('cancel', { run_id: id, attempt: 7 });
  node.push('cancel', { run_id: id, attempt: 1 });
  const events = await node.ended(id);
  assert.deepEqual(events.filter(event => event.type.endsWith(':complete')).map(event => event.reason), ['cancel', 'cancel']);
});

test('a newer attempt takes the place of an older one', async () => {
  await start({ capacity: 2 });
  const run = makeRun(WAITS);
  node.offer(run);
  await untilLogged(run.run_id, 'waiting');
  node.offer({ ...makeRun(SIMPLE), run_id: run.run_id, attempt: 2 });
  assert.equal((await node.ended(run.run_id, 2)).at(-1).reason, 'success');
});

test('a killed process crashes its run, and only that', async () => {
  await start({ capacity: 2 });
  const ids = [node.offer(makeRun(WAITS)), node.offer(makeRun(takes(800), { plan: { project_id: 'other' } }))];
  await Promise.all([untilLogged(ids[0], 'waiting'), untilLogged(ids[1], 'begun')]);
  const pids = (await worker.children()).sort((a, b) => a - b);
  process.kill(pids[0], 'SIGKILL');
  const ends = await Promise.all(ids.map(id => node.ended(id)));
  const reasons = ends.map(events => events.at(-1).reason).sort();
  assert.deepEqual(reasons, ['crash', 'success']);
  const crash = ends.find(events => events.at(-1).reason === 'crash').at(-1);
  assert.deepEqual([crash.error_type, crash.error_message], ['ExitError', 'Process exited with code: null']);
});

test('nonsense from the node is survived', async () => {
  await start();
  node.sendRaw('not json');
  node.sendRaw('[1,2]');
  node.push('run', {});
  node.push('run', { run_id: 1 });
  node.push('unknown', {});
  node.push('cancel', { run_id: 'nobody' });
  assert.equal((await node.ended(node.offer(makeRun(SIMPLE)))).at(-1).reason, 'success');
});

test('a worker that is refused tries again', async () => {
  node.refuseWith = 401;
  worker = new WorkerProcess(node);
  await once(node, 'upgrade');
  node.refuseWith = 0;
  await once(node, 'joined');
  assert.equal((await node.ended(node.offer(makeRun(SIMPLE)))).at(-1).reason, 'success');
});

test('a node without the extension gets no worker', async () => {
  node.extensions = [];
  worker = new WorkerProcess(node);
  await once(node, 'joined');
  await once(node, 'lost');
  assert.equal(node.demand, 0);
  node.extensions = ['streamed-runs.v1'];
  await once(node, 'joined');
});

test('reports that nobody acknowledges hold the job up and are not lost', async () => {
  await start({ maxUnacknowledgedMb: 1, logLimitMb: 64, logLimitLines: 100_000 });
  node.onReport = () => 'silence';
  const line = 'console.log("x".repeat(50_000));';
  const id = node.offer(makeRun(`fn(s => { for (let i = 0; i < 100; i += 1) { ${line} } return s; });`));
  while (!worker.log.includes('processes wait')) await sleep(20);
  await sleep(300);
  node.onReport = () => 'ack';
  node.cutConnection();
  const events = await node.ended(id);
  assert.equal(events.filter(event => event.source === 'JOB').length, 100);
  assert.match(worker.log, /processes go on/);
});

test('a worker that drains finishes what it executes and takes nothing more', async () => {
  await start({ capacity: 1, prefetch: 1 });
  for (let i = 0; i < 10; i += 1) await node.ended(node.offer(makeRun(SIMPLE)));
  const running = node.offer(makeRun(takes(400)));
  const waiting = node.offer(makeRun(takes(400)));
  await untilLogged(running, 'begun');
  const drained = once(node, 'drained');
  const exited = worker.terminate();
  assert.deepEqual((await drained)[0], [{ run_id: waiting, attempt: 1 }]);
  assert.equal((await node.ended(running)).at(-1).reason, 'success');
  assert.equal(await exited, 0);
  assert.deepEqual(node.eventsOf(waiting), []);
});

test('a worker that drains does not wait for ever', async () => {
  await start({ drainMs: 300 });
  const id = node.offer(makeRun(WAITS));
  await untilLogged(id, 'waiting');
  assert.equal(await worker.terminate(), 0);
});

test('a worker goes when whoever started it is gone, and so do its processes', async () => {
  await start();
  const id = node.offer(makeRun('fn(() => { console.log("waiting"); while (true) {} });'));
  await untilLogged(id, 'waiting');
  const pids = await worker.children();
  assert.ok(pids.length >= 2);
  await worker.stop();
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('no secret is in arguments, environment or log', async () => {
  node.secret = 'very-secret-indeed';
  await start({ childEnv: { TZ: 'UTC' } });
  await node.ended(node.offer(makeRun(SIMPLE, { credentials: { c: { token: 'hush-hush' } } })));
  const { readFileSync } = await import('node:fs');
  for (const pid of [worker.process.pid, ...(await worker.children())]) {
    const seen = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
    assert.equal(/very-secret|hush-hush/.test(seen), false);
    assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /Max core file size\s+0\s+0/);
  }
  for (const pid of await worker.children()) {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(one => !/^(NODE_EXTRA_CA_CERTS=.*)?$/.test(one));
    assert.deepEqual(variables, ['TZ=UTC']);
  }
  assert.equal(/very-secret|hush-hush/.test(worker.log), false);
});

test('nobody attaches a debugger to a worker by a signal', async () => {
  await start();
  worker.process.kill('SIGUSR1');
  assert.equal((await node.ended(node.offer(makeRun(SIMPLE)))).at(-1).reason, 'success');
  assert.doesNotMatch(worker.log, /Debugger listening/);
});

test('the processes of a worker that was killed do not stay', async () => {
  await start();
  const id = node.offer(makeRun('fn(() => { console.log("waiting"); while (true) {} });'));
  await untilLogged(id, 'waiting');
  const pids = await worker.children();
  worker.process.kill('SIGKILL');
  await worker.exited;
  for (let tries = 0; tries < 50 && pids.some(isAlive); tries += 1) await sleep(100);
  assert.deepEqual(pids.filter(isAlive), []);
});

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
