import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoDir } from './repo.js';

export const ESCAPE = '@openfn/language-escape@1.0.0';

const factory = `
import { createRequire } from 'node:module';
import process from 'node:process';
const require = createRequire(import.meta.url);
export async function instantiate() {
  const attempt = async work => { try { return await work(); } catch (error) { return error.cause?.code ?? error.code ?? error.name + ': ' + error.message; } };
  const inside = work => async state => ({ ...state, ...(await work({ process, require, global: globalThis, attempt }, state)) });
  return { inside, fn: operation => operation, process, require };
}
export const isWhole = true;
`;

/**
 * An adaptor that hands job code everything the process has: where somebody stands who has got out of the context of a job, or
 * who has written an adaptor.
 */
export function installEscape() {
  const folder = join(repoDir, 'node_modules', '@openfn', 'language-escape_1.0.0');
  mkdirSync(join(folder, 'bundle'), { recursive: true });
  const manifest = { name: '@openfn/language-escape', version: '1.0.0', type: 'module', exports: { '.': { import: './bundle/index.js' } } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'bundle', 'factory.js'), factory);
  writeFileSync(join(folder, 'bundle', 'index.js'), 'import { instantiate } from "./factory.js";\nconst { inside, fn, process, require } = await instantiate();\nexport { inside, fn, process, require };\n');
}
