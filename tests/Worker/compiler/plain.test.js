import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../../src/Worker/compiler/index.js';

const adaptors = [{ name: '@openfn/language-first', exports: ['fn', 'each', 'map', 'fnIf'] }];
const isPlain = source => compile(source, { name: 'j1', adaptors }).isPlain;

const plain = [
  'fn(state => state);',
  'fn(state => { state.data.n = (state.data.n ?? 0) + 1; return state; });',
  'each("$.data[*]", fn(state => ({ ...state, seen: [...state.seen, state.data] })));',
  'fn(({ data, ...rest }) => { const { a = 1, b: [c] } = data; return { ...rest, a, c }; });',
  'map($.data.list, (item, index) => `${item.name} ${index}`);',
  'fn(async state => { await new Promise(done => setTimeout(done, 5)); console.log("later"); return state; });',
  'const table = { a: 1 }; function lookup(key) { return table[key]; } fn(state => lookup(state.data.key));',
  'class Patient { constructor_() {} name = "x"; get full() { return this.name; } } fn(s => new Patient().full);',
  'fn(state => { try { throw new Error("no"); } catch (error) { return { ...state, error: error.message }; } });',
  'fn(state => Object.entries(state.data).map(([key, value]) => ({ key, value: JSON.stringify(value), at: new Date().toISOString() })));',
  'fn(state => { for (const item of state.data) item.total = Math.round(Number(item.a)); return state; });',
  'fnIf(state => state.data.ok, fn(state => state)).then(state => state);',
];
for (const source of plain) test(`plain: ${source}`, () => assert.equal(isPlain(source), true));

const own = [
  'fn(s => { globalThis.kept = s; return s; });',
  'fn(s => { Array.prototype.last = function () {}; return s; });',
  'fn(s => { s.__proto__.x = 1; return s; });',
  'fn(s => { s["constructor"].keys = 1; return s; });',
  'fn(s => { s[`prototype`] = 1; return s; });',
  'fn(s => { const { constructor: c } = s; return c; });',
  'fn(s => Object.getPrototypeOf(s));',
  'fn(s => { Object.defineProperty(s, "x", {}); return s; });',
  'fn(s => { JSON = {}; return s; });',
  'fn(s => { [Date] = [1]; return s; });',
  'fn(s => { ({ a: Math } = s); return s; });',
  'fn(s => { for (Map of s.list); return s; });',
  'fn(s => { parseInt++; return s; });',
  'each(state.data.list, fn(s => s));',
  'fn(s => { { const state = 1; } return state; });',
  'fn(s => { if (s.x) { class state {} } return state; });',
  'fn(s => { if (s.x) { function state() {} } return state; });',
  'fn((a = state) => a);',
  'fn(s => new WeakRef(s));',
  'fn(s => new FinalizationRegistry(() => s));',
  'fn(s => new Intl.Segmenter("en").segment("a"));',
  'fn(s => Reflect.ownKeys(s));',
  'fn(s => Atomics.wait(s));',
  'fn(s => \\u0067lobalThis);',
  'fn(s => { "use strict"; return eval("1"); });',
  'fn(s => unheardOf(s));',
  'fn(s => import("@openfn/language-first"));',
  'fn(s => import.meta.url);',
];
for (const source of own) test(`not plain: ${source}`, () => assert.equal(isPlain(source), false));
