import { createService, createYear } from './factories/index.ts';
import { as, type Person } from './harness/as.ts';
import { expectProblem } from './harness/problems.ts';
import { beforeAll, expect, test } from 'vitest';

/** One rule for every text that people write: what cannot be seen is refused, in words, at its field. */

const unseen = {
  'a soft hyphen': '\u00ad',
  'an Arabic letter mark': '\u061c',
  'a grapheme joiner': '\u034f',
  'a Hangul filler': '\u3164',
  'a vowel separator': '\u180e',
  'a space of no width': '\u200b',
  'a mark of direction': '\u200f',
  'an isolate': '\u2066',
  'a byte order mark': '\ufeff',
  'a tag': '\u{e0041}',
  'a line separator': '\u2028',
  'a C1 control': '\u0085',
  'an escape': '\u001b',
  'a Braille blank': '\u2800',
};
let approver: Person;
let admin: Person;
let serviceId = 0;
beforeAll(async () => {
  await createYear('FY26');
  [approver, admin] = [await as('Approver'), await as('Admin')];
  serviceId = (await createService()).id;
});

const fields: Record<string, [pointer: string, send: (text: string) => PromiseLike<unknown>]> = {
  'a UID': ['/uid', (uid) => approver.post('/api/services').send({ uid })],
  'a name of a service': ['/service', (service) => approver.post('/api/services').send({ uid: 'U-1', service })],
  'a description': ['/description', (description) => approver.post('/api/services').send({ uid: 'U-1', description })],
  'a name of a vendor': ['/name', (name) => approver.post('/api/vendors').send({ name })],
  'a name of a person': ['/name', (name) => admin.post('/api/users').send({ name, email: 'a@example.com', role: 'Viewer', entityIds: null })], // prettier-ignore
  'an e-mail address': ['/email', (email) => admin.post('/api/users').send({ name: 'A', email: `${email}@example.com`, role: 'Viewer', entityIds: null })], // prettier-ignore
  'a remark': ['/text', (text) => approver.post(`/api/services/${serviceId}/remarks`).send({ text })],
  'a reason': ['/reason', (reason) => approver.post(`/api/services/${serviceId}/retire`).set('if-match', '"v1"').send({ reason })], // prettier-ignore
};

test.each(Object.keys(fields))('%s has no character that cannot be seen', async (field) => {
  const [pointer, send] = fields[field]!;
  for (const [what, character] of Object.entries(unseen)) {
    const answer = (await send(`Ac${character}me is it`.replace(/ /g, pointer === '/email' ? '' : ' '))) as Parameters<
      typeof expectProblem
    >[0];
    expect([what, expectProblem(answer, 422).errors?.[0]]).toEqual([
      what,
      { pointer, code: expect.any(String), message: expect.stringMatching(/cannot be seen/) },
    ]);
  }
});

test('free text keeps its lines, emoji and the joiners of Indic scripts; a name does not', async () => {
  for (const text of [
    'One\n\ttwo\r\nthree',
    'Fine \u2764\ufe0f \u{1f468}\u200d\u{1f469}',
    '\u0915\u094d\u200d\u0937',
  ]) {
    const { body } = await approver.post(`/api/services/${serviceId}/remarks`).send({ text }).expect(201);
    expect(body.text).toBe(text);
    expectProblem(await approver.post('/api/vendors').send({ name: text }), 422);
  }
});
