// Every page of documentation: links lead somewhere, and the files that its text names exist. One test per page.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(line => line !== '');
const files = git('ls-files', '--cached', '--others', '--exclude-standard').filter(existsSync);
const names = new Set(files.map(file => basename(file)));
/** What the text may name although it exists only after a build or a start. */
const MADE = /^(data|artifacts|bin|obj|node_modules)\/|\.(dll|db)$/;
const FILE = /^[\w@.-]+(\/[\w@.-]+)*\.(cs|csproj|sln|props|js|json|jsonl|md|sql|conf|yaml|yml|sh|txt)$/;

let passed = 0;
const failures = files.filter(file => file.endsWith('.md')).filter(page => {
  const faults = faultsOf(page);
  for (const fault of faults) console.log(`${page}: ${fault}`);
  passed += faults.length === 0 ? 1 : 0;
  return faults.length > 0;
});
console.log(`SUM ${passed} ${failures.length} 0`);

function faultsOf(page) {
  const text = readFileSync(page, 'utf8');
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  return [
    ...linksOf(prose).filter(link => !leads(page, link)).map(link => `the link ${link} leads nowhere`),
    ...filesNamedIn(prose).filter(name => !exists(page, name)).map(name => `the file ${name} does not exist`),
  ];
}

function linksOf(text) {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter(link => !/^[a-z]+:/.test(link));
}

function filesNamedIn(text) {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code).filter(code => FILE.test(code) && !MADE.test(code));
}

function leads(page, link) {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
}

/** The way GitHub names headings. */
function anchorsOf(text) {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

/** A path from the page, from the root or from a source folder; a name alone may be anywhere. */
function exists(page, name) {
  return name.includes('/')
    ? [dirname(page), '.', 'src'].some(base => existsSync(join(base, name)))
    : names.has(name);
}
