#!/usr/bin/env node
import { realpathSync, mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AdaptorInstaller } from './adaptors/installer.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { repo: { type: 'string' }, timeout: { type: 'string', default: '600' } },
});
if (!values.repo || positionals.length === 0) {
  console.error('usage: node install-adaptors.js --repo DIR [--timeout SECONDS] NAME@VERSION ...');
  process.exit(2);
}
mkdirSync(values.repo, { recursive: true });
const installer = new AdaptorInstaller({
  repoDir: realpathSync(values.repo),
  allow: ['@openfn/*'],
  offline: false,
  installTimeoutMs: Number(values.timeout) * 1000,
});
let failed = false;
for (const specifier of positionals) {
  try {
    console.log(`${specifier} ${await installer.ensure(specifier)}`);
  } catch (error) {
    failed = true;
    console.error(/** @type {Error} */ (error).message);
  }
}
process.exitCode = failed ? 1 : 0;
