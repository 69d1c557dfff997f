// Parts what can be sent on from what cannot, with the reason, and never stops at a bad entry.
const isDate = text => {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?$/.exec(text ?? '') ?? [];
  if (!year) return false;
  const date = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  return date.getUTCMonth() === (month ?? 1) - 1 && date.getUTCDate() === Number(day ?? 1);
};

const faultOfPatient = ({ identifier, gender, birthDate }, today) => {
  if (!identifier?.some(({ system, value }) => system?.endsWith('/national') && value)) return 'has no national identifier';
  if (!['male', 'female', 'other', 'unknown'].includes(gender)) return `has gender '${gender}', which FHIR does not know`;
  if (birthDate && !isDate(birthDate)) return `is born on ${birthDate}, which no calendar has`;
  if (birthDate > today) return `is born on ${birthDate}, after the bundle was made`;
};

const faultOfObservation = ({ subject, effectiveDateTime, valueQuantity }, patients, refused) => {
  if (refused.has(subject.reference)) return 'belongs to a patient who was refused';
  if (!patients.has(subject.reference)) return 'belongs to nobody in the bundle';
  if (!isDate(effectiveDateTime)) return `was made on ${effectiveDateTime}, which no calendar has`;
  if (typeof valueQuantity?.value !== 'number') return `has the value '${valueQuantity?.value}', which is no number`;
};

const nameOf = ({ name: [{ given, family }] }) => `${given.join(' ')} ${family}`;
const titleOf = ({ code, effectiveDateTime }) => `${code.coding[0].display} of ${effectiveDateTime.slice(0, 10)}`;

fn(state => {
  const { entry, timestamp } = state.data;
  return { entry, today: timestamp.slice(0, 10), patients: [], observations: [], refused: [] };
});

each(
  $.entry.filter(({ resource }) => resource.resourceType === 'Patient'),
  fn(({ data, today, ...state }) => {
    const fault = faultOfPatient(data.resource, today);
    if (fault) state.refused.push({ id: data.fullUrl, who: nameOf(data.resource), fault });
    else state.patients.push({ url: data.fullUrl, ...data.resource });
    return { ...state, today };
  })
);

each(
  $.entry.filter(({ resource }) => resource.resourceType === 'Observation'),
  fn(({ data, ...state }) => {
    const known = new Set(state.patients.map(({ url }) => url));
    const refused = new Set(state.refused.map(({ id }) => id));
    const fault = faultOfObservation(data.resource, known, refused);
    if (fault) state.refused.push({ id: data.fullUrl, who: titleOf(data.resource), fault });
    else state.observations.push(data.resource);
    return state;
  })
);

fn(({ entry, patients, observations, refused }) => {
  console.log(`${entry.length} entries: ${patients.length} patients and ${observations.length} observations are valid, ${refused.length} entries are refused`);
  return { received: entry.length, patients, observations, refused };
});
