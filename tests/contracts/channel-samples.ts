import fc from 'fast-check';
import type { Card, Note, Roundup } from '../../src/core/card.ts';

/** 20 base32 characters, as a message key is. */
export const KEY = 'abcdefghij234567abcd';

/** A plain card; the contract and the channels' own tests change what they are about. */
export const CARD: Card = {
  kind: 'alert',
  release: 'sample/2-2441',
  revision: 1,
  title: 'Korea and Freedonia Discuss Steel',
  url: 'https://gov.example/news/2441?a=1&b=2',
  source: 'MOTIR',
  date: '2025-12-01',
  labels: ['talks', 'Freedonia', 'steel'],
  lead: 'The minister met with her counterpart & spoke about steel.',
  text: 'The minister met with her counterpart & spoke about steel.\n\nThey will meet again.',
  attachments: [{ name: 'Notes.pdf', url: 'https://gov.example/notes.pdf', type: 'application/pdf', bytes: 123_456 }],
  why: [
    {
      subscription: 12,
      query: 'country:fr steel',
      createdBy: 'config',
      clauses: [{ clause: 'country:fr', evidence: [{ where: 'title', words: 'Freedonia' }] }],
    },
  ],
  style: 'card',
  mention: [],
};

/** A plain digest. */
export const ROUNDUP: Roundup = {
  kind: 'digest',
  title: 'Daily digest, 4 Dec 2025: 2 releases',
  url: 'https://gwanbo.example/',
  mention: [],
  sections: [
    {
      heading: 'Steel',
      lines: [
        {
          release: 'sample/2-2441',
          title: 'Korea and Freedonia Discuss Steel',
          url: 'https://gov.example/news/2441',
          source: 'MOTIR',
          date: '2025-12-01',
          labels: ['talks', 'Freedonia'],
          why: 'country:fr · #12',
        },
      ],
    },
    {
      heading: null,
      lines: [
        {
          release: 'sample/2-2442',
          title: 'Exports Rose',
          url: null,
          source: 'MOTIR',
          date: null,
          labels: [],
          why: '#3',
          correction: 'Corrected 2025-12-04 14:20 KST: number changed',
        },
      ],
    },
  ],
};

/** A plain note: of sixteen words before the change the six nearest are shown. */
export const NOTE: Note = {
  kind: 'note',
  title: "Corrected 2025-12-04 14:20 KST: Minister's name changed",
  pieces: [
    { is: 'same', words: 'a b c d e f g h i j k l m n the minister' },
    { is: 'gone', words: 'Kim' },
    { is: 'new', words: 'Lee' },
    { is: 'same', words: 'met her counterpart' },
  ],
};

export const NASTY = [
  '@everyone @here @channel',
  '<!channel> <!here> <!everyone>',
  '<@U1> <@U0ANA|ana> <@&123456789> <@123456789>',
  '<!subteam^S0TRADE|@trade> <#C0TRADE|trade>',
  '[x](https://evil.example) <https://evil.example|gov.example> https://evil.example',
  '`code` ```block``` *bold* _it_ ~no~ > quote\n# head\n- list || spoiler ||',
  '&amp; &lt;!channel&gt; & < >',
  '👩‍👩‍👧‍👦👩🏽‍🚀🇰🇷'.repeat(40),
  '산업통상자원부는 철강 관세에 관하여 협의하였다. '.repeat(60),
  'x'.repeat(6001),
  'e\u0301\u0323'.repeat(2000),
  '\ud800 lone \udfff',
  'a\u0000b\u0007c\u202egnp.exe\u2066',
  '',
  ' \n\t ',
];

const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 400 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map(parts => parts.join(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);

const hostileUrls = fc.oneof(
  fc.constant(null),
  fc.webUrl(),
  fc.constantFrom('javascript:alert(1)', `https://e.example/${'a'.repeat(4000)}`, 'https://e.example/?a=<b>|c'),
);
const hostileDates = fc.oneof(fc.constantFrom(null, '2025-12-01', '2025-13-40'), hostileText);

/** Digests and groups of the same. */
export const hostileRoundups: fc.Arbitrary<Roundup> = fc.record({
  kind: fc.constantFrom('digest' as const, 'group' as const),
  title: hostileText,
  url: hostileUrls,
  mention: fc.constant([]),
  sections: fc.array(
    fc.record({
      heading: fc.oneof(fc.constant(null), hostileText),
      lines: fc.array(
        fc.record(
          {
            release: fc.constant('sample/2-2441'),
            title: hostileText,
            url: hostileUrls,
            source: hostileText,
            date: hostileDates,
            labels: fc.array(hostileText, { maxLength: 8 }),
            why: hostileText,
            correction: hostileText,
          },
          { requiredKeys: ['release', 'title', 'url', 'source', 'date', 'labels', 'why'] },
        ),
        { maxLength: 6 },
      ),
    }),
    { maxLength: 6 },
  ),
});

/** What a correction changed, in the words of the same. */
export const hostileNotes: fc.Arbitrary<Note> = fc.record({
  kind: fc.constant('note' as const),
  title: hostileText,
  pieces: fc.array(
    fc.record({ is: fc.constantFrom('same' as const, 'gone' as const, 'new' as const), words: hostileText }),
    { maxLength: 12 },
  ),
});

/** Cards with the worst that a source can list; the mentions are none, so nobody may be called. */
export const hostileCards: fc.Arbitrary<Card> = fc.record({
  replay: fc.record({
    query: hostileText,
    clauses: fc.array(fc.record({ clause: hostileText, evidence: fc.constant([]) }), { maxLength: 5 }),
  }),
  correction: hostileText,
  kind: fc.constantFrom('alert' as const, 'test' as const),
  release: fc.constant('sample/2-2441'),
  revision: fc.nat(9),
  title: hostileText,
  url: hostileUrls,
  source: hostileText,
  date: hostileDates,
  labels: fc.array(hostileText, { maxLength: 30 }),
  figures: fc.array(hostileText, { maxLength: 6 }),
  lead: hostileText,
  text: fc.array(hostileText, { maxLength: 40 }).map(parts => parts.join('\n\n')),
  attachments: fc.array(
    fc.record({
      name: hostileText,
      url: fc.oneof(fc.webUrl(), fc.constant('file:///etc/passwd')),
      type: fc.oneof(fc.constant(null), hostileText),
      bytes: fc.oneof(fc.constant(null), fc.nat()),
    }),
    { maxLength: 15 },
  ),
  why: fc.array(
    fc.record({
      subscription: fc.nat(),
      query: hostileText,
      createdBy: fc.oneof(fc.constantFrom('config', 'cli', 'slack:U0ANA', 'discord:123456789'), hostileText),
      clauses: fc.array(
        fc.record({
          clause: hostileText,
          evidence: fc.array(
            fc.record({ where: fc.constantFrom('title' as const, 'body' as const), words: hostileText }),
            { maxLength: 3 },
          ),
        }),
        { maxLength: 5 },
      ),
    }),
    { maxLength: 8 },
  ),
  style: fc.constantFrom('card' as const, 'compact' as const, 'full' as const),
  mention: fc.constant([]),
});
