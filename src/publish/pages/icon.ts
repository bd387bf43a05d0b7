/** The seal: a square with the letter that begins 관보. `currentColor` and `--knock` let a page colour it. */
const paths = (ground: string, letter: string) =>
  `<rect width="32" height="32" rx="6" fill="${ground}"/><path d="M8.5 9.5h15v14" fill="none" stroke="${letter}" stroke-width="3.6" stroke-linejoin="round" stroke-linecap="round"/><path d="M8.5 23.5h6" stroke="${letter}" stroke-width="3.6" stroke-linecap="round"/>`;

/** Stands alone, square, for feed readers and browser tabs. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="256" height="256">${paths('#a12b1e', '#fffdf8')}</svg>\n`;

/** Stands in a page and takes its colours. */
export const SEAL = `<svg viewBox="0 0 32 32" aria-hidden="true">${paths('currentColor', 'var(--knock)')}</svg>`;
