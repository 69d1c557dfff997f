// One tracker payload per patient, the observations as events of the enrolment.
const ATTRIBUTES = { nationalId: 'AuPLng5hLbE', given: 'sB1IHYu2xQT', family: 'ENRjVGxVL6l', sex: 'oindugucx72', birthDate: 'NI0QRzJvQ0k', phone: 'fctSQp5nAYl' };
const DATA_ELEMENTS = { '29463-7': 'UXz7xuGCEhU', '8310-5': 'eMyVanycQSC', '718-7': 'XzVxKhWGGzE' };
const PERSON = 'nEenWmSyUEp';
const PROGRAM = 'IpHINAT79UW';
const VISIT = 'A03MvHHogjR';

const SEXES = { male: 'Male', female: 'Female', other: 'Other', unknown: 'Unknown' };

/** FHIR lets a birth date be a year or a month; DHIS2 wants a day. */
const fullDate = date => date && [date, '01', '01'].join('-').slice(0, 10);

const attributesOf = ({ identifier, name: [name], gender, birthDate, telecom }) => {
  const values = {
    nationalId: identifier.find(({ system }) => system.endsWith('/national')).value,
    given: name.given.join(' '),
    family: name.family,
    sex: SEXES[gender],
    birthDate: fullDate(birthDate),
    phone: telecom?.find(({ system }) => system === 'phone')?.value,
  };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ attribute: ATTRIBUTES[key], value }));
};

const eventOf = (orgUnit, { code, effectiveDateTime, valueQuantity }) => ({
  programStage: VISIT,
  orgUnit,
  occurredAt: effectiveDateTime.slice(0, 10),
  status: 'COMPLETED',
  dataValues: [{ dataElement: DATA_ELEMENTS[code.coding[0].code], value: String(valueQuantity.value) }],
});

const enrollmentOf = (orgUnit, events) => {
  const since = events.map(({ occurredAt }) => occurredAt).sort()[0] ?? '2024-10-31';
  return { program: PROGRAM, orgUnit, enrolledAt: since, occurredAt: since, status: 'ACTIVE', events };
};

fn(state => ({ ...state, payloads: [] }));

each(
  $.patients,
  fn(state => {
    const patient = state.data;
    const orgUnit = patient.managingOrganization.identifier.value;
    const events = state.observations
      .filter(({ subject }) => subject.reference === patient.url)
      .map(observation => eventOf(orgUnit, observation));
    const trackedEntity = {
      trackedEntityType: PERSON,
      orgUnit,
      attributes: attributesOf(patient),
      enrollments: [enrollmentOf(orgUnit, events)],
    };
    state.payloads.push({ id: patient.url, who: `${patient.name[0].given[0]} ${patient.name[0].family}`, trackedEntity });
    return state;
  })
);

fn(({ received, refused, payloads }) => {
  const events = payloads.flatMap(({ trackedEntity }) => trackedEntity.enrollments[0].events);
  console.log(`${payloads.length} tracked entities with ${events.length} events`);
  return { received, refused, payloads, stored: [], rejected: [] };
});
