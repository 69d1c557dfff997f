import { readFileSync } from 'node:fs';

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8');

export const bundle = () => read('bundle.json');

/**
 * The workflow document with the jobs' code in it. A JSON text is a YAML text, so what is put in needs no indentation.
 * @param {Record<string, string>} credentials ids by name
 */
export function workflow(credentials) {
  return read('workflow.yaml')
    .replace(/^( +body: )(jobs\/\S+)$/gm, (_, key, path) => key + JSON.stringify(read(path)))
    .replace(/^( +credentialId: )(\S+)$/gm, (_, key, name) => key + credentials[name]);
}
