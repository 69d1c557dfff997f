import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { compile } from '../../src/Worker/compiler/index.js';
import { JobRunner, edge, job } from './kit/job-runner.js';
import { COMMON } from './kit/repo.js';

/** @type {JobRunner} */ let runner;
before(() => {
  runner = new JobRunner({ capacity: 1, prefetch: 0 });
});
after(() => runner.stop());

const exported = ['fn', 'each'];
/** Runs it in a context that others have as well. */
const run = async (body, more) => {
  assert.ok(compile(body, { name: 'j1', adaptors: [{ name: COMMON, exports: exported }] }).isPlain, 'it is plain');
  return runner.run(body, more);
};

/** Everything that a plain job can get at, by names that it puts together. */
const reachable = `
  const protoOf = Object["getPrototype" + "Of"], own = Object["getOwnProperty" + "Descriptors"], seen = new Set();
  const visit = value => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(value);
    visit(protoOf(value));
    for (const one of Object.values(own(value))) { visit(one.value); visit(one.get); visit(one.set); }
  };
  const ways = [[], {}, () => {}, async () => {}, function* () {}, async function* () {}, (function* () {})(), (async function* () {})(), /a/, new Map().entries(), new Set().values(),
    [].values(), ""["matchAll"](/a/g), Promise.resolve(), new Error("x"), Symbol.iterator, 1, "", true, 1n, (function () { return arguments; })(), class {}, new WeakMap(), new WeakSet(), new Date(),
    [].values().map ? [].values().map(x => x) : [], Array, Object, Promise, Map, Set, Math, JSON, Date, RegExp, String, Number, Symbol, BigInt, Error, TypeError, console, setTimeout, clearTimeout, Buffer, parseInt, fn];
  for (const way of ways) visit(typeof way === "object" || typeof way === "function" ? way : protoOf(way));`;

test('a plain job leaves nothing on what it can reach', async () => {
  const mark = await run(`fn(state => { ${reachable}
    let tried = 0;
    for (const one of seen) { try { tried += 1; one["left" + "Behind"] = "mark"; } catch {} }
    return { tried }; });`);
  assert.ok(mark.state.tried > 800, String(mark.state.tried));
  const found = await run(`fn(state => { ${reachable}
    return { found: [...seen].filter(one => one["left" + "Behind"] === "mark").map(String), tried: seen.size }; });`);
  assert.deepEqual(found.state.found, []);
});

test('a plain job that matched a text does not show it to the next', async () => {
  await run('fn(state => ({ ...state, found: /pass(word)/.test(state.data.secret) }));', { input: { data: { secret: 'the password' } } });
  const { state } = await run('fn(state => ({ seen: ["$1", "$_", "lastMatch", "leftContext", "input"].map(name => RegExp[name]) }));');
  assert.deepEqual(state.seen, ['', '', '', '', '']);
});

test('no code is made from text in a context that others have as well', async () => {
  const { state } = await run(`fn(state => { const tell = work => { try { return String(work()); } catch (error) { return error.name; } };
    const key = "const" + "ructor";
    return { results: [() => (() => {})[key]("return 1")(), () => (function* () {})[key]("yield 1")().next(), () => fn[key]("return 1")(), () => state[key][key]("return 1")()].map(tell) }; });`);
  assert.deepEqual(state.results, ['EvalError', 'EvalError', 'EvalError', 'EvalError']);
});

test('ordinary code does not notice what is frozen', async () => {
  const { state } = await run(`fn(state => {
    class Refusal extends Error { name = "Refusal"; toString() { return "refused"; } }
    const plain = {}; plain.toString = () => "own"; plain.valueOf = () => 7; plain.hasOwnProperty = () => true;
    const error = new Error("first"); error.message = "second"; error.name = "Other"; error.code = 5;
    const list = [3, 1, 2]; list.extra = 1; list.sort();
    const made = Object.create({ a: 1 }); made.a = 2;
    const data = { ...state.data }; data.isPrototypeOf = 1; data.propertyIsEnumerable = 2;
    return { refusal: String(new Refusal("x")), plain: [String(plain), plain + 1], error: String(error) + error.code, list, made: made.a, data }; });`, { input: { data: { x: 1 } } });
  assert.deepEqual(state, {
    refusal: 'refused', plain: ['own', 8], error: 'Other: second5', list: [1, 2, 3], made: 2, data: { x: 1, isPrototypeOf: 1, propertyIsEnumerable: 2 },
  });
});

test('jobs that change their context have one of their own, beside plain ones', async () => {
  const patch = 'fn(state => { Array.prototype.second = function () { return this[1]; }; globalThis.kept = 1; return { ...state, second: [1, 2].second() }; });';
  const look = 'fn(state => ({ ...state, sees: typeof [].second + typeof kept }));';
  const { state } = await runner.run({ jobs: [job('j1', patch), job('j2', 'fn(state => state);'), job('j3', look)], edges: [edge('j1', 'j2'), edge('j2', 'j3')] });
  assert.deepEqual([state.second, state.sees], [2, 'undefinedundefined']);
});

test('a run with more steps than there are shared contexts', async () => {
  const jobs = Array.from({ length: 12 }, (_, n) => job(`j${n}`, 'fn(state => ({ ...state, count: (state.count ?? 0) + 1 }));'));
  for (let round = 0; round < 3; round += 1) {
    const { state, end } = await runner.run({ jobs, edges: jobs.slice(1).map((one, n) => edge(`j${n}`, one.id)) });
    assert.deepEqual([end.reason, state.count], ['success', 12]);
  }
});

test('the place of an error is found in a context that others had', async () => {
  for (let round = 0; round < 3; round += 1) {
    const result = await run('fn(state => state);\nfn(state => state.missing.field);');
    assert.deepEqual([result.error().pos?.line ?? result.error().details?.pos?.line, result.steps[0].reason], [2, 'fail'], JSON.stringify(result.error()));
  }
});

test('what a condition leaves behind is not seen by the conditions of later runs', async () => {
  const two = (condition, more) => runner.run({ jobs: [job('j1', 'fn(state => state);'), job('j2', 'fn(state => ({ ...state, second: true }));')], edges: [edge('j1', 'j2', condition)], ...more });
  const keep = '(this.kept = 1, Array.prototype.kept = 1, kept = 1, true)';
  const trigger = { triggers: [{ id: 't' }], edges: [{ id: 'e', source_trigger_id: 't', target_job_id: 'j1', condition: keep }], starting_node_id: 't' };
  assert.deepEqual((await two(keep)).jobs, ['j1', 'j2']);
  assert.deepEqual((await two(keep, trigger)).jobs, ['j1']);
  for (const named of ['always', 'on_job_success']) assert.deepEqual((await two(named)).jobs, ['j1', 'j2']);
  assert.deepEqual((await two('typeof kept === "undefined" && !("kept" in [])')).jobs, ['j1', 'j2']);
});
