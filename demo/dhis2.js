import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';

const FACILITIES = ['KLF-01', 'KLF-02', 'MBL-04', 'NGE-07', 'SRT-11'];
const NATIONAL_ID = 'AuPLng5hLbE';
const PHONE = 'fctSQp5nAYl';
const MAX_BODY = 1 << 20;

/**
 * The outside world of the demo on one loopback port: a DHIS2 tracker (`/api/tracker`) and the FHIR server of the bundle's
 * sender (`/fhir/OperationOutcome`), each with its own basic authentication. Codes and words are DHIS2's.
 */
export async function startDhis2() {
  const world = { ids: new Set(), received: { requests: 0, patients: 0, events: 0, rejected: [], outcomes: [] } };
  const users = { api: password(), fhir: password() };
  const server = createServer((request, response) => answer(request, response, users, world));
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    received: world.received,
    credentials: {
      dhis2: { baseUrl: url, username: 'cluster-demo', password: users.api },
      sender: { baseUrl: url, apiPath: '/fhir', username: 'cluster-reports', password: users.fhir },
    },
    close: () => new Promise(resolve => { server.close(resolve); server.closeAllConnections(); }),
  };
}

const password = () => randomBytes(18).toString('base64url');

async function answer(request, response, users, world) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const route = `${request.method} ${pathname}`;
  if (route === 'POST /api/tracker') return guarded('cluster-demo', users.api, body => track(body, world));
  if (route === 'POST /fhir/OperationOutcome') return guarded('cluster-reports', users.fhir, body => file(body, world));
  return reply(404, { httpStatus: 'Not Found', httpStatusCode: 404, status: 'ERROR' });

  async function guarded(user, secret, handle) {
    world.received.requests += 1;
    const expected = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    if (request.headers.authorization !== expected) return reply(401, { httpStatusCode: 401, status: 'ERROR', message: 'Unauthorized' });
    const body = await read(request);
    if (body === undefined) return reply(400, { httpStatusCode: 400, status: 'ERROR', message: 'Not JSON' });
    const { status, content } = handle(body);
    return reply(status, content);
  }

  function reply(status, content) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  }
}

async function read(request) {
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > MAX_BODY) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All of a request or nothing of it, as DHIS2 imports. */
function track({ trackedEntities = [] }, { ids, received }) {
  const errorReports = trackedEntities.flatMap(entity => faultsOf(entity, ids));
  const total = trackedEntities.reduce((sum, entity) => sum + countOf(entity), 0);
  if (errorReports.length > 0) {
    received.rejected.push(...errorReports);
    return { status: 409, content: { status: 'ERROR', validationReport: { errorReports, warningReports: [] }, stats: statsOf(0, total) } };
  }
  for (const entity of trackedEntities) {
    ids.add(attribute(entity, NATIONAL_ID));
    received.patients += 1;
    received.events += entity.enrollments.flatMap(({ events }) => events).length;
  }
  return { status: 200, content: { status: 'OK', validationReport: { errorReports: [], warningReports: [] }, stats: statsOf(total, total) } };
}

const statsOf = (created, total) => ({ created, updated: 0, deleted: 0, ignored: total - created, total });
const countOf = ({ enrollments }) => 1 + enrollments.length + enrollments.flatMap(({ events }) => events).length;
const attribute = ({ attributes }, id) => attributes.find(({ attribute }) => attribute === id)?.value;

function faultsOf(entity, ids) {
  const id = attribute(entity, NATIONAL_ID);
  const phone = attribute(entity, PHONE);
  const faults = [];
  const fault = (errorCode, message) => faults.push({ errorCode, message, trackerType: 'TRACKED_ENTITY' });
  if (!FACILITIES.includes(entity.orgUnit)) fault('E1049', `Could not find OrganisationUnit: \`${entity.orgUnit}\`, linked to TrackedEntity.`);
  if (ids.has(id)) fault('E1064', `Non-unique attribute value \`${id}\` for attribute \`${NATIONAL_ID}\``);
  if (phone && !/^[+0-9 ()-]{6,50}$/.test(phone)) fault('E1007', 'Error validating attribute value type: `PHONE_NUMBER`; Error: `value_not_phone_number`.');
  return faults;
}

function file(outcome, { received }) {
  const id = `outcome-${received.outcomes.length + 1}`;
  received.outcomes.push({ ...outcome, id });
  return { status: 201, content: { ...outcome, id } };
}
