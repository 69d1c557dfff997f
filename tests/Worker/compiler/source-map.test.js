import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from '../../../src/Worker/compiler/lines.js';
import { compiled } from './support/assertions.js';
import { checkedOrigins } from './support/mappings.js';
import { TraceMap, decodedMappings, originalPositionFor } from './support/packages.js';

/** The non-blank characters of the source that nothing maps to. */
function unmapped(source, options) {
  const origins = checkedOrigins(source, compiled(source, options));
  return source.split('').filter((character, at) => character.trim() && !origins.has(at)).join('');
}

const demo = { adaptors: [{ name: 'demo', exports: ['fn', 'pull', 'each'], exportAll: true }] };

const sources = {
  'const a = 1;\n\nfn(s => {\n\ts.x = a;\r\n  return s;\n});\nlet b = `\n${a}`;': ';',
  'pull($.a, { b: $.c }, ($.d, 1));\neach($.rows, fn(state => $.x))': ';',
  'fn(a)\n  .then(b)\n  .catch(c) // why\nlet d': '',
  '(fn(a)).catch(e => 1, f).then(b);': '().catch(,f);',
  'fn(a).catch(e);': '.catch(;',
  '(fn(a));\nexport default [fn(b), /* c */];': '();',
  'import x from "y"\nconst q = { r: $.s }\nwaiting.then(1)': '',
};
for (const [source, lost] of Object.entries(sources)) {
  test(`Every kept character has its place: ${JSON.stringify(source)}`, () => {
    // The last parenthesis of a chain closes the helper's call, so it is the made-up one that has no place.
    assert.equal(unmapped(source, demo), lost);
  });
}

test('Line terminators that only V8 counts are counted', () => {
  for (const terminator of ['\r', '\u2028', '\u2029', '\r\n']) {
    const source = `const a = 1;${terminator}fn(a);${terminator}let b = '\u2028';let c;`;
    assert.equal(unmapped(source, demo), ';');
    const { code, map } = compiled(source);
    const { line, column } = new Lines(code).at(code.indexOf('let c'));
    const found = originalPositionFor(new TraceMap(map), { line, column });
    assert.deepEqual([found.line, found.column], [4, 2]);
  }
});

test('Made-up lines have no mapping', () => {
  const { code, map } = compiled('fn(a).then(b)', demo);
  const rows = decodedMappings(new TraceMap(map));
  code.split('\n').forEach((line, i) => {
    if (/^(import|export \*)/.test(line)) assert.deepEqual(rows[i] ?? [], []);
  });
});

test('The map says what it is a map of', () => {
  const source = 'fn(a)';
  const { map } = compiled(source, { name: 'Load / patients' });
  assert.deepEqual({ ...map, mappings: typeof map.mappings }, {
    version: 3,
    file: 'Load / patients.map.js',
    sources: ['Load / patients.js'],
    sourcesContent: [source],
    names: [],
    mappings: 'string',
    operations: [{ name: 'fn', line: 1, order: 1 }],
  });
  assert.deepEqual(JSON.parse(JSON.stringify(map)), map);
});
