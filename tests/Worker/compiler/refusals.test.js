import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompileError } from '../../../src/Worker/compiler/index.js';
import { assertRefused, assertUnchanged, compiled } from './support/assertions.js';

const syntaxErrors = {
  'fn(s => {\n  s.total = ;\n})': 'Unexpected token (2:12)',
  'let a; let a;': "Identifier 'a' has already been declared (1:11)",
  'with (a) {}': "'with' in strict mode (1:0)",
  'delete x': 'Deleting local variable in strict mode (1:0)',
  'x = 017': 'Invalid number (1:4)',
  'return 1': "'return' outside of function (1:0)",
  'fn(<a/>)': 'Unexpected token (1:3)',
  'let a: number': 'Unexpected token (1:5)',
  '\u2028\r\rfn(': 'Unexpected token (4:3)',
};
for (const [source, message] of Object.entries(syntaxErrors)) {
  test(`Syntax error: ${JSON.stringify(source)}`, () => assertRefused(source, message));
}

const deep = {
  parentheses: n => `${'('.repeat(n)}1${')'.repeat(n)}`,
  arrays: n => `x = ${'['.repeat(n)}${']'.repeat(n)}`,
  arguments: n => `${'fn('.repeat(n)}${')'.repeat(n)}`,
  functions: n => `${'function f() {'.repeat(n)}${'}'.repeat(n)}`,
  branches: n => `${'if (x) {} else '.repeat(n)}{}`,
  negations: n => `x = ${'!'.repeat(n)}1`,
  constructors: n => `x = ${'new '.repeat(n)}X`,
  templates: n => `x = ${'`${'.repeat(n)}1${'}`'.repeat(n)}`,
  patterns: n => `let ${'['.repeat(n)}a${']'.repeat(n)} = x`,
  sums: n => `x = ${'1 + '.repeat(n)}1`,
  groups: n => `x = /${'('.repeat(n)}${')'.repeat(n)}/`,
};
for (const [what, source] of Object.entries(deep)) {
  test(`Nesting of ${what} has a limit and a message`, () => {
    compiled(source(100));
    assert.throws(() => compiled(source(60_000)), error => error instanceof CompileError && error.line === 1);
  });
}

test('Length is no depth', () => {
  compiled(`op(x)${'.then(f)'.repeat(20_000)}`);
  compiled(`op(x)${'.catch(e).then(f)(y)'.repeat(5_000)}`);
  compiled(`waiting${'.then(op(x).then(f))'.repeat(5_000)}`);
  compiled(`pull($${'.a($.b)'.repeat(10_000)})`);
  compiled(`x = [${'1,'.repeat(200_000)}]`);
});

test('A source has a largest size', () => {
  assertRefused(' '.repeat(1024 * 1024 + 1), 'The source is larger than 1048576 bytes (1:0)');
  assertRefused('"é"', 'The source is larger than 3 bytes (1:0)', { maxSourceBytes: 3 });
  assertUnchanged(' '.repeat(1024));
});
