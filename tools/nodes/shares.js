import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Where the nodes find the two shares of their master key: in two folders beside the database, as good as on one machine for trying out.
 * @param {string} folder
 */
export function shareSettings(folder) {
  return {
    CLUSTER__KEYS_DIR: join(folder, 'keys'),
    CLUSTER__KEYS__SHARE_FILE: '',
    CLUSTER__KEYS__SECOND_SHARE_FILE: join(folder, 'second-share', 'key-share'),
  };
}

/**
 * Makes both, unless they are there.
 * @param {string} folder
 * @param {string} dll
 */
export async function makeShares(folder, dll) {
  if (existsSync(join(folder, 'keys', 'key-share'))) return;
  const env = { ...process.env, ...shareSettings(folder), CLUSTER__DATA_DIR: folder, CLUSTER_KEY_SHARE: '' };
  await promisify(execFile)('dotnet', [dll, 'keys', 'init'], { env });
}
