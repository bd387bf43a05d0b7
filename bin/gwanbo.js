#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it only looks at the version and hands over.
import { existsSync } from 'node:fs';

const NEEDED = 26;
if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  console.error(
    `gwanbo needs Node ${NEEDED} or later, this is ${process.version}: in a clone run "npm run -s gwanbo --", which uses the Node that npm install put there.`,
  );
  process.exit(1);
}
// Before the first module of ours: a compiled one needs neither to be compiled nor to be freed of its types again.
process.getBuiltinModule('node:module').enableCompileCache();
const source = new URL('../src/cli.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href);
