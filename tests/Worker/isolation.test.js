import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ESCAPE, installEscape } from './kit/escape.js';
import { JobRunner, edge, job } from './kit/job-runner.js';
import { HTTP } from './kit/repo.js';

/** @type {JobRunner} */ let runner;
before(() => {
  installEscape();
  runner = new JobRunner({ capacity: 1, prefetch: 0, memoryLimitMb: 120, recycleHeapMb: 64, logLimitLines: 200 });
});
after(() => runner.stop());

const SECRET = 'secret-of-another-run';
const run = (body, more = {}) => runner.run({ jobs: [job('j1', body, { adaptor: more.adaptor })].map(one => (more.adaptor ? one : job('j1', body))) }, more);
const escaped = (body, more) => runner.run({ jobs: [job('j1', body, { adaptor: ESCAPE })] }, more);
/** What each expression gives, in job code that has not got out. */
const tryAll = attempts => `fn(async state => {
  const results = {};
  const attempt = async (name, work) => { try { results[name] = String(await work()).slice(0, 200); } catch (error) { results[name] = error?.name + ': ' + error?.message; } };
  ${Object.entries(attempts).map(([name, code]) => `await attempt(${JSON.stringify(name)}, async () => { ${code} });`).join('\n')}
  return { ...state, results };
});`;

test('no chain of constructors leads to the process', async () => {
  const reach = 'return typeof process + typeof require';
  const chains = {
    context: `return globalThis.constructor.constructor("${reach}")()`,
    state: `return state.constructor.constructor("${reach}")()`,
    timer: `return setTimeout.constructor("${reach}")()`,
    logger: `return console.log.constructor("${reach}")()`,
    buffer: `return Buffer.from.constructor("${reach}")()`,
    operation: `return fn.constructor("${reach}")()`,
    handle: `const timer = setTimeout(() => {}, 1); clearTimeout(timer); return timer.constructor.constructor("${reach}")()`,
    promise: `return fn(s => s)(state).constructor.constructor("${reach}")()`,
    asynchronous: `return (async () => {}).constructor("${reach}")()`,
    generator: `return (function* () {}).constructor("${reach}")().next()`,
    thrown: `try { Buffer.from(); } catch (error) { return error.constructor.constructor("${reach}")(); }`,
    ownError: `try { null.x; } catch (error) { return error.constructor.constructor("${reach}")(); }`,
    overflow: `let thrown; const deep = () => { try { Buffer.from(deep()); } catch (error) { thrown ??= error; } }; deep(); return thrown.constructor.constructor("${reach}")()`,
    proxy: `return console.log(new Proxy({}, { get(_, key, receiver) { throw (async () => {}).constructor; } })) ?? "nothing"`,
    evaluated: 'return eval("1")',
    wasm: 'return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))',
  };
  const { state } = await run(tryAll(chains));
  for (const [name, result] of Object.entries(state.results)) assert.match(result, /EvalError|CompileError|^nothing$/, `${name}: ${result}`);
});

test('nothing is imported or required but adaptors', async () => {
  const names = ['node:fs', 'fs', 'process', 'node:child_process', '/etc/hostname', 'data:text/javascript,export default process', '@openfn/runtime/../../config.js'];
  const { state } = await run(tryAll(Object.fromEntries(names.map(name => [name, `return Object.keys(await import(${JSON.stringify(name)}))`]))));
  for (const [name, result] of Object.entries(state.results)) assert.match(result, /Error/, `${name}: ${result}`);
  const globals = await run(tryAll({ names: 'return ["process", "require", "module", "global", "fetch", "WebSocket", "queueMicrotask", "setImmediate", "Worker"].filter(name => name in globalThis)' }));
  assert.equal(globals.state.results.names, '');
});

test('the trace of an error gives away no function and no object', async () => {
  const { state } = await run(tryAll({
    own: 'Error.prepareStackTrace = (_, sites) => sites.map(site => [typeof site.getThis(), typeof site.getFunction()]).join(" "); return new Error("x").stack',
    host: 'let host; try { Buffer.from(); } catch (error) { host = error.constructor; } host.prepareStackTrace = (_, sites) => sites[0].getThis(); return "set"',
  }));
  assert.doesNotMatch(state.results.own, /object|function/);
  assert.match(state.results.host, /TypeError/);
});

test('what one run does to the objects of the language does not reach the next', async () => {
  const change = `fn(state => {
    const done = [];
    const attempt = work => { try { work(); done.push("done"); } catch (error) { done.push(error.name); } };
    const host = Object.getPrototypeOf(state), array = Object.getPrototypeOf(Object.keys.call ? state.list : []), hostFunction = Object.getPrototypeOf(setTimeout);
    attempt(() => { "use strict"; host.polluted = "yes"; });
    attempt(() => { host.toString = () => "evil"; });
    attempt(() => { array.map = () => ["evil"]; });
    attempt(() => { array.polluted = "yes"; });
    attempt(() => { hostFunction.call = () => "evil"; });
    attempt(() => { host.constructor.keys = () => ["evil"]; });
    attempt(() => { Object.setPrototypeOf(host, { polluted: "yes" }); });
    attempt(() => { Object.defineProperty(host, "polluted", { get: () => "yes" }); });
    attempt(() => { Buffer.from = () => "evil"; });
    attempt(() => { Object.getPrototypeOf(fn(s => s)(state)).then = () => "evil"; });
    attempt(() => { console.log = () => {}; });
    attempt(() => { setTimeout.evil = 1; });
    JSON.stringify = () => "evil"; JSON.parse = () => "evil"; Array.prototype.map = () => ["evil"]; Object.prototype.polluted = "yes";
    Promise.prototype.then = undefined; Date.now = () => 0; globalThis.Date = class {}; Function.prototype.call = () => "evil"; globalThis.left = "behind";
    return { done };
  });`;
  const first = await run(change, { input: { list: [1] } });
  assert.equal(first.steps.length, 1);
  const second = await run(`fn(state => { console.log("seen"); return { own: state.polluted === undefined && ({}).polluted === undefined && globalThis.left === undefined, text: JSON.stringify({ a: 1 }),
    list: state.list.map(x => x + 1), host: state.toString(), date: Date.now() > 0, keys: Object.keys(state).includes("list"), buffer: Buffer.from("a").length }; });`, { input: { list: [1] } });
  assert.deepEqual(second.state, { own: true, text: '{"a":1}', list: [2], host: '[object Object]', date: true, keys: true, buffer: 1 });
  assert.equal(second.text('JOB'), 'seen');
});

test('the packages that adaptors hand to jobs stay as they are', async () => {
  const pid = async body => (await runner.run({ jobs: [job('j1', body, { adaptor: HTTP }), job('j2', 'fn(s => ({ ...s, pid: process.pid }));', { adaptor: ESCAPE })], edges: [edge('j1', 'j2')] }, { project_id: 'packages' })).state;
  const change = await pid(`fn(state => { const changed = [];
    for (const [name, value] of Object.entries({ util, http: typeof http === "undefined" ? undefined : http, dateFns: typeof dateFns === "undefined" ? undefined : dateFns })) {
      if (!value) continue;
      for (const key of Object.keys(value)) { const evil = () => "evil"; try { value[key] = evil; } catch {} if (value[key] === evil) changed.push(name + "." + key); }
    }
    return { changed }; });`.replace('{ util, ', '{ util: typeof util === "undefined" ? undefined : util, '));
  assert.deepEqual(change.changed, [], JSON.stringify(change));
});

test('a run finds nothing of the one before it, whose credentials it does not know', async () => {
  const credentials = { c1: { password: SECRET } };
  const before = await runner.run({ jobs: [job('j1', 'fn(s => { globalThis.kept = s.configuration; Buffer.from(JSON.stringify(s.configuration)); return {}; });', { credential: 'c1' })] }, { credentials });
  assert.equal(before.end.reason, 'success');
  const search = `fn(state => {
    const seen = new Set(), found = [];
    const visit = (value, path, depth) => {
      if (typeof value === "string" && value.includes(${JSON.stringify(SECRET.slice(0, 6))} + ${JSON.stringify(SECRET.slice(6))})) found.push(path);
      if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value) || depth > 8) return;
      seen.add(value);
      for (const key of Reflect.ownKeys(value)) { try { visit(value[key], path + "." + String(key), depth + 1); } catch {} }
      visit(Object.getPrototypeOf(value), path + ".__proto__", depth + 1);
    };
    visit(globalThis, "globalThis", 0); visit(console, "console", 0); visit(setTimeout, "setTimeout", 0); visit(fn, "fn", 0); visit(state, "state", 0);
    const pools = [Buffer.from("x"), Buffer.allocUnsafe(4096), Buffer.from([1])].map(buffer => Buffer.from(buffer.buffer).toString("latin1"));
    for (const text of pools) if (text.includes(["secret", "of", "another"].join("-"))) found.push("pool");
    return { found };
  });`;
  assert.deepEqual((await run(search)).state.found, []);
});

test('timers end with their run, also those that hold no process', async () => {
  await run('fn(s => { setInterval(() => console.log("ghost"), 5).unref(); setTimeout(() => { throw new Error("ghost"); }, 40).unref(); return s; });');
  for (let i = 0; i < 3; i += 1) {
    const next = await run('fn(s => new Promise(done => setTimeout(() => done(s), 60)));');
    assert.deepEqual([next.end.reason, next.text('JOB')], ['success', '']);
  }
});

test('what fails after the end of a run does not fail the next', async () => {
  await run('fn(s => { setTimeout(() => Promise.reject(new Error("late")), 1).unref(); Promise.resolve().then(() => new Promise((_, fail) => setTimeout(() => fail(new Error("later")), 5).unref())); return s; });');
  for (let i = 0; i < 3; i += 1) assert.equal((await run('fn(s => new Promise(done => setTimeout(() => done(s), 30)));')).end.reason, 'success');
});

for (const [what, body] of [
  ['a flood of microtasks', 'fn(() => { const again = () => Promise.resolve().then(again); return again(); });'],
  ['waiting on shared memory', 'fn(() => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });'],
  ['a regular expression without end', 'fn(() => /^(a+)+$/.test("a".repeat(60) + "!"));'],
  ['a trap in the state', 'fn(() => ({ toJSON() { for (;;); } }));'],
  ['a trap in the log', 'fn(() => { console.log({ toJSON() { for (;;); } }); });'],
]) {
  test(`${what} ends with the run's time`, async () => {
    const { end } = await run(body, { options: { run_timeout_ms: 800 } });
    assert.deepEqual([end.reason, end.error_type], ['kill', 'TimeoutError']);
    assert.equal((await run('fn(s => s);')).end.reason, 'success');
  });
}

test('memory beside the heap ends with the run', async () => {
  for (const make of ['new ArrayBuffer(50e6)', 'new Uint8Array(50e6).fill(1)', '"x".repeat(5e7) + Math.random()']) {
    const { end } = await run(`fn(async () => { const all = []; for (;;) { const part = ${make}; if (part.byteLength) new Uint8Array(part.buffer ?? part).fill(1); else part.charCodeAt(1); all.push(part); await new Promise(r => setTimeout(r, 10)); } });`, { options: { run_timeout_ms: 20_000 } });
    assert.equal(end.reason, 'kill', make);
    assert.equal(end.error_type, 'OOMError', make);
  }
});

test('code that has the whole process at hand does not leave it', async () => {
  const attempts = {
    file: 'require("fs").readFileSync("/etc/hostname")', own: 'require("fs").readFileSync(process.cwd() + "/../../../src/Worker/config.js")', directory: 'require("fs").readdirSync("/")',
    link: 'require("fs").readlinkSync("/proc/self/exe")', environ: 'require("fs").readFileSync("/proc/" + process.ppid + "/environ")', memory: 'require("fs").openSync("/proc/self/mem", "r+")', descriptors: 'require("fs").readdirSync("/proc/self/fd")',
    write: 'require("fs").writeFileSync("/tmp/escape", "x")', spawn: 'require("child_process").execSync("id")', fork: 'require("cluster").fork()', thread: 'new (require("worker_threads").Worker)("1", { eval: true })',
    inspector: 'new (require("inspector").Session)().connect()', open: 'require("inspector").open(0)', binding: 'process.binding("fs")', addon: 'process.dlopen({ exports: {} }, "/tmp/x.node")', linked: 'process._linkedBinding("fs")',
    wasi: 'new (require("wasi").WASI)({ version: "preview1", preopens: { "/": "/" } })', parent: 'process.kill(process.ppid, 0)', rawKill: 'process._kill(process.ppid, 0)', debug: 'process._debugProcess(process.ppid)',
    flags: 'require("v8").setFlagsFromString("--allow-natives-syntax")', snapshot: 'require("v8").writeHeapSnapshot()', report: 'process.report.writeReport()', internals: 'require("internal/bootstrap/realm")',
    generated: 'setTimeout.constructor("return 1")()', nested: 'process.mainModule.require("fs")',
  };
  const code = `inside(async ({ process, require }) => { const results = {};
    ${Object.entries(attempts).map(([name, expression]) => `try { results.${name} = "got " + String(${expression}).slice(0, 100); } catch (error) { results.${name} = String(error.code ?? error.name); }`).join('\n')}
    return { results, env: Object.keys(process.env), argv: process.argv.join(" "), execArgv: process.execArgv.join(" ") }; });`;
  const { state } = await escaped(code);
  const got = Object.entries(state.results).filter(([, result]) => result.startsWith('got '));
  assert.deepEqual(got, []);
  assert.deepEqual(state.env.filter(name => name !== 'NODE_EXTRA_CA_CERTS'), []);
  assert.doesNotMatch(state.argv + state.execArgv, /secret|token|ws:/);
});

test('a process that has been taken over reports for its own run only', async () => {
  const forged = JSON.stringify({ type: 'run:complete', run_id: 'other', reason: 'success', error_type: null, error_message: null });
  const taken = escaped(`inside(async ({ require }) => { require("fs").writeSync(3, 'E' + ${JSON.stringify(forged)} + '\\n'); await new Promise(() => {}); });`, { project_id: 'taken', options: { run_timeout_ms: 1_000 } });
  const other = run('fn(s => ({ mine: true }));', { project_id: 'other' });
  assert.deepEqual((await other).state, { mine: true });
  assert.equal((await taken).end.run_id, 'other');
  const command = JSON.stringify({ type: 'run', key: 'x', plan: { jobs: [] }, credentials: {}, finished: [], adaptors: {}, egress: { allow: ['http://127.0.0.1:1'] } });
  const widened = await escaped(`inside(async ({ process, require, attempt }) => { process.stdin.emit("data", Buffer.from(${JSON.stringify(command)} + "\\n"));
    return { code: await attempt(() => new Promise((resolve, reject) => require("http").get("http://127.0.0.1:1", resolve).on("error", reject))) }; });`, { project_id: 'widened' });
  assert.notEqual(widened.state?.code, 'ECONNREFUSED');
  const warmed = await escaped(`inside(async ({ process, require, attempt }) => { process.stdin.emit("data", Buffer.from('{"type":"warm","settings":{"egress":{"responseLimitMb":1e9,"callTimeoutMs":1e9}},"adaptors":{}}\\n'));
    return { code: await attempt(() => new Promise((resolve, reject) => require("http").get("http://127.0.0.1:1", resolve).on("error", reject))) }; });`, { project_id: 'warmed' });
  assert.notEqual(warmed.state?.code, 'ECONNREFUSED');
});

test('no dump of memory is made of a worker or a job', async () => {
  const { state } = await escaped('fn(s => ({ pid: process.pid, parent: process.ppid }));', { project_id: 'dumps' });
  assert.match(readFileSync(`/proc/${state.pid}/limits`, 'utf8'), /Max core file size\s+0\s+0/);
});

test('what Node.js makes at its first use can still be made', async () => {
  const { state } = await escaped(`inside(async ({ global }) => { const failed = [];
    for (const name of Object.getOwnPropertyNames(global)) { try { void global[name]; } catch (error) { failed.push(name + ": " + error.message); } }
    return { failed, form: [...new global.FormData().keys()].length, random: global.crypto.randomUUID().length }; });`, { project_id: 'lazy' });
  assert.deepEqual([state.failed, state.form, state.random], [[], 0, 36]);
});
