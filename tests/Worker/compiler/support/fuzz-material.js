export const tokens = `
  $ $.a $?.b $[ fn fn( pull( each .then( .catch( .finally( ?. ) ( { } [ ] , ; : . ... => = == + - ! ~ / * ** % & | ^
  ? ?? && || < > 1 0n 1_0 "s" 's' \`t\` \`\${ }\` /r/ state s p _defer async await yield function class extends
  const let var if else for while do try catch finally return throw new delete typeof void in of import export default
  import( from as * { a } [a] (a) // /* */ #! #x static get set this super null true undefined debugger switch case
  break continue label: @ \\u0061 \u2028 \uFEFF é 😀
`.trim().split(/ +|\n\s*/).concat('\n', ' ', '\t', '\r\n', '\r');

export const corpus = [
  '',
  '// only a comment',
  '#!/usr/bin/env job\nfn(a)',
  "import { x } from 'y'\nconst z = 1\npull('/a').then(keep)",
  'const limit = 3;\nfn(trim);\nlet late = limit * 2;\nfunction trim(state) { return state; }',
  'pull(`/p/${$.id}`, { after: $.cursor, tags: [$.a, 1] });',
  'each($.rows, send("/r", { id: $.data.id, when: stamp($.data.at) }));',
  'pull($.rows.map(r => r.id), $.make($.seed), ($.a, $.b));',
  'fn(state => { pull($.a)(state); return state })',
  '(pull(x).catch(e)).then(a).catch((b, c)).finally(d);\nlet q',
  'fn(pull(x).then(a))(y).catch({ a: $.b }, 2).then($.c)',
  'fn(a);\nexport default [b(c).then(d), , ...e, ];',
  'fn(a)\nexport { fn as default } from "x"',
  'class A extends fn { static #x = 1; static { pull($.a) } get [each]() { return super.x } }',
  'label: for (const fn of [1, 2]) { if (fn) continue label; else break label }',
  'const table = { a: $.x, b: { c: fn } }, { d = 1, ...rest } = table;',
  'await Promise.all([fn(1).then(2)]);\nexport const version = 2;\nexport * from "z"',
  'try { fn($.a) } catch ($) { g($.b) } finally { op(1).then(2) }',
  'fn(async state => { for await (const x of y) await x; return `${state}` })\n[1].map(fn)',
  'function* g() { yield pull($.a) }\n$.run()\nconst v = $.rows.filter(f)',
];
