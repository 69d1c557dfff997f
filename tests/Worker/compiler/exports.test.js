import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { adaptorExports, globalsExports } from '../../../src/Worker/compiler/index.js';

/** The exports of an adaptor made of these files. */
function exportsOf(files) {
  const root = mkdtempSync(join(tmpdir(), 'adaptor-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return adaptorExports(root)?.sort();
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('The module that will be linked is read, less its default', () => {
  const entry = 'export const a = 1, [b, { c: d }] = []; export function f() {} export class K {} '
    + 'export { f as g, K as default }; export * as ns from "other";';
  assert.deepEqual(exportsOf({ 'package.json': { main: 'x.js' }, 'x.js': entry }),
    ['K', 'a', 'b', 'd', 'f', 'g', 'ns']);
});

test('The entry is found as the linker finds it', () => {
  const files = { 'index.js': 'export let i', 'main.js': 'export let m', 'import.js': 'export let x' };
  assert.deepEqual(exportsOf({ ...files, 'package.json': {} }), ['i']);
  assert.deepEqual(exportsOf({ ...files, 'package.json': { main: 'main.js' } }), ['m']);
  assert.deepEqual(exportsOf({ ...files, 'package.json': { exports: './import.js', main: 'main.js' } }), ['x']);
  assert.deepEqual(exportsOf({ ...files, 'package.json': { exports: { '.': './import.js' } } }), ['x']);
  assert.deepEqual(exportsOf({ ...files, 'package.json': { exports: { '.': { import: './import.js' } } } }), ['x']);
});

test('Stars are followed inside the package, in circles too, and not outside', () => {
  assert.deepEqual(exportsOf({
    'package.json': { main: 'src/index.js' },
    'src/index.js': 'export * from "./a.js"; export * from "lodash"; export * from "../../outside.js"; export let x;',
    'src/a.js': 'export * from "./index.js"; export * from "../b.js"; export default 1; export let a;',
    'b.js': 'export let b;',
  }), undefined, 'a star that leads nowhere makes the entry unreadable');
  assert.deepEqual(exportsOf({
    'package.json': { main: 'src/index.js' },
    'src/index.js': 'export * from "./a.js"; export * from "lodash"; export let x;',
    'src/a.js': 'export * from "./index.js"; export * from "../b.js"; export default 1; export let a;',
    'b.js': 'export let b;',
  }), ['a', 'b', 'x']);
});

test('Type declarations stand in for an entry that is no module', () => {
  const types = `
    /* export function no(): void; */ // export const no2: 1;
    export declare function get(a: { b: 1 }): void;
    export function post<T>(a: T): () => void;
    export const one: number; export class Two {} export enum Three { A }
    export declare namespace util { export function inner(): void; }
    export interface No3 {} export type No4 = 1;
    declare function local(): void;
    export { local as outer, type No5, fn } from '@openfn/language-common';
    export * as ns from './ns'; export * from './more.js'; export * from "elsewhere";
    export { local as default };`;
  const names = exportsOf({
    'package.json': { main: 'index.cjs', types: 'types/index.d.ts' },
    'index.cjs': 'module.exports = {};',
    'types/index.d.ts': types,
    'types/more.d.ts': 'export const more: 1; export default more;',
    'types/Adaptor.d.ts': 'export function execute(): void;',
  });
  assert.deepEqual(names, ['Three', 'Two', 'execute', 'fn', 'get', 'more', 'ns', 'one', 'outer', 'post', 'util']);
});

test('What cannot be read is unknown', () => {
  assert.equal(adaptorExports('/does/not/exist'), undefined);
  assert.equal(exportsOf({ 'package.json': '{' }), undefined);
  assert.equal(exportsOf({ 'package.json': {} }), undefined);
  assert.equal(exportsOf({ 'package.json': {}, 'index.js': 'export const =' }), undefined);
  assert.equal(exportsOf({ 'package.json': { types: 'gone.d.ts' }, 'index.js': 'module.exports = 1' }), undefined);
});

test('Globals are the plain names that their source exports', () => {
  assert.deepEqual(globalsExports(`
    export const a = 1, { no } = {}, b = 2;
    export function f() {} export class K {}
    const local = 1; export { local as outer, f as default }; export * from "x";`), ['a', 'b', 'f', 'K', 'outer']);
  assert.deepEqual(globalsExports('export default () => 1;'), []);
  assert.deepEqual(globalsExports('export const ='), []);
});
