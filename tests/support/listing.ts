/** An entry of a text listing. */
export interface Entry {
  readonly title: string;
  readonly body: string;
  readonly date: string;
}

/**
 * Takes a listing apart by its marks alone, independently of the reader under test: a line "-", the title line, and a
 * body that ends in "date" and the day.
 */
export function splitListing(listing: string): Entry[] {
  return listing
    .split(/^-\n/m)
    .slice(1)
    .map(entry => {
      const [, title = '', body = '', date = ''] = /^(.*)\n([\s\S]*?)\s*date(\d{4}-\d{2}-\d{2})\s*$/.exec(entry) ?? [];
      return { title, body, date };
    });
}

/** Eight releases of our own in the form of the ministry's listing: dashes, curly quotes, an ampersand, two of one day. */
export const LISTING = `-
Korea–Norway Agree to Keep Steel Quota Open
The Ministry of Trade, Industry and Resources (MOTIR, Minister Kim Jung-kwan) and Norway agreed on Thursday, December 4, to keep the steel quota of 2025 open until June. The minister said, “A quota helps both sides when it is known early.” The dated arrangement of 2019 ends.date2025-12-04
-
Chip Makers & Toolmakers Meet in Icheon
Makers of semiconductors met makers of tools in Icheon on Wednesday, December 3. Fifty firms took part.date2025-12-03
-
Export Desk Opens in Gunsan
A desk for small exporters opened in Gunsan. It answers questions on certificates of origin, and is up to date 2025-11-30 as planned.date2025-12-03
-
R&D Roadmap for “Green” Ceramics
The roadmap names 12 materials and puts the public share at 40 percent, the ministry said.date2025-12-03
-
Batteries: Recycling Rules Take Effect
The rules for recycled batteries took effect on Tuesday, December 2.date2025-12-02
-
Korea–Uzbekistan Talks on Critical Minerals
The two sides talked about lithium and tungsten.
A second round follows in spring.date2025-12-02
-
Hydrogen Stations to Double
The number of hydrogen stations is to double within two years.date2025-12-01
-
Canada's Steel Measures Discussed
Canada's steel measures were discussed in Seoul on Monday, December 1.date2025-12-01
`;
