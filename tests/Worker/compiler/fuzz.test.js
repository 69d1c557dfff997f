import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompileError, compile } from '../../../src/Worker/compiler/index.js';
import { corpus, tokens } from './support/fuzz-material.js';
import { checkedOrigins } from './support/mappings.js';
import { acorn } from './support/packages.js';
import { Random } from './support/random.js';

const SEED = Number(process.env.FUZZ_SEED ?? 20_240_117);
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 4_000);

const ADAPTORS = [
  { name: 'demo', exports: ['fn', 'each', 'pull', 'state', 'p', '_defer'], exportAll: true },
  { name: 'unknown', exportAll: true },
];

/** @returns {boolean} whether the source compiled */
function survives(source) {
  let result;
  try {
    result = compile(source, { name: 'fuzz', adaptors: ADAPTORS });
  } catch (error) {
    assert.ok(error instanceof CompileError, `${error.stack}\n--- seed ${SEED}\n${source}`);
    return false;
  }
  checkModule(source, result.code);
  checkedOrigins(source, result);
  return true;
}

function checkModule(source, code) {
  try {
    acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    assert.fail(`${error.message}\n--- seed ${SEED}\n${source}\n--- compiled\n${code}`);
  }
}

test(`Soups of tokens compile to modules or are refused (seed ${SEED})`, () => {
  const random = new Random(SEED);
  let compiled = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const soup = Array.from({ length: 1 + random.below(14) }, () => random.pick(tokens));
    if (survives(soup.join(random.pick(['', ' ', '\n'])))) compiled++;
  }
  assert.ok(compiled > 0);
});

test(`Mutations of valid sources compile to modules or are refused (seed ${SEED})`, () => {
  const random = new Random(SEED + 1);
  let compiled = 0;
  for (let i = 0; i < ROUNDS; i++) {
    let source = random.pick(corpus);
    for (let n = random.below(4); n >= 0; n--) source = mutate(source, random);
    if (survives(source)) compiled++;
  }
  assert.ok(compiled > ROUNDS / 20, `only ${compiled} of ${ROUNDS} compiled`);
});

test(`Combinations of expressions compile to modules or are refused (seed ${SEED})`, () => {
  const random = new Random(SEED + 2);
  let compiled = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const statements = Array.from({ length: 1 + random.below(3) }, () => statement(random));
    if (survives(statements.join(random.pick(['\n', ';\n', ' /* c */\n'])))) compiled++;
  }
  assert.ok(compiled > ROUNDS / 10, `only ${compiled} of ${ROUNDS} compiled`);
});

function mutate(source, random) {
  const at = random.below(source.length + 1);
  const to = Math.min(source.length, at + random.below(8));
  const other = random.pick(corpus);
  const from = random.below(other.length);
  switch (random.below(5)) {
    case 0: return source.slice(0, at) + source.slice(to);
    case 1: return source.slice(0, at) + random.pick(tokens) + source.slice(at);
    case 2: return source.slice(0, at) + source.slice(at, to) + source.slice(at);
    case 3: return source.slice(0, at) + other.slice(from, from + random.below(20)) + source.slice(to);
    default: return `${source}\n${other}`;
  }
}

function statement(random) {
  const value = expression(random, 4);
  const number = random.below(99);
  return random.pick([
    value, value, value, `const v${number} = ${value}`, `v = ${value}`, `if (a) ${value}`, `if (a) { ${value} }`,
    `export const w${number} = ${value}`, `export default [${value}, ]`,
    `async function f${number}() { await ${value} }`,
  ]);
}

const LEAVES = ['$.a', '$', '$?.b[$.c]', 'fn', 'x', '1', '`t`', 'state', 'p', '{}', '[]'];

/** Each `_` is replaced by another expression. */
const SHAPES = [
  'fn(_)', '_.then(_)', '_.catch(_, _)', '(_).catch(_)', '(_)', '(_, _)', '_.run(_)',
  '({ a: _, ...(_) })', '[_, ...(_)]',
  '`${_}`', '(state => _)', '(async state => await _)', '(s => { _ })', '_?.(_)', 'each(...(_))', 'await _', 'new X(_)',
  '_ ? _ : _', 'class { x = _ }', 'function (a = _) { return _ }', 'x = _', '(_)(_)', '_`${_}`',
  '_.finally(() => _) // c\n',
];

function expression(random, depth) {
  if (depth === 0) return random.pick(LEAVES);
  return random.pick(SHAPES).replace(/_/g, () => expression(random, depth - 1 - random.below(depth)));
}
