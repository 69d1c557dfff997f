// node count-trx.js FILE EXIT_CODE: the sum of a .NET test run, as the last line "SUM passed failed skipped".
import { existsSync, readFileSync } from 'node:fs';

const [file, exitCode] = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
if (existsSync(file)) {
  const text = readFileSync(file, 'utf8');
  const counter = name => Number(new RegExp(`<Counters [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  counts.passed = counter('passed');
  counts.skipped = counter('total') - counter('executed');
  counts.failed = counter('executed') - counter('passed');
}
// A process that crashed or hung may have reported only successes, or nothing at all.
if (exitCode !== '0' && counts.failed === 0) counts.failed = 1;
console.log(`SUM ${counts.passed} ${counts.failed} ${counts.skipped}`);
