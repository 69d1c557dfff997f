import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HTTP } from './kit/repo.js';
import { JobRunner, edge, job } from './kit/job-runner.js';

/** @type {JobRunner} */ let runner;
before(() => (runner = new JobRunner()));
after(() => runner.stop());

test('case 21: a TypeError in an anonymous callback has a place in the source', async () => {
  const body = 'const base = 10;\n\nfn(state => {\n  state.score = base * state.data.row.points;\n  return state;\n});';
  const result = await runner.run({ jobs: [job('j1', body, { name: 'Score rows' })] });
  assert.deepEqual(result.error(), {
    source: 'runtime', name: 'RuntimeError', subtype: 'TypeError', severity: 'fail',
    message: "TypeError: Cannot read properties of undefined (reading 'points')", step: 'Score rows',
    pos: { line: 4, column: 39, src: '  state.score = base * state.data.row.points;' },
  });
  assert.equal(result.end.reason, 'fail');
  assert.equal(result.step('j1').error_type, 'TypeError');
});

test('case 22: an error in a named function is an AdaptorError', async () => {
  const body = 'function weigh(row) {\n  return row.mass.kg;\n}\n\nfn(state => {\n  weigh({});\n  return state;\n});';
  const error = (await runner.run(body)).error();
  assert.equal(error.name, 'AdaptorError');
  assert.equal(error.message, "Cannot read properties of undefined (reading 'kg')");
  assert.deepEqual(error.details, { message: error.message });
  assert.deepEqual([error.pos.line, error.pos.column], [2, 19]);
});

test('case 22: a named function as an operation', async () => {
  const error = (await runner.run('function weigh(row) {\n  return row.mass.kg;\n}\n\nfn(weigh);')).error();
  assert.equal(error.name, 'AdaptorError');
  assert.equal(error.pos, undefined);
  assert.deepEqual([error.line, error.operationName], [5, 'fn']);
});

test('case 23: a ReferenceError crashes the run before the next step', async () => {
  const jobs = [job('j1', 'fn(state => unknownThing);'), job('j2', 'fn(s => s);')];
  const result = await runner.run({ jobs, edges: [edge('j1', 'j2')] });
  assert.deepEqual(result.jobs, ['j1']);
  assert.equal(result.step('j1').reason, 'crash');
  assert.equal(result.step('j1').error_type, 'ReferenceError');
  assert.deepEqual(result.step('j1').output, { data: {} });
  assert.equal(result.end.reason, 'crash');
  assert.equal(result.end.error_type, 'RuntimeCrash');
  assert.equal(result.end.error_message, 'ReferenceError: unknownThing is not defined');
});

test('case 24: an error of an adaptor names the operation', async () => {
  const jobs = [job('j1', 'fn(s => s);\n\nget("not-a-url");', { adaptor: HTTP }), job('j2', 'fn(s => s);')];
  const result = await runner.run({ jobs, edges: [edge('j1', 'j2')] });
  const error = result.error();
  assert.equal(error.name, 'AdaptorError');
  assert.equal(error.message, 'UNEXPECTED_RELATIVE_URL');
  assert.equal(error.line, 3);
  assert.equal(error.operationName, 'get');
  for (const key of ['code', 'description', 'url', 'fix']) assert.ok(key in error.details, key);
  assert.equal(result.step('j2').output.errors.j1.message, 'UNEXPECTED_RELATIVE_URL');
});

test('case 25: errors in a promise chain', async () => {
  const chain = 'fn(s => s)\n  .then(state => {\n    throw new RangeError("too far");\n  });';
  const range = (await runner.run(chain)).error();
  assert.equal(range.name, 'RuntimeError');
  assert.deepEqual([range.pos.line, range.pos.column], [3, 11]);
  const plain = (await runner.run(chain.replace('RangeError', 'Error'))).error();
  assert.equal(plain.name, 'JobError');
  assert.equal(plain.message, 'too far');
  assert.equal(plain.pos, undefined);
});

test('case 35: a call that is no operation logs and crashes', async () => {
  const result = await runner.run('console.log("loaded");\nfn(s => s);');
  assert.match(result.text('JOB'), /loaded/);
  assert.equal(result.end.reason, 'crash');
  assert.match(result.end.error_message, /Invalid operation at statement 0/);
  assert.match(result.text('R/T'), /fn\(\)/);
});

test('case 36: what job code cannot reach', async () => {
  const blocked = await runner.run('import fs from "node:fs"; fn(s => s);');
  assert.deepEqual([blocked.end.reason, blocked.end.error_message], ['crash', 'module blacklisted: node:fs']);
  const dynamic = await runner.run('fn(async s => { await import("node:fs"); return s; });');
  assert.deepEqual([dynamic.end.reason, dynamic.end.error_type], ['fail', 'TypeError']);
  for (const code of ['eval("1")', 'new Function("return 1")()']) {
    const evil = await runner.run(`fn(s => { ${code}; return s; });`);
    assert.deepEqual([evil.end.reason, evil.end.error_message], ['kill', 'Illegal eval statement detected']);
    assert.equal(evil.step('j1').reason, 'kill');
  }
  const seen = await runner.run(`fn(s => ({ types: [typeof process, typeof fetch, typeof require], b: Buffer.from("hi").toString("base64") }));`);
  assert.deepEqual(seen.state, { types: ['undefined', 'undefined', 'undefined'], b: 'aGk=' });
});

test('a source that does not compile crashes before any step', async () => {
  const result = await runner.run({ jobs: [job('j1', 'fn(s => {\n  s.total = ;\n})', { name: 'Sum' })] });
  assert.equal(result.started.length, 0);
  assert.deepEqual([result.end.reason, result.end.error_type, result.end.error_message], ['crash', 'CompileError', 'Sum: Unexpected token (2:12)']);
});

test('a condition that does not parse crashes before any step', async () => {
  const result = await runner.run({ jobs: [job('j1', 'fn(s => s);'), job('j2', 'fn(s => s);')], edges: [edge('j1', 'j2', 'state.(')] });
  assert.equal(result.started.length, 0);
  assert.deepEqual([result.end.reason, result.end.error_type], ['crash', 'EdgeConditionError']);
});

test('a condition that throws crashes the run and closes the step', async () => {
  const result = await runner.run({ jobs: [job('j1', 'fn(s => s);'), job('j2', 'fn(s => s);')], edges: [edge('j1', 'j2', 'state.a.b.c')] });
  assert.deepEqual(result.steps.map(step => step.reason), ['crash']);
  assert.deepEqual([result.end.reason, result.end.error_type], ['crash', 'EdgeConditionError']);
});

test('a credential that did not come ends the run before it starts', async () => {
  const result = await runner.run({ jobs: [job('j1', 'fn(s => s);', { credential_id: 'c1' })] });
  assert.deepEqual(result.events.map(event => event.type), ['log', 'run:complete']);
  assert.deepEqual([result.end.reason, result.end.error_type], ['exception', 'CredentialLoadError']);
});

test('an adaptor that cannot be installed ends the run before it starts', async () => {
  for (const adaptor of ['@openfn/language-common@9.9.9', '@openfn/language-common@latest', '@openfn/language-x; rm -rf@1.0.0']) {
    const result = await runner.run({ jobs: [job('j1', 'fn(s => s);', { adaptor })] });
    assert.deepEqual([result.end.reason, result.end.error_type], ['exception', 'AutoinstallError']);
  }
});

test('a value that JSON cannot express fails the step', async () => {
  const jobs = [job('j1', 'fn(s => ({ ...s, big: 10n }));'), job('j2', 'fn(s => s);')];
  const result = await runner.run({ jobs, edges: [edge('j1', 'j2')] });
  assert.deepEqual(result.jobs, ['j1']);
  assert.equal(result.step('j1').reason, 'fail');
  assert.equal(result.end.error_type, 'StateSerializationError');
});

test('case 26: defer separates synchronous from asynchronous errors', async () => {
  const chain = thrower => `fn(${thrower}).catch((error, state) => ({ ...state, why: error.message })).then(state => ({ ...state, done: true }));`;
  const input = { data: { n: 1 } };
  const late = await runner.run(chain('async () => { throw new Error("offline"); }'), { input });
  assert.deepEqual(late.state, { data: { n: 1 }, why: 'offline', done: true });
  const early = await runner.run(chain('() => { throw new Error("offline"); }'), { input });
  assert.deepEqual(early.state, { data: { n: 1 }, why: 'offline' });
});
