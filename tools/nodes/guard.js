import { spawn } from 'node:child_process';

/** Reads "kind pid" until its input ends, which comes with the end of this process, however that ends. */
const SCRIPT = `
nodes= ; database=
while read -r kind pid; do
  case $kind in
    node) nodes="$nodes $pid" ;;
    database) database=$pid ;;
    release) exit 0 ;;
  esac
done
for pid in $nodes; do kill -TERM "$pid" 2>/dev/null; done
for pid in $nodes; do
  left=120
  while kill -0 "$pid" 2>/dev/null && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
done
if [ "$database" ]; then
  kill -INT "$database" 2>/dev/null
  left=60
  while kill -0 "$database" 2>/dev/null && [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
fi
[ -z "$1" ] || rm -rf "$1"
`;

/**
 * Stops what was started even if this process is killed.
 * @param {string} folder removed then; empty for none
 */
export function startGuard(folder) {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'guard', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.stdin.on('error', () => {});
  shell.unref();
  return {
    /** @param {'node' | 'database'} kind @param {number} pid */
    watch: (kind, pid) => void shell.stdin.write(`${kind} ${pid}\n`),
    /** Everything was stopped in order. */
    release: () => void shell.stdin.end('release 0\n'),
  };
}
