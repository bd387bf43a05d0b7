/** "www.iso.org" as an id: iso-org, or iso-org-2 where that is taken. */
export function freeId(host: string, isTaken: (id: string) => boolean): string {
  const slug = host
    .replace(/^www\./, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 36)
    .replace(/-$/, '');
  for (let nth = 1; ; nth++) {
    const id = nth === 1 ? slug : `${slug}-${nth}`;
    if (!isTaken(id)) return id;
  }
}
