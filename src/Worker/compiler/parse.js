import { Parser } from 'acorn';
import { CompileError } from './compile-error.js';
import { Lines } from './lines.js';
import { linkNodes } from './syntax-tree.js';

/** Far beyond what people write, far below where the parser itself gives up for want of stack. */
const MAX_NESTING = 1000;

/**
 * The parser recurses on nesting; these are the methods through which every recursion passes. Counting there makes
 * the limit a property of the source instead of the stack that happens to be left.
 */
class BoundedParser extends Parser {
  nesting = 0;

  parseStatement(...args) {
    this.descend();
    const node = super.parseStatement(...args);
    this.nesting--;
    return node;
  }

  parseMaybeAssign(...args) {
    this.descend();
    const node = super.parseMaybeAssign(...args);
    this.nesting--;
    return node;
  }

  parseMaybeUnary(...args) {
    this.descend();
    const node = super.parseMaybeUnary(...args);
    this.nesting--;
    return node;
  }

  parseExprAtom(...args) {
    this.descend();
    const node = super.parseExprAtom(...args);
    this.nesting--;
    return node;
  }

  parseBindingAtom() {
    this.descend();
    const node = super.parseBindingAtom();
    this.nesting--;
    return node;
  }

  descend() {
    if (++this.nesting > MAX_NESTING) this.raise(this.start, 'The code is nested too deeply');
  }
}

/**
 * @typedef {object} Source
 * @property {string} text
 * @property {import('./syntax-tree.js').Node} program
 * @property {Map<number, number>} comments start and end of every comment
 * @property {Lines} lines
 */

/**
 * @param {string} text
 * @returns {Source}
 */
export function parse(text) {
  const comments = new Map();
  const lines = new Lines(text);
  const program = parseModule(text, (block, content, start, end) => comments.set(start, end));
  linkNodes(program);
  return { text, program, comments, lines };
}

function parseModule(text, onComment) {
  try {
    return BoundedParser.parse(text, { ecmaVersion: 'latest', sourceType: 'module', onComment });
  } catch (error) {
    if (error instanceof SyntaxError && error.loc) throw new CompileError(error.message, error.loc);
    throw error;
  }
}
