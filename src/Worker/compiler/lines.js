const TERMINATORS = /\r\n|[\n\r\u2028\u2029]/g;

/** Offsets to lines and columns, with the line terminators of ECMAScript, as the parser and V8 count them. */
export class Lines {
  /** @param {string} text */
  constructor(text) {
    this.starts = [0];
    for (const match of text.matchAll(TERMINATORS)) this.starts.push(match.index + match[0].length);
  }

  /**
   * @param {number} offset
   * @returns {{ line: number, column: number }} line from 1, column from 0
   */
  at(offset) {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - this.starts[low] };
  }
}
