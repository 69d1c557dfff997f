import { createRequire } from 'node:module';

/** The packages are installed beside the worker, out of reach of the ordinary lookup from here. */
const require = createRequire(new URL('../../../../src/Worker/package.json', import.meta.url));

export const acorn = require('acorn');
export const { TraceMap, decodedMappings, originalPositionFor } = require('@jridgewell/trace-mapping');
