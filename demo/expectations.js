import assert from 'node:assert/strict';

/** What must have come out of the committed bundle: the demo is a test as well. */
export function check({ run, output, received }) {
  const reasons = run.steps.map(({ job, exitReason }) => `${job} ${exitReason}`);
  expect('the run', run.state, 'success');
  expect('the steps', reasons, ['Sort success', 'Map success', 'Send fail', 'Report success', 'Summarise success']);
  expect('the patients stored', received.patients, output.stored.patients);
  expect('the observations stored', received.events, output.stored.observations);
  expect('the issues reported', received.outcomes.flatMap(({ issue }) => issue).length, output.refused.length);
  expect('every code of rejection', received.rejected.map(({ errorCode }) => errorCode), ['E1007', 'E1049', 'E1064']);
}

function expect(what, actual, expected) {
  const message = `It ended, but ${what} should be ${JSON.stringify(expected)}, and is ${JSON.stringify(actual)}`;
  assert.deepEqual(actual, expected, message);
}
