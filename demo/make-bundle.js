#!/usr/bin/env node
// Writes bundle.json: patients and observations of one month from five facilities, with the mistakes such data has.
// The same bytes every time, so that a change of the data is a change somebody made here.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const NATIONAL_ID = 'https://ids.health.example/national';
const FACILITY_RECORD = 'https://ids.health.example/facility-record';
const FACILITIES = ['KLF-01', 'KLF-02', 'MBL-04', 'NGE-07', 'SRT-11'];

/** given name, family name, gender, birth date, telephone */
const PEOPLE = [
  ['Achieng', 'Odhiambo', 'female', '1991-03-14', '+254 722 014 331'],
  ['Wanjiru', 'Kamau', 'female', '1986-11-02', '+254 733 918 204'],
  ['Kipchoge', 'Cheruiyot', 'male', '1979-07-21'],
  ['Amina', 'Hassan', 'female', '2001-01-30', '+252 61 555 0147'],
  ['Nakato', 'Ssemwogerere', 'female', '1995-05-09', '+256 772 450 118'],
  ['Okello', 'Opio', 'male', '1968'],
  ['Chukwuemeka', 'Okafor', 'male', '1983-09-17', '+234 803 555 0192'],
  ['Ngozi', 'Eze', 'female', '1998-12-25', '+234 805 555 0110'],
  ['Folasade', 'Adeyemi', 'female', '1974-04-04'],
  ['Musa', 'Ibrahim', 'male', undefined, '+234 706 555 0161'],
  ['Abebe', 'Tesfaye', 'male', '1990-08-08', '+251 911 555 013'],
  ['Selamawit', 'Gebremariam', 'female', '2004-02-29', '+251 912 555 087'],
  ['Tadesse', 'Alemu', 'M', '1988-06-11'],
  ['Thandiwe', 'Nkosi', 'female', '1993-10-19', '+27 82 555 0175'],
  ['Sipho', 'Dlamini', 'male', '1965-03-03', '+268 7655 0129'],
  ['Chisomo', 'Banda', 'female', '2019-05-27'],
  ['Mphatso', 'Phiri', 'male', '2021-09-01'],
  ['Fatoumata', 'Diallo', 'female', '1982-02-12', '+224 622 55 01 33'],
  ['Mamadou', 'Traoré', 'male', '1987-02-30', '+223 66 55 01 20'],
  ['Aïssatou', 'Ndiaye', 'female', '1999-07-07', '+221 77 555 01 44'],
  ['Kofi', 'Mensah', 'male', undefined, '+233 24 555 0186'],
  ['Akosua', 'Boateng', 'female', '1989-01-16', 'call the neighbour'],
  ['Hery', 'Rakotomalala', 'male', '1977-12-05'],
  ['Vola', 'Andriamanana', 'female', '2087-04-18', '+261 34 55 501 22'],
  ['Rahel', 'Mukamana', 'female', '1996-06-23', '+250 788 555 019'],
  ['Jean-Bosco', 'Habimana', 'male', '1972-10-10'],
  ['Sunita', 'Tamang', 'female', '1994-08-15', '+977 984 155 5012'],
  ['Bishnu', 'Gurung', 'male', '1981-05-01', '+977 985 155 5077'],
  ['Rahima', 'Begum', 'female', undefined, '+880 1711 555 019'],
  ['Abdul', 'Karim', 'male', '1959-11-11'],
  ['Lakshmi', 'Perera', 'female', '2000-03-22', '+94 71 555 0133'],
  ['Nguyễn', 'Thị Hoa', 'female', '1985-09-29', '+84 91 555 01 20'],
  ['Somchai', 'Phommachanh', 'male', '1992-07-13', '+856 20 5555 0188'],
  ['Siti', 'Rahmawati', 'female', '1997-04-26', '+62 812 5550 1177'],
  ['Budi', 'Santoso', 'male', undefined],
  ['Nakato', 'Semwogerere', 'female', '1995-05-09', '+256 772 450 118'],
  ['Maria', 'Soares', 'female', '1990-12-31', '+670 7755 0142'],
  ['Tevita', 'Fonua', 'male', '1984-01-08'],
  ['Zainab', 'Kamara', 'female', '2003-06-06', '+232 76 555 014'],
  ['Emmanuel', 'Kollie', 'other', '1976-08-24', '+231 77 555 0119'],
];

/** What is wrong with whom, by position; the rest is well formed. */
const WITHOUT_IDENTIFIER = [6, 16];
const SAME_PERSON_AGAIN = { 35: 4 };
const UNKNOWN_FACILITY = { 29: 'XXX-99' };

const MEASURES = [
  { code: '29463-7', display: 'Body weight', unit: 'kg', of: n => 8 + (n * 37) % 710 / 10 },
  { code: '8310-5', display: 'Body temperature', unit: 'Cel', of: n => 36 + (n * 13) % 34 / 10 },
  { code: '718-7', display: 'Hemoglobin', unit: 'g/dL', of: n => 7 + (n * 29) % 80 / 10 },
];

const uuidOf = text => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const patientUrl = n => `urn:uuid:${uuidOf(`patient ${n}`)}`;
const pad = (number, length) => String(number).padStart(length, '0');

function identifiers(n) {
  if (WITHOUT_IDENTIFIER.includes(n)) return undefined;
  const person = SAME_PERSON_AGAIN[n] ?? n;
  return [
    { use: 'official', system: NATIONAL_ID, value: `NIN-${pad(48_213_000 + person * 7_919, 9)}` },
    { use: 'usual', system: FACILITY_RECORD, value: `${facilityOf(n)}/${pad(n + 1, 4)}` },
  ];
}

function facilityOf(n) {
  return UNKNOWN_FACILITY[n] ?? FACILITIES[n % FACILITIES.length];
}

function patient([given, family, gender, birthDate, phone], n) {
  return {
    fullUrl: patientUrl(n),
    resource: {
      resourceType: 'Patient',
      identifier: identifiers(n),
      active: true,
      name: [{ use: 'official', family, given: [given] }],
      telecom: phone && [{ system: 'phone', value: phone, use: 'mobile' }],
      gender,
      birthDate,
      managingOrganization: { identifier: { value: facilityOf(n) } },
    },
    request: { method: 'POST', url: 'Patient' },
  };
}

/** Sixty visits: some people come twice. */
function observation(n) {
  const measure = MEASURES[n % MEASURES.length];
  return {
    fullUrl: `urn:uuid:${uuidOf(`observation ${n}`)}`,
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: measure.code, display: measure.display }] },
      subject: { reference: n === 51 ? `urn:uuid:${uuidOf('nobody')}` : patientUrl((n * 11) % PEOPLE.length) },
      effectiveDateTime: n === 20 ? '2024-13-05' : `2024-10-${pad(1 + (n * 5) % 31, 2)}T${pad(8 + n % 9, 2)}:30:00+03:00`,
      valueQuantity: {
        value: n === 34 ? '36,8' : Math.round(measure.of(n) * 10) / 10,
        unit: measure.unit,
        system: 'http://unitsofmeasure.org',
        code: measure.unit,
      },
    },
    request: { method: 'POST', url: 'Observation' },
  };
}

const bundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  timestamp: '2024-11-01T06:00:00+03:00',
  entry: [...PEOPLE.map(patient), ...Array.from({ length: 60 }, (_, n) => observation(n))],
};
writeFileSync(new URL('bundle.json', import.meta.url), `${JSON.stringify(bundle, null, 1)}\n`);
