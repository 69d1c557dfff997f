// node count-trx.js FILE EXIT_CODE: which tests of a .NET test run failed, a line "FAILED name: what it said" each, and
// its sum, as the last line "SUM passed failed skipped".
import { existsSync, readFileSync } from 'node:fs';

const MESSAGE_CHARACTERS = 300;
const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const [file, exitCode] = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
if (existsSync(file)) {
  const text = readFileSync(file, 'utf8');
  const counter = name => Number(new RegExp(`<Counters [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  counts.passed = counter('passed');
  counts.skipped = counter('total') - counter('executed');
  counts.failed = counter('executed') - counter('passed');
  for (const [, name, result] of text.matchAll(/<UnitTestResult [^>]*testName="([^"]*)"[^>]*outcome="Failed"[^>]*>(.*?)<\/UnitTestResult>/gs)) {
    console.log(`FAILED ${plain(name)}: ${plain(/<Message>(.*?)<\/Message>/s.exec(result)?.[1] ?? 'no message')}`);
  }
}
// A process that crashed or hung may have reported only successes, or nothing at all.
if (exitCode !== '0' && counts.failed === 0) counts.failed = 1;
console.log(`SUM ${counts.passed} ${counts.failed} ${counts.skipped}`);

function plain(xml) {
  const text = xml.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ENTITIES[name]).replace(/&#x?[0-9a-f]+;|\s+/gi, ' ');
  return text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)}…` : text;
}
