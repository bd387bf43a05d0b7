import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/sources/charset.ts';

const KOREAN = '산업통상부 장관은 오늘 똠방각하와 펲시를 만났다. '.repeat(20);
const textOf = (bytes: Uint8Array, contentType: string | null = null) => {
  const decoded = decode(bytes, contentType);
  return decoded.is === 'text' ? decoded.text : decoded.is;
};

describe('a document is decoded by mark, header, declaration and UTF-8, in this order', () => {
  test.each([
    [
      'a byte order mark over a wrong header',
      iconv.encode(KOREAN, 'utf-16le', { addBOM: true }),
      'text/xml;charset=EUC-KR',
    ],
    ['a UTF-8 mark', Buffer.from(`\ufeff${KOREAN}`), null],
    ['the header', iconv.encode(KOREAN, 'cp949'), 'text/html; charset="EUC-KR"'],
    ['an old name of the charset', iconv.encode(KOREAN, 'cp949'), 'text/html; charset=ks_c_5601-1987'],
    ['UTF-8 where nobody says anything', Buffer.from(KOREAN), 'text/html'],
    ['UTF-8 under a charset that does not exist', Buffer.from(KOREAN), 'text/html;charset=nonsense'],
  ])('%s', (_, bytes, contentType) => {
    expect(textOf(bytes, contentType)).toBe(KOREAN);
  });

  test.each([
    `<?xml version="1.0" encoding="EUC-KR"?><rss>${KOREAN}</rss>`,
    `<html><head><meta charset="euc-kr"></head>${KOREAN}</html>`,
    `<html><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr"></head>${KOREAN}</html>`,
  ])('the declaration in %.45s', document => {
    expect(textOf(iconv.encode(document, 'cp949'))).toBe(document);
  });

  test('UTF-16 without a mark shows by its first character', () => {
    const feed = `<?xml version="1.0" encoding="utf-16"?><rss>${KOREAN}</rss>`;
    expect(textOf(iconv.encode(feed, 'utf-16be'))).toBe(feed);
    expect(textOf(iconv.encode(feed, 'utf-16le'))).toBe(feed);
  });

  test('a declaration of UTF-16 in a document of single bytes says nothing', () => {
    const feed = `<?xml version="1.0" encoding="utf-16"?><rss>${KOREAN}</rss>`;
    expect(textOf(Buffer.from(feed))).toBe(feed);
  });

  test('Western text under its own label stays what it is', () => {
    expect(textOf(iconv.encode('Économie française', 'latin1'), 'text/xml;charset=ISO-8859-1')).toBe(
      'Économie française',
    );
    expect(textOf(iconv.encode('“Trade” – news', 'windows-1252'), 'text/xml;charset=latin1')).toBe('“Trade” – news');
  });
});

describe('documents of more than one charset', () => {
  const french = 'Économie, société, énergie : « réunion » à Séoul. ';

  test('UTF-8 with some Western text in it, under a Western label', () => {
    const bytes = Buffer.concat([Buffer.from(french.repeat(5)), iconv.encode('“Café”', 'windows-1252')]);
    expect(textOf(bytes, 'text/xml;charset=ISO-8859-1')).toBe(`${french.repeat(5)}“Café”`);
  });

  test('Western text in which two characters look like one of UTF-8', () => {
    const text = `${french}LIBERTÉ»`;
    expect(textOf(iconv.encode(text, 'windows-1252'), 'text/xml;charset=windows-1252')).toBe(text);
  });

  test.each(['latin1', 'windows-1252'])('UTF-8 that a program took for %s and wrote as UTF-8 once more', charset => {
    const text = `${french}“Trade” – naïve`;
    const once = Buffer.from(text);
    const twice = Buffer.from(charset === 'latin1' ? once.toString('latin1') : new TextDecoder(charset).decode(once));
    expect(textOf(twice)).toBe(text);
    expect(textOf(Buffer.concat([twice, Buffer.from('€')]))).toBe(`${text}€`);
  });

  test('a text about such signs stays what it is', () => {
    const text = `${french}The sign Ã© is an é read in the wrong charset.`;
    expect(textOf(Buffer.from(text))).toBe(text);
    expect(textOf(Buffer.from('Viel Spaß«'))).toBe('Viel Spaß«');
  });
});

describe('44. a wrong label gives the right text or a fault, never mojibake', () => {
  test('EUC-KR labelled UTF-8', () => {
    const plain = '산업통상부 장관은 오늘 회의를 열었다.';
    expect(textOf(iconv.encode(plain, 'euc-kr'), 'text/html;charset=UTF-8')).toBe(plain);
  });

  test.each(['EUC-KR', 'ISO-8859-1', 'windows-1252', 'gb2312', 'shift_jis'])('UTF-8 labelled %s', label => {
    expect(textOf(Buffer.from(KOREAN), `text/html;charset=${label}`)).toBe(KOREAN);
    expect(textOf(Buffer.from('Café in Zürich'), `text/html;charset=${label}`)).toBe('Café in Zürich');
  });

  test('header and declaration disagree: the one the bytes bear out', () => {
    const feed = `<?xml version="1.0" encoding="EUC-KR"?><rss>${KOREAN}</rss>`;
    expect(textOf(iconv.encode(feed, 'cp949'), 'text/xml;charset=UTF-8')).toBe(feed);
    expect(textOf(Buffer.from(feed), 'text/xml;charset=EUC-KR')).toBe(feed);
  });

  test('bytes that are neither are a fault', () => {
    const bytes = iconv.encode('Économie, société, énergie', 'latin1');
    expect(decode(bytes, 'text/html;charset=UTF-8').is).toBe('fault');
    expect(decode(Buffer.from([0x80, 0xff, 0xfe, 0x81, 0xff]), null).is).toBe('fault');
  });

  test('one broken character in a long text is no fault, one in a hundred is', () => {
    const broken = (times: number) =>
      Buffer.concat([...Array.from({ length: times }, () => Buffer.from([0xff])), Buffer.from('word '.repeat(400))]);
    expect(decode(broken(1), 'text/html;charset=utf-8').is).toBe('text');
    expect(decode(broken(20), 'text/html;charset=utf-8').is).toBe('fault');
  });

  test('names that are no charset of a document are not obeyed', () => {
    expect(textOf(Buffer.from('aGVsbG8gd29ybGQ='), 'text/html;charset=base64')).toBe('aGVsbG8gd29ybGQ=');
    expect(textOf(Buffer.from('+ADw-script+AD4-'), 'text/html;charset=utf-7')).toBe('+ADw-script+AD4-');
  });
});
