import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const COMMON = '@openfn/language-common@3.3.4';
export const HTTP = '@openfn/language-http@7.2.10';
export const FHIR = '@openfn/language-fhir@5.0.15';
export const repoDir = fileURLToPath(new URL('../.repo', import.meta.url));
export const workerDir = fileURLToPath(new URL('../../../src/Worker', import.meta.url));

/** Installs the adaptors of the tests, once for all test files. */
export function installAdaptors() {
  const missing = [COMMON, HTTP, FHIR].filter(specifier => !existsSync(located(specifier).path));
  if (missing.length === 0) return;
  execFileSync(process.execPath, [join(workerDir, 'install-adaptors.js'), '--repo', repoDir, ...missing], { stdio: 'inherit' });
}

/** Where an installed adaptor lies. */
export function located(specifier) {
  const at = specifier.lastIndexOf('@');
  const [name, version] = [specifier.slice(0, at), specifier.slice(at + 1)];
  return { path: join(repoDir, 'node_modules', `${name}_${version}`), version };
}
