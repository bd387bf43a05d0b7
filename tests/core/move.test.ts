import { expect, test } from 'vitest';
import { addressOf, judgeMove, type Move } from '../../src/core/move.ts';

const FROM = 'https://old.example/list';
const TO = 'https://new.example/list';
const at = (hours: number) => Temporal.Instant.from('2026-03-02T00:00:00Z').add({ hours }).toString();

/** The move after polls at these hours, each with where its redirects led. */
function after(polls: readonly (readonly [hours: number, moved: string | undefined])[]): Move | null {
  let move: Move | null = null;
  for (const [hours, moved] of polls) {
    const asked = addressOf(FROM, move, 0);
    move = judgeMove(move, { from: FROM, asked, moved: asked === moved ? undefined : moved }, at(hours));
  }
  return move;
}

test('29. a permanent redirect is recorded, and good after three polls over more than a day', () => {
  expect(after([[0, TO]])).toEqual({ from: FROM, to: TO, since: at(0), polls: 1, switchedAt: null });
  expect(
    after([
      [0, TO],
      [12, TO],
      [24, TO],
    ]),
  ).toMatchObject({ polls: 3, switchedAt: null });
  expect(
    after([
      [0, TO],
      [25, TO],
    ]),
  ).toMatchObject({ polls: 2, switchedAt: null });
  expect(
    after([
      [0, TO],
      [12, TO],
      [25, TO],
    ]),
  ).toMatchObject({ polls: 3, since: at(0), switchedAt: at(25) });
});

test('16. led there first while our clock was ahead, it is good a day after the clock was put right', () => {
  const polls = [900, 0, 12, 25].map(hour => [hour, TO] as const);
  expect(after(polls.slice(0, 3))).toMatchObject({ polls: 3, since: at(0), switchedAt: null });
  expect(after(polls)).toMatchObject({ polls: 4, switchedAt: at(25) });
});

test('29. another place, or none, begins anew', () => {
  expect(
    after([
      [0, TO],
      [12, 'https://new.example/other'],
      [25, TO],
    ]),
  ).toMatchObject({ polls: 1, since: at(25) });
  expect(
    after([
      [0, TO],
      [12, undefined],
      [25, TO],
    ]),
  ).toMatchObject({ polls: 1, since: at(25) });
  expect(
    after([
      [0, TO],
      [12, TO],
      [25, undefined],
    ]),
  ).toBe(null);
  expect(after([[0, FROM]]), 'a circle that ends where it began').toBe(null);
});

const switched = after([
  [0, TO],
  [12, TO],
  [25, TO],
]);

test('a source that has moved is asked there, and at its own address while it is in trouble', () => {
  expect(addressOf(FROM, switched, 0)).toBe(TO);
  expect(addressOf(FROM, switched, 1)).toBe(FROM);
  expect(addressOf(FROM, after([[0, TO]]), 0)).toBe(FROM);
  expect(addressOf('https://third.example/', switched, 0), 'the configuration has changed').toBe(
    'https://third.example/',
  );
});

test('once it has moved it stays there, until its own address answers itself or leads elsewhere', () => {
  const next = (asked: string, moved?: string) => judgeMove(switched, { from: FROM, asked, moved }, at(50));
  expect(next(TO)).toEqual(switched);
  expect(next(FROM, TO)).toMatchObject({ to: TO, switchedAt: at(25) });
  expect(next(FROM)).toBe(null);
  expect(next(TO, 'https://third.example/')).toMatchObject({
    to: 'https://third.example/',
    polls: 1,
    switchedAt: null,
  });
  expect(judgeMove(switched, { from: TO, asked: TO, moved: undefined }, at(50)), 'written down').toBe(null);
});
