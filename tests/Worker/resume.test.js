import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { JobRunner, edge, job } from './kit/job-runner.js';

/** @type {JobRunner} */ let runner;
before(() => (runner = new JobRunner()));
after(() => runner.stop());

const adds = key => `fn(s => { console.log("${key} runs"); return { ...s, ${key}: 1 }; });`;
const done = (job_id, output, more = {}) => ({
  step_id: `step-${job_id}`, job_id, reason: 'success', error_type: null, error_message: null, output, output_dataclip_id: `clip-${job_id}`, ...more,
});
const chain = { jobs: [job('a', adds('a')), job('b', adds('b')), job('c', adds('c'))], edges: [edge('a', 'b'), edge('b', 'c')] };

test('finished steps are not executed again, and not reported', async () => {
  const result = await runner.run(chain, { finished: [done('a', { data: {}, a: 'recorded' })] });
  assert.deepEqual(result.jobs, ['b', 'c']);
  assert.deepEqual(result.started.map(step => step.job_id), ['b', 'c']);
  assert.equal(result.started[0].input_dataclip_id, 'clip-a');
  assert.deepEqual(result.state, { data: {}, a: 'recorded', b: 1, c: 1 });
  assert.equal(result.text('R/T').includes('__resume-'), false);
});

test('a run of which every step was finished only has its end reported', async () => {
  const finished = [done('a', { data: {} }), done('b', { data: {} }), done('c', { data: {}, all: true })];
  const result = await runner.run(chain, { finished });
  assert.deepEqual(result.jobs, []);
  assert.deepEqual([result.end.reason, result.end.final_dataclip_id], ['success', 'clip-c']);
});

test('a step that returned nothing hands on nothing', async () => {
  const { output, ...nothing } = done('a');
  const result = await runner.run(chain, { finished: [{ ...nothing, output_dataclip_id: undefined }] });
  assert.deepEqual(result.state, { data: {}, b: 1, c: 1 });
});

test('a recorded failure leads along its edges and counts for the leaf rule', async () => {
  const output = { data: {}, errors: { a: { name: 'JobError', message: 'no', severity: 'fail' } } };
  const finished = [done('a', output, { reason: 'fail', error_type: 'JobError', error_message: 'no' })];
  const jobs = ['a', 'good', 'bad'].map(id => job(id, adds(id)));
  const handled = await runner.run({ jobs, edges: [edge('a', 'good', 'on_job_success'), edge('a', 'bad', 'on_job_failure')] }, { finished });
  assert.deepEqual([handled.jobs, handled.end.reason], [['bad'], 'success']);
  const leaf = await runner.run({ jobs, edges: [edge('a', 'good', 'on_job_success')] }, { finished });
  assert.deepEqual([leaf.jobs, leaf.end.reason, leaf.end.error_type], [[], 'fail', 'JobError']);
});

test('a diamond goes on in the middle', async () => {
  const jobs = ['a', 'b', 'c', 'z'].map(id => job(id, adds(id)));
  const edges = [edge('a', 'b'), edge('a', 'c'), edge('b', 'z'), edge('c', 'z')];
  const base = { data: {}, a: 1 };
  const prefix = [done('a', base), done('b', { ...base, b: 1 }), done('c', { ...base, c: 1 }), done('z', { ...base, b: 1, z: 'recorded' })];
  const full = { z: { ...base, b: 1, z: 1 }, 'z-1': { ...base, c: 1, z: 1 } };
  for (const count of [1, 2, 3]) {
    const result = await runner.run({ jobs, edges }, { finished: prefix.slice(0, count) });
    assert.deepEqual(result.jobs, ['b', 'c', 'z', 'z'].slice(count - 1));
    assert.deepEqual(result.end.final_state, full);
  }
  const last = await runner.run({ jobs, edges }, { finished: prefix });
  assert.deepEqual(last.jobs, ['z']);
  assert.deepEqual(last.end.final_state, { z: { ...base, b: 1, z: 'recorded' }, 'z-1': { ...base, c: 1, z: 1 } });
  assert.equal(last.started[0].input_dataclip_id, 'clip-c');
});

test('triggers are walked through', async () => {
  const graph = { triggers: [{ id: 't' }], jobs: chain.jobs, edges: [{ source_trigger_id: 't', target_job_id: 'a' }, ...chain.edges] };
  const result = await runner.run(graph, { starting_node_id: 't', finished: [done('a', { data: {}, a: 2 })] });
  assert.deepEqual(result.state, { data: {}, a: 2, b: 1, c: 1 });
});

test('conditions are decided as the runtime decides them', async () => {
  const jobs = ['a', 'x', 'y'].map(id => job(id, adds(id)));
  const edges = [edge('a', 'x', 'state.n > 1'), edge('a', 'y', 'state.n <= 1'), edge('x', 'y', 'always', { enabled: false })];
  const result = await runner.run({ jobs, edges }, { finished: [done('a', { data: {}, n: 2 })] });
  assert.deepEqual(result.jobs, ['x']);
});

test('a list that does not fit is refused', async () => {
  for (const finished of [[done('b', {})], [done('a', {}), done('c', {})], [...chain.jobs.map(({ id }) => done(id, {})), done('a', {})]]) {
    const result = await runner.run(chain, { finished });
    assert.deepEqual([result.jobs, result.end.reason, result.end.error_type], [[], 'exception', 'ResumeError']);
  }
});

test('a recorded crash ends the run with it', async () => {
  const crash = done('a', { data: {} }, { reason: 'crash', error_type: 'ReferenceError', error_message: 'x' });
  const result = await runner.run(chain, { finished: [crash] });
  assert.deepEqual([result.jobs, result.end.reason], [[], 'crash']);
});

test('a failed step is executed again in its place, with the input it had', async () => {
  const jobs = ['a', 'b', 'c', 'd'].map(id => job(id, adds(id)));
  const graph = { triggers: [{ id: 't' }], jobs, edges: [{ source_trigger_id: 't', target_job_id: 'a' }, edge('a', 'b'), edge('a', 'c'), edge('b', 'd')] };
  const failed = done('b', { data: {}, errors: { b: {} } }, { reason: 'fail', retry: true });
  const c = done('c', { data: {}, a: 1, c: 'recorded' });
  const result = await runner.run(graph, { starting_node_id: 't', finished: [done('a', { data: {}, a: 1 }), failed, c] });
  assert.deepEqual([result.jobs, result.end.reason], [['b', 'd'], 'success']);
  assert.equal(result.started[0].input_dataclip_id, 'clip-a');
  assert.deepEqual(result.end.final_state, { c: c.output, d: { data: {}, a: 1, b: 1, d: 1 } });

  const again = await runner.run(graph, { starting_node_id: 't', finished: [done('a', { data: {}, a: 1 }), failed, c, done('b', { data: {}, b: 2 })] });
  assert.deepEqual(again.jobs, ['d']);
});

test('the first step of all is executed again', async () => {
  const failed = done('a', { data: {} }, { reason: 'fail', retry: true });
  const graph = { triggers: [{ id: 't' }], jobs: chain.jobs, edges: [{ source_trigger_id: 't', target_job_id: 'a' }, ...chain.edges] };
  const result = await runner.run(graph, { starting_node_id: 't', finished: [failed, { ...failed }] });
  assert.deepEqual(result.jobs, ['a', 'b', 'c']);
});
