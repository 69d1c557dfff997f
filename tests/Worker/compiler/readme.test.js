import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../../../src/Worker/compiler/', import.meta.url);

test('The README names every file of the compiler and no other', () => {
  const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
  const named = new Set(readme.match(/(?<=`)[\w-]+\.js(?=`)/g));
  const present = readdirSync(FOLDER).filter(name => name.endsWith('.js'));
  assert.deepEqual([...named].sort(), present.sort());
});
