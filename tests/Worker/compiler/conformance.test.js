import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFER, assertCompiles, assertOperations, assertRefused, assertUnchanged, compiled,
} from './support/assertions.js';

const DEMO = '@openfn/language-demo';
const COLLECTIONS = '@openfn/language-collections';
const demo = { name: DEMO, exports: ['fn', 'each', 'pull', 'send'], exportAll: true };
const withDemo = { adaptors: [demo] };
const head = (names, adaptor = DEMO) => `import { ${names} } from "${adaptor}";\nexport * from "${adaptor}";\n`;
const lines = (...rows) => rows.join('\n');

test('1: nothing becomes an empty list', () => {
  assertCompiles('', 'export default [];');
  assertCompiles('// nothing\n/* at all */', 'export default [];');
});

test('2: operations move behind declarations', () => {
  const source = lines('const limit = 3;', 'fn(trim);', 'let late = limit * 2;', 'fn(state => ({ ...state, late }));',
    'function trim(state) { return state; }');
  assertCompiles(source, `const limit = 3; let late = limit * 2; function trim(state) { return state; }
    export default [fn(trim), fn(state => ({ ...state, late }))];`);
  assert.deepEqual(compiled(source).map.operations, [
    { name: 'fn', line: 2, order: 1 },
    { name: 'fn', line: 4, order: 2 },
  ]);
});

test('3: only plain calls are operations', () => {
  const rest = 'await warm();\ntotal = count();\nnew Meter();\nping?.();\nready && fn(b);\nfn(c), fn(d);\n';
  assertCompiles(`fn(a);\n${rest}`, `${rest} export default [fn(a)];`);
});

test('4: an existing list is extended when it comes last', () => {
  assertCompiles('fn(first);\nexport default [second()];', 'export default [second(), fn(first)];');
  assertCompiles('export default [only()];\nfn(extra);', 'export default [only()];\nfn(extra);');
});

test('5: named exports stay', () => {
  assertCompiles('export const rate = 0.2;\nfn(s => s);', 'export const rate = 0.2;\nexport default [fn(s => s)];');
});

test('6: what is used and not declared is imported', () => {
  assertCompiles('fn(s => s);\nconst send = 1;\npull(send);',
    `${head('fn, pull')} const send = 1; export default [fn(s => s), pull(send)];`, withDemo);
  assertCompiles('const rows = [];', 'const rows = []; export default [];', withDemo);
  const byHand = `import { fn } from "${DEMO}";\n`;
  assertCompiles(`${byHand}fn(s => s);`, `${byHand} export default [fn(s => s)];`, withDemo);
});

test('7: properties and names of blocks are not uses', () => {
  assertCompiles('tool.pull("x");\nlist[each];', 'list[each]; export default [tool.pull("x")];', withDemo);
  assertCompiles('const shape = { run: pull };\nfn(() => { const o = { run: send }; return o; });',
    `${head('fn, send')} const shape = { run: pull };
     export default [fn(() => { const o = { run: send }; return o; })];`, withDemo);
  assertCompiles('if (true) { const pull = 1; }\nfn(pull);',
    `${head('fn')} if (true) { const pull = 1; } export default [fn(pull)];`, withDemo);
});

test('8: several adaptors contribute', () => {
  const adaptors = [demo, { name: COLLECTIONS, exports: ['collections'], exportAll: true }];
  assertCompiles('pull("/a");\ncollections.set("c", "k", $.data);',
    `${head('pull')}${head('collections', COLLECTIONS)}
     export default [pull("/a"), collections.set("c", "k", state => state.data)];`, { adaptors });
});

test('9: unknown exports and ignored names', () => {
  const source = 'fn(state => Object.keys(tidy(state)));';
  assertCompiles(source, `${head('fn, tidy')} export default [${source.slice(0, -1)}];`,
    { adaptors: [{ name: DEMO, exportAll: true }] });
  assertCompiles('fn(tidy);\nsend(1);', `${head('fn')} export default [fn(tidy), send(1)];`,
    { ...withDemo, ignore: ['tidy', 'send'] });
});

test('10: a compiled source still gets its imports', () => {
  assertCompiles('export default [fn(s => s)];', `${head('fn')} export default [fn(s => s)];`, withDemo);
});

test('11 to 15: lazy state', () => {
  assertOperations('pull(`/p/${$.data.id}`, { after: $.cursor, tags: [$.a, 1] });',
    'pull(state => `/p/${state.data.id}`, state => ({ after: state.cursor, tags: [state.a, 1] }))');
  assertOperations('each($.rows, send("/r", { id: $.data.id, when: stamp($.data.at) }));',
    'each(state => state.rows, send("/r", state => ({ id: state.data.id, when: stamp(state => state.data.at) })))');
  assertOperations('fn(state => $.data.list[$.index]);', 'fn(state => state.data.list[state.index])');
  assertCompiles('fn($ => $.data);\nconst $ = {};\npull($.data.u);',
    'const $ = {}; export default [fn($ => $.data), pull(state => state.data.u)];');
  assertUnchanged('const table = { a: $.x, b: { c: $.y } };');
  assertOperations('send("$.data", $);', 'send("$.data", $)');
});

test('16: refusals of lazy state', () => {
  assertRefused('const v = $.data;', 'Lazy State Error: Must be inside an operation (1:10)');
  assertRefused('fn(s => $.data);', 'Lazy State Error: parameter "s" should be called "state" (1:3)');
  assertRefused('fn(() => $.data);', 'Lazy State Error: parent has wrong arity (1:3)');
  assertRefused('fn(state => { return $.data; });', 'Lazy State Error: Must be inside an operation (1:21)');
});

test('17: methods of state', () => {
  assertOperations('pull($.make($.seed));', 'pull(state => state.make(state.seed))');
  assertOperations('pull($.rows.map(r => r.id));', 'pull(state => state.rows.map(r => r.id))');
});

test('18: promise chains', () => {
  assertOperations('pull("/a").then(keep).then(state => state);',
    '_defer(pull("/a"), p => p.then(keep).then(state => state))');
  assertOperations('pull("/a").catch(mend);', '_defer(pull("/a"), undefined, mend)');
  assertOperations('pull("/a").catch(mend).then(keep).catch(last);',
    '_defer(pull("/a"), p => p.then(keep).catch(last), mend)');
});

test('19: chains in arguments, in functions, behind imports', () => {
  assertOperations('each("$.rows[*]", send("/r").then(keep));',
    'each("$.rows[*]", _defer(send("/r"), p => p.then(keep)))');
  assertOperations('fn(state => pull("/a")(state).then(keep));', 'fn(state => pull("/a")(state).then(keep))');

  const { code } = compiled('import { x } from "y";\nconst z = 1;\npull("/a").then(keep);');
  const places = ['from "y"', DEFER.trim(), 'const z'].map(text => code.indexOf(text));
  assert.ok(places[0] >= 0 && places[0] < places[1] && places[1] < places[2], code);
  assert.equal(code.split(DEFER.trim()).length, 2);
});

test('20: robust against what is not a chain, a path or plain code', () => {
  assertOperations('waiting.then(done);', 'waiting.then(done)');
  assertOperations('fn(s => s) // keep all accounts', 'fn(s => s)');
  assertRefused('fn(s => {\n  s.total = ;\n})', 'Unexpected token (2:12)');
  assertOperations('fn(1_000)', 'fn(1_000)');
});

test('The worked example of the specification', () => {
  const source = lines('// Job "Sync visits"', "const since = '2024-01-01';",
    "get('/visits', { query: { since, page: $.page } }).then(state => {", '  state.visits = state.data;',
    '  return state;', '});', "each($.visits, post('/mirror', $.data));", 'export const version = 2;');
  const http = { name: '@openfn/language-http', exports: ['del', 'get', 'each', 'post'], exportAll: true };
  assertCompiles(source, `
    import { get, each, post } from "@openfn/language-http";
    export * from "@openfn/language-http";
    ${DEFER}
    const since = '2024-01-01';
    export const version = 2;
    export default [_defer(get('/visits', state => ({ query: { since, page: state.page } })), p => p.then(state => {
      state.visits = state.data;
      return state;
    })), each(state => state.visits, post('/mirror', state => state.data))];`, { adaptors: [http] });
  assert.deepEqual(compiled(source).map.operations, [
    { name: 'get', line: 3, order: 1 },
    { name: 'each', line: 7, order: 2 },
  ]);
});
