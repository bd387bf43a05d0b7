import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../../src/ports/source.ts';
import type { FakeBoard } from '../support/fake-board.ts';
import { endOf, itemsOf } from '../support/sources.ts';

/** A source of any kind over a site of ours, and what the suite needs to do to that site. */
export interface SourceUnderTest {
  readonly source: Source;
  /** Puts a release on top. */
  publish(title: string, date: string): void;
  /** The faults of the site, whatever it serves. */
  readonly site: Pick<FakeBoard, 'fail' | 'heal' | 'requests' | 'etag'>;
  /** How many documents were handed to the threads that read. */
  documentsRead(): number;
  close(): Promise<void>;
}

/** What every kind of source keeps, whatever it reads. */
export function sourceContract(kind: string, open: () => Promise<SourceUnderTest>): void {
  describe(`${kind}: as every source`, () => {
    let on: SourceUnderTest;
    beforeEach(async () => {
      on = await open();
      on.publish('First of the talks', '2025-12-02');
      on.publish('Second of the talks', '2025-12-03');
      on.publish('Third of the talks', '2025-12-04');
    });
    afterEach(() => on.close());

    test('gives what is listed, newest first, as whole items', async () => {
      const items = itemsOf(await on.source.read(null));
      expect(items.map(item => item.title)).toEqual([
        'Third of the talks',
        'Second of the talks',
        'First of the talks',
      ]);
      expect(items.map(item => item.date?.slice(0, 10))).toEqual(['2025-12-04', '2025-12-03', '2025-12-02']);
      for (const item of items) {
        expect(item.text).toContain('The talks were held');
        expect(item.url === null || URL.canParse(item.url)).toBe(true);
      }
    });

    test('reads the same twice', async () => {
      expect(await on.source.read(null)).toEqual(await on.source.read(null));
    });

    test('21. says unchanged while nothing changed, and reads again when something did', async () => {
      const first = await on.source.read(null);
      if (first.is !== 'items') throw new Error('no items');
      const read = on.documentsRead();
      const second = await on.source.read(first.validators);
      expect(second).toEqual({ is: 'unchanged', validators: first.validators });
      expect(on.documentsRead(), 'nothing was parsed').toBe(read);
      on.publish('Fourth of the talks', '2025-12-05');
      expect(itemsOf(await on.source.read(first.validators))[0]?.title).toBe('Fourth of the talks');
    });

    test('21. the same bytes without any validators are no work either', async () => {
      on.site.etag = false;
      const first = await on.source.read(null);
      if (first.is !== 'items') throw new Error('no items');
      const read = on.documentsRead();
      expect((await on.source.read(first.validators)).is).toBe('unchanged');
      expect(on.documentsRead()).toBe(read);
    });

    test('21. with the validators of an older reader it asks without them and reads in full', async () => {
      const first = await on.source.read(null);
      if (first.is !== 'items') throw new Error('no items');
      const again = await on.source.read({ ...first.validators, reader: 'older/0' });
      expect(itemsOf(again)).toHaveLength(3);
      expect(on.site.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
    });

    test('22. the same ETag over a changed body: asked without it, the change is found', async () => {
      const first = await on.source.read(null);
      if (first.is !== 'items') throw new Error('no items');
      const forced = { ...first.validators, etag: null, lastModified: null };
      expect((await on.source.read(forced)).is).toBe('unchanged');
      on.publish('Fourth of the talks', '2025-12-05');
      expect(itemsOf(await on.source.read(forced))).toHaveLength(4);
    });

    test.each([
      ['an error', { is: 'status', status: 503 }, 'status'],
      ['a maintenance page', { is: 'html', html: '<html><body><h1>Maintenance</h1></body></html>' }, 'layout'],
      ['an empty body', { is: 'html', html: '' }, 'empty'],
      ['a cut body', { is: 'truncate' }, 'network'],
      ['a half body under its own length', { is: 'half' }, 'parse'],
      ['a redirect to another host', { is: 'redirect', to: 'http://example.org/' }, 'redirect'],
      ['a reset', { is: 'reset' }, 'network'],
      ['silence', { is: 'silence' }, 'timeout'],
    ] as const)(
      'in trouble (%s) it is unhealthy, never empty, and well again afterwards',
      async (_, fault, expected) => {
        on.site.fail(fault);
        const ends = kind === 'text' && expected === 'parse' ? ['items', 'layout'] : [expected];
        expect(ends).toContain(endOf(await on.source.read(null)));
        on.site.heal();
        expect((await on.source.read(null)).is).toBe('items');
      },
    );

    test('stopped from outside it is unhealthy(timeout)', async () => {
      on.site.fail({ is: 'silence' });
      const stop = new AbortController();
      const reading = on.source.read(null, stop.signal);
      await expect.poll(() => on.site.requests.length).toBe(1);
      stop.abort();
      expect(endOf(await reading)).toBe('timeout');
    });
  });
}
