/** An element as xml2js keeps it with its children in order; text is an element named __text__. */
export interface Node {
  readonly '#name': string;
  readonly $?: Readonly<Record<string, string>>;
  readonly _?: string;
  readonly $$?: readonly Node[];
}

export type Attributes = Node['$'];

/** All children of a name ("dc:date"; names of an element of the feed's own format have no prefix). */
export function all(nodes: readonly Node[], name: string): Node[] {
  return nodes.filter(node => node['#name'] === `~${name}`);
}

/** The first child of a name that holds anything, else the first. */
export function one(nodes: readonly Node[], name: string): Node | undefined {
  const found = all(nodes, name);
  return found.find(node => node.$$ !== undefined || node._ !== undefined) ?? found[0];
}

/** The texts of all children of the names that hold any, in the order of the names. */
export function texts(nodes: readonly Node[], ...names: readonly string[]): string[] {
  return names.flatMap(name =>
    all(nodes, name)
      .map(text)
      .filter(found => found.trim() !== ''),
  );
}

/** All text within a node. */
export function text(node: Node | undefined): string {
  if (!node) return '';
  const out: string[] = [];
  const todo: Node[] = [node];
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (next['#name'] === '__text__') out.push(next._ ?? '');
    else for (const child of (next.$$ ?? []).toReversed()) todo.push(child);
  }
  return out.join('');
}

/** The text directly in a node, not that of its elements. */
export function direct(node: Node): string {
  return (node.$$ ?? [])
    .filter(child => child['#name'] === '__text__')
    .map(child => child._ ?? '')
    .join('');
}

/** An attribute in whatever case it is printed; null where it is missing. */
export function attribute(attributes: Attributes, name: string): string | null {
  if (!attributes) return null;
  const exact = attributes[name];
  if (exact !== undefined) return exact;
  return Object.entries(attributes).find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}
