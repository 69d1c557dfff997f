import { readFileSync } from 'node:fs';

/** @type {Record<'worker' | 'node' | 'engine' | 'compiler' | 'runtime', string> | undefined} */
let known;

/** What a run was executed with. */
export function versions() {
  known ??= readVersions();
  return known;
}

function readVersions() {
  const worker = versionIn('./package.json');
  const runtime = versionIn('./node_modules/@openfn/runtime/package.json');
  return { worker, node: process.versions.node, engine: worker, compiler: worker, runtime };
}

/** @param {string} path */
function versionIn(path) {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;
}
