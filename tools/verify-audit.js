// Checks an export of the audit trail without the cluster: node tools/verify-audit.js audit.ndjson checkpoints.json [public.pem]
//   audit.ndjson      GET /v1/audit with Accept: application/x-ndjson, whole (no filter)
//   checkpoints.json  GET /v1/audit/checkpoints
//   public.pem        the key that you keep; without it the one in checkpoints.json is believed
// Exit code 0 if every entry leads to the next and to each signed checkpoint, 1 if not. The format is in docs/audit.md.

import crypto from 'node:crypto';
import fs from 'node:fs';
import readline from 'node:readline';

const DETAILS = '"details":';

function field(text) {
  const length = Buffer.alloc(4);
  if (text === undefined || text === null) return (length.writeUInt32BE(0xffffffff), length);
  const bytes = Buffer.from(text, 'utf8');
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** 2030-01-31T08:15:30.1234567+00:00 as microseconds since 1970. */
function microseconds(at) {
  const fraction = (/\.(\d+)/.exec(at)?.[1] ?? '').padEnd(6, '0').slice(0, 6);
  return (BigInt(Date.parse(at.replace(/\.\d+/, ''))) * 1000n + BigInt(fraction)).toString();
}

function digest(line, entry) {
  const at = line.indexOf(DETAILS);
  const { actor, item } = entry;
  const fields = [
    'audit-entry-v1', entry.id, microseconds(entry.at), actor.kind, actor.id, actor.via, actor.tokenId, actor.address, actor.requestId,
    entry.action, entry.outcome, entry.projectId, item?.type, item?.id, at < 0 ? undefined : line.slice(at + DETAILS.length, -1),
  ];
  return crypto.createHash('sha256').update(Buffer.concat(fields.map(field))).digest();
}

function next(before, position, entry) {
  const place = Buffer.alloc(8);
  place.writeBigInt64BE(BigInt(position));
  return crypto.createHash('sha256').update(Buffer.concat([Buffer.from(before, 'hex'), place, entry])).digest('hex');
}

async function main([trail, signed, pem]) {
  const { items, key } = JSON.parse(fs.readFileSync(signed, 'utf8'));
  const publicKey = crypto.createPublicKey(pem ? fs.readFileSync(pem) : key.pem);
  const checkpoints = new Map(items.map(point => [point.position, point]));
  const problems = [];
  let head = '0'.repeat(64);
  let position = 0;
  let met = 0;
  for await (const line of readline.createInterface({ input: fs.createReadStream(trail), crlfDelay: Infinity })) {
    const entry = JSON.parse(line);
    if (entry.position === undefined) continue;
    if (entry.position !== position + 1) problems.push(`position ${position + 1} is not there`);
    else if (next(head, entry.position, digest(line, entry)) !== entry.hash) problems.push(`entry ${entry.id} at position ${entry.position} is not what was chained`);
    ({ position, hash: head } = entry);
    const point = checkpoints.get(position);
    if (!point) continue;
    met++;
    const valid = crypto.verify('sha256', Buffer.from(point.text), publicKey, Buffer.from(point.signature, 'base64'));
    const says = `${point.number}\n${position}\n${head}\n`;
    if (!valid || !point.text.includes(`\n${says}`)) problems.push(`checkpoint ${point.number} does not fit`);
  }

  for (const problem of problems.slice(0, 100)) console.log(problem);
  console.log(`${position} entries, ${met} of ${items.length} checkpoints, ${problems.length} problems`);
  return problems.length === 0 && met === items.length ? 0 : 1;
}

main(process.argv.slice(2)).then(code => process.exit(code));
