import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const CHILD = resolve(import.meta.dirname, '../support/fetch-child.ts');

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** An authority of this test, and the certificates that it signs. */
function openAuthority() {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const newKey = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`];
  openssl('req', '-x509', ...newKey('ca'), '-days', '30', '-subj', '/CN=Test authority', '-out', 'ca.pem');
  return {
    path: at('ca.pem'),
    /** @param host what the certificate vouches for ("IP:127.0.0.1"); @param days until it expires, from now */
    sign(name: string, host: string, days: number) {
      openssl('req', ...newKey(name), '-subj', `/CN=${name}`, '-out', `${name}.csr`);
      writeFileSync(at(`${name}.ext`), `subjectAltName=${host}\n`);
      const end = new Date(Date.now() + days * 86_400_000);
      const stamp = (date: Date) => date.toISOString().replace(/[-:T]|\.\d+/g, '');
      // openssl x509 gives whole days from now on, which cannot be over; the authority proper takes both ends.
      for (const [file, text] of Object.entries({ 'index.txt': '', serial: '01\n' })) writeFileSync(at(file), text);
      writeFileSync(at('ca.cnf'), CA_CONFIG);
      openssl(
        ...['ca', '-batch', '-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.pem`],
        ...['-startdate', stamp(new Date(end.getTime() - 60 * 86_400_000)), '-enddate', stamp(end)],
        ...['-extfile', `${name}.ext`],
      );
      return { key: readFileSync(at(`${name}.key`)), cert: readFileSync(at(`${name}.pem`)) };
    },
  };
}

const CA_CONFIG = `[ca]
default_ca = test
[test]
dir = .
database = ./index.txt
serial = ./serial
new_certs_dir = .
certificate = ./ca.pem
private_key = ./ca.key
default_md = sha256
policy = any
[any]
commonName = supplied
`;

async function listening(server: Server): Promise<string> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a process that trusts this authority is answered at each address. */
async function answersTo(urls: readonly string[], authority: string): Promise<Record<string, unknown>[]> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority };
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, ...urls], { env });
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

describe.skipIf(!hasOpenssl())('31. TLS under an authority of our own (needs openssl)', () => {
  test('what it vouches for is read; expired, for another host or by nobody is unhealthy(tls)', {
    timeout: 30_000,
  }, async () => {
    const authority = openAuthority();
    const stranger = openAuthority();
    const asked: string[] = [];
    const serve = async (name: string, certificate: { readonly key: Buffer; readonly cert: Buffer }) => {
      const server = createServer(certificate, (_, response) => {
        asked.push(name);
        response.end('news');
      });
      return `https://${await listening(server)}/`;
    };
    const urls = [
      await serve('good', authority.sign('good', 'IP:127.0.0.1', 20)),
      await serve('expired', authority.sign('expired', 'IP:127.0.0.1', -2)),
      await serve('other', authority.sign('other', 'DNS:elsewhere.example', 20)),
      await serve('stranger', stranger.sign('stranger', 'IP:127.0.0.1', 20)),
    ];
    const because = (code: string) => ({
      ...{ is: 'fault', fault: 'tls', status: null },
      reason: expect.stringContaining(code),
    });
    expect(await answersTo(urls, authority.path)).toMatchObject([
      { text: 'news' },
      because('CERT_HAS_EXPIRED'),
      because('ERR_TLS_CERT_ALTNAME_INVALID'),
      because('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    ]);
    expect(asked, 'nothing is asked over a connection that nobody vouches for').toEqual(['good']);
  });

  test('30. security rule 5: a redirect from https to plain http is a fault, also between hosts that are allowed', {
    timeout: 30_000,
  }, async () => {
    const authority = openAuthority();
    let asked = 0;
    const plain = `http://${await listening(
      createPlainServer((_, response) => {
        asked++;
        response.end('news');
      }),
    )}/`;
    const redirect: RequestListener = (request, response) => {
      const to = request.url === '/' ? plain : '/there';
      if (request.url === '/there') response.end('news');
      else response.writeHead(301, { location: to }).end();
    };
    const secure = `https://${await listening(createServer(authority.sign('good', 'IP:127.0.0.1', 20), redirect))}`;
    expect(await answersTo([`${secure}/`, `${secure}/here`, plain], authority.path)).toMatchObject([
      { is: 'fault', fault: 'redirect', reason: `${secure}/ redirects from https to plain http` },
      { text: 'news' },
      { text: 'news' },
    ]);
    expect(asked, 'only by its own name').toBe(1);
  });
});
