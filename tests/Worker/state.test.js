import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { JobRunner, edge, job } from './kit/job-runner.js';

/** @type {JobRunner} */ let runner;
before(() => (runner = new JobRunner()));
after(() => runner.stop());

test('case 27: an operation that returns nothing', async () => {
  const body = 'fn(() => {});\nfn(state => { state.seen = Object.keys(state).length; return state; });';
  const result = await runner.run(body);
  assert.deepEqual(result.state, { seen: 0 });
  const warnings = result.logs.filter(log => log.level === 'warn');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0].message.join(' '), /operation 2/);

  const jobs = [job('j1', 'fn(() => {});'), job('j2', 'fn(s => s);')];
  const two = await runner.run({ jobs, edges: [edge('j1', 'j2')] });
  assert.equal('output' in two.step('j1'), false);
  assert.deepEqual(two.state, { data: {} });
});

test('case 28: configuration and response do not travel', async () => {
  const jobs = [
    job('j1', 'fn(state => ({ ...state, response: { status: 200 }, had: Object.keys(state.configuration) }));', { credential_id: 'c' }),
    job('j2', 'fn(state => ({ ...state, had2: Object.keys(state.configuration), resp: "response" in state }));'),
  ];
  const input = { configuration: { seed: 1 }, data: { n: 1 } };
  const result = await runner.run({ jobs, edges: [edge('j1', 'j2')] }, { input, credentials: { c: { token: 't' } } });
  assert.deepEqual(result.state, { data: { n: 1 }, had: ['seed', 'token'], had2: [], resp: false });
});

test('case 29: whose configuration wins', async () => {
  const body = 'fn(s => ({ seen: s.configuration }));';
  const result = await runner.run({ jobs: [job('j1', body, { credential_id: 'c' })] }, {
    collections: { token: 'workflow', endpoint: 'w' },
    input: { configuration: { collections_token: 'input', project_id: 'i' } },
    credentials: { c: { collections_token: 'step' } },
  });
  assert.deepEqual(result.state.seen, { collections_token: 'step', collections_endpoint: 'w', project_id: 'i' });
});

test('case 30: default state lies beneath the input', async () => {
  const withState = body => ({ jobs: [job('j1', body, { state: { data: { a: 1, b: 2 }, mode: 'x' } })] });
  const merged = await runner.run(withState('fn(s => s);'), { input: { data: { b: 9 }, mode: 'y' } });
  assert.deepEqual(merged.state, { data: { a: 1, b: 9 }, mode: 'y' });
  const list = await runner.run(withState('fn(s => s);'), { input: { data: [1, 2] } });
  assert.deepEqual(list.state.data, [1, 2]);
  const nothing = await runner.run(withState('fn(s => s);'), { input: { data: null } });
  assert.deepEqual(nothing.state.data, { a: 1, b: 2 });
});

test('case 31: which edges are followed', async () => {
  const same = id => job(id, 'fn(s => s);');
  const jobs = [job('a', 'fn(() => { throw new Error("bad row"); });'), ...['ok', 'mend', 'any', 'n', 'off', 'bare'].map(same)];
  const edges = [
    edge('a', 'ok', 'on_job_success'), edge('a', 'mend', 'on_job_failure'), edge('a', 'any', 'always'),
    edge('a', 'n', ' state.errors.a.message === "bad row"'), edge('a', 'off', 'true', { enabled: false }),
    edge('a', 'bare', undefined, { enabled: false }),
  ];
  const result = await runner.run({ jobs, edges });
  assert.deepEqual(result.jobs, ['a', 'mend', 'any', 'n']);
  assert.deepEqual(Object.keys(result.end.final_state), ['mend', 'any', 'n']);
  assert.equal(result.end.reason, 'success');
});

test('case 32: a step that is reached twice runs twice', async () => {
  const jobs = [job('a', 'fn(s => s);'), job('b', 'fn(s => ({ ...s, b: 1 }));'), job('c', 'fn(s => ({ ...s, c: 1 }));'), job('z', 'fn(s => s);')];
  const edges = [edge('a', 'b'), edge('a', 'c'), edge('b', 'z'), edge('c', 'z')];
  const result = await runner.run({ jobs, edges });
  assert.deepEqual(result.state, { z: { data: {}, b: 1 }, 'z-1': { data: {}, c: 1 } });
  assert.deepEqual(result.jobs, ['a', 'b', 'c', 'z', 'z']);
  const [b, c] = [result.step('b'), result.step('c')];
  assert.deepEqual(result.started.slice(3).map(step => step.input_dataclip_id), [b.output_dataclip_id, c.output_dataclip_id]);
});

test('case 33: where a run starts', async () => {
  const jobs = ['a', 'b', 'c'].map(id => job(id, 'fn(s => s);'));
  const middle = await runner.run({ jobs, edges: [edge('a', 'b'), edge('b', 'c')] }, { starting_node_id: 'b' });
  assert.deepEqual(middle.jobs, ['b', 'c']);

  const a = job('a', 'fn(s => ({ ...s, data: { ...s.data, q: s.configuration.q } }));');
  const triggered = await runner.run({ triggers: [{ id: 't' }], jobs: [a], edges: [{ source_trigger_id: 't', target_job_id: 'a' }] },
    { starting_node_id: 't', input: { data: { x: 1 }, configuration: { q: 1 } }, dataclip_id: 'clip' });
  assert.deepEqual(triggered.started.map(step => [step.job_id, step.input_dataclip_id]), [['a', 'clip']]);
  assert.deepEqual(triggered.state, { data: { x: 1, q: 1 } });
});

test('case 34: globals', async () => {
  const doubled = await runner.run('fn(state => ({ ...state, v: double(4) }));', { globals: 'export const double = n => n * 2;' });
  assert.deepEqual(doubled.state, { data: {}, v: 8 });
  const broken = await runner.run('fn(s => s);', { globals: 'export const =' });
  assert.equal(broken.end.reason, 'crash');
  assert.match(broken.end.error_message, /\[globals\]/);
  const shadowing = await runner.run('each(1);', { globals: 'export const each = n => state => ({ ...state, n });' });
  assert.deepEqual(shadowing.state, { data: {}, n: 1 });
});

test('an error inside a global shows no place in the job', async () => {
  const result = await runner.run('fn(state => { return fail(); });', { globals: 'export const fail = () => { null.x; };' });
  assert.equal(result.end.reason, 'fail');
  assert.equal(result.error().pos, undefined);
});

test('case 37: what becomes of values that are not JSON', async () => {
  const odd = await runner.run('fn(state => { state.self = state; state.f = () => 1; state.when = new Date(0); return state; });');
  assert.deepEqual(odd.state, { data: {}, self: '[Circular]', when: '1970-01-01T00:00:00.000Z' });
  const body = 'each($.rows, fn(state => { state.sum = (state.sum ?? 0) + state.data.v * state.index; return state; }));';
  const rows = [5, 6, 7].map(v => ({ v }));
  const summed = await runner.run(body, { input: { rows } });
  assert.deepEqual(summed.state, { rows, sum: 20, index: 2, data: { v: 7 } });
});

test('a failed step that is followed does not fail the run, a failed leaf does', async () => {
  const failing = 'fn(() => { throw new Error("no"); });';
  const handled = await runner.run({ jobs: [job('a', failing), job('b', 'fn(s => s);')], edges: [edge('a', 'b', 'on_job_failure')] });
  assert.equal(handled.end.reason, 'success');
  const leaf = await runner.run({ jobs: [job('a', failing), job('b', 'fn(s => s);')], edges: [edge('a', 'b', 'on_job_success')] });
  assert.deepEqual([leaf.end.reason, leaf.end.error_type, leaf.end.error_message], ['fail', 'JobError', 'no']);
});

test('a result that is no object is reported as it is', async () => {
  const result = await runner.run('fn(() => 42);');
  assert.equal(result.state, 42);
  assert.equal(result.end.reason, 'success');
});

test('the lines of a run tell their source, and the step they belong to', async () => {
  const result = await runner.run('fn(s => { console.log("hello", { n: 1 }, new Error("e")); console.error("bad"); return s; });', { options: { job_log_level: 'info' } });
  const [hello, bad] = result.logs.filter(log => log.source === 'JOB');
  assert.deepEqual(hello.message, ['hello', { n: 1 }, { name: 'Error', message: 'e' }]);
  assert.deepEqual([hello.level, bad.level, hello.step_id], ['info', 'error', result.started[0].step_id]);
  for (const source of ['VER', 'RTE', 'R/T']) assert.notEqual(result.text(source), '', source);
  const silent = await runner.run('fn(s => { console.log("x"); return s; });', { options: { job_log_level: 'none' } });
  assert.equal(silent.text('JOB'), '');
});

test('secrets in a logged configuration are hidden', async () => {
  const result = await runner.run({ jobs: [job('j1', 'fn(s => { console.log(s); return s; });', { credential_id: 'c' })] }, { credentials: { c: { token: 'hush' } } });
  assert.equal(JSON.stringify(result.logs).includes('hush'), false);
});

test('a webhook response is reported with its step', async () => {
  const result = await runner.run('fn(s => ({ ...s, webhookResponse: { status: 201, body: { ok: true } } }));');
  assert.deepEqual(result.steps[0].webhook_response, { status: 201, body: { ok: true } });
});
