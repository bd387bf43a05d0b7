import { expect, test } from 'vitest';
import { areTwins } from '../../src/core/twins.ts';

const press = {
  id: 'motir/2-1200',
  source: 'motir',
  key: '2-1200',
  title: 'Korea and U.S. discuss critical minerals and energy cooperation',
  date: '2023-01-11',
};
const photo = { ...press, id: 'motir/1-1700', key: '1-1700', date: '2023-01-10' };

test.each([
  { case: 'the same title on the other board a day before', other: {}, is: true },
  { case: 'a longer title', other: { title: `${press.title} at a forum in Washington` }, is: true },
  {
    case: 'a shorter title of its words',
    other: { title: 'Critical minerals and energy cooperation with U.S.' },
    is: true,
  },
  { case: 'three days apart', other: { date: '2023-01-14' }, is: true },
  { case: 'four days apart', other: { date: '2023-01-15' }, is: false },
  { case: 'the same board', other: { key: '2-1199' }, is: false },
  { case: 'another source', other: { source: 'meti' }, is: false },
  { case: 'another event', other: { title: 'Minister visits critical battery plant in Pohang' }, is: false },
  { case: 'two words are no likeness', other: { title: 'Energy cooperation' }, is: false },
  { case: 'no day', other: { date: null }, is: false },
  { case: 'a key that names no board', other: { key: 'https://a.example/1' }, is: false },
  { case: 'itself', other: { id: press.id }, is: false },
])('39. $case: $is', ({ other, is }) => {
  expect(areTwins(press, { ...photo, ...other })).toBe(is);
  expect(areTwins({ ...photo, ...other }, press)).toBe(is);
});
