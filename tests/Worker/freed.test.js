import { test } from 'node:test';
import assert from 'node:assert/strict';
import v8 from 'node:v8';
import vm from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';
import '../../src/Worker/child/modules.js';
import { usedHeapMb } from '../../src/Worker/child/heap.js';

const STEPS = 60;

/** As the runtime loads a step. @param {string} source */
async function load(source) {
  const context = vm.createContext({});
  const module = new vm.SourceTextModule(source, { context });
  await module.link(async () => {
    const adaptor = new vm.SyntheticModule(['fn'], () => adaptor.setExport('fn', (/** @type {any} */ f) => f), { context });
    await adaptor.link(() => assert.fail());
    await adaptor.evaluate();
    return adaptor;
  });
  await module.evaluate();
  return module.namespace;
}

/** @param {() => Promise<unknown>} step */
async function contextsKept(step) {
  const before = v8.getHeapStatistics().number_of_native_contexts;
  for (let count = 0; count < STEPS; count += 1) await step();
  for (let count = 0; count < 4; count += 1) {
    usedHeapMb(0);
    await turn();
  }
  return v8.getHeapStatistics().number_of_native_contexts - before;
}

test('the contexts of finished steps are freed', async () => {
  assert.ok((await contextsKept(() => load('import { fn } from "a"; export default [fn(state => state)];'))) < STEPS / 4);
});

test('the contexts of steps that do not load are freed', async () => {
  const fail = async () => assert.rejects(load('import { fn } from "a"; throw new Error("no");'));
  assert.ok((await contextsKept(fail)) < STEPS / 4);
});

test('a function of a step outlives its module', async () => {
  const { default: [operation] } = /** @type {any} */ (await load('import { fn } from "a"; export default [fn(state => state + 1)];'));
  usedHeapMb(0);
  assert.equal(operation(1), 2);
});

test('job contexts have no collector', () => {
  assert.equal(vm.runInNewContext('typeof gc'), 'undefined');
});
