// A private CA and the certificates a TLS test needs, made by the `openssl` command in a temporary folder, once per process.
// Nothing is checked in, so nothing expires in the repository. Without openssl the result is undefined and tests skip.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM texts of a certificate and of its private key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The private CA's own certificate: what a client must be told to trust. */
  readonly ca: string;
  /** Good for 127.0.0.1, ::1 and localhost. */
  readonly server: KeyPair;
  /** For clients that must show who they are. */
  readonly client: KeyPair;
  /** Like `server`, but its time has passed. */
  readonly expired: KeyPair;
  /** Signed by the CA, but for another host. */
  readonly wrongHost: KeyPair;
  /** For 127.0.0.1, but signed by nobody except itself. */
  readonly selfSigned: KeyPair;
}

let made: Promise<Certificates | undefined> | undefined;

/** The certificates, or undefined where there is no openssl command. */
export function certificates(): Promise<Certificates | undefined> {
  made ??= make();
  return made;
}

/** The certificates for a test or hook, which is skipped, with a line that says so, where they cannot be made. */
export async function certificatesOrSkip(context: Mocha.Context): Promise<Certificates> {
  const result = await certificates();
  if (result !== undefined) return result;
  process.stdout.write('    skipped: the openssl command is not installed; apt-get install openssl\n');
  return context.skip();
}

async function make(): Promise<Certificates | undefined> {
  if (!(await hasOpenssl())) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-certificates-'));
  try {
    return await makeIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hasOpenssl(): Promise<boolean> {
  try {
    await run('openssl', ['version']);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const loopback = 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\nextendedKeyUsage=serverAuth';

async function makeIn(folder: string): Promise<Certificates> {
  const ca = await selfSigned(folder, 'ca', [
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=critical,keyCertSign',
  ]);
  return {
    ca: ca.cert,
    server: await signed(folder, 'server', loopback),
    client: await signed(folder, 'client', 'extendedKeyUsage=clientAuth'),
    // -1 is the one negative number that every openssl takes: it ends a day before it begins.
    expired: await signed(folder, 'expired', loopback, -1),
    wrongHost: await signed(
      folder,
      'wrong-host',
      'subjectAltName=DNS:exchange.invalid\nextendedKeyUsage=serverAuth',
    ),
    selfSigned: await selfSigned(folder, 'self-signed', ['subjectAltName=IP:127.0.0.1']),
  };
}

function newKey(name: string): string[] {
  const subject = ['-subj', `/O=bulkhead-ws tests/CN=${name}`];
  return [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
    ...subject,
  ];
}

async function selfSigned(folder: string, name: string, extensions: readonly string[]): Promise<KeyPair> {
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  // A configuration of our own: the system's default one may add extensions that contradict ours.
  await writeFile(join(folder, 'request.conf'), '[req]\ndistinguished_name=name\n[name]\n');
  const request = [
    'req',
    '-x509',
    '-config',
    'request.conf',
    ...newKey(name),
    '-out',
    `${name}.pem`,
    '-days',
    '2',
    ...added,
  ];
  await run('openssl', request, { cwd: folder });
  return read(folder, name);
}

async function signed(folder: string, name: string, extensions: string, days = 2): Promise<KeyPair> {
  await run('openssl', ['req', '-config', 'request.conf', ...newKey(name), '-out', `${name}.csr`], {
    cwd: folder,
  });
  await writeFile(join(folder, `${name}.ext`), `${extensions}\n`);
  const signature = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)];
  const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', `${name}.ext`];
  await run('openssl', ['x509', '-req', ...files, ...signature], { cwd: folder });
  return read(folder, name);
}

async function read(folder: string, name: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all(
    ['pem', 'key'].map((kind) => readFile(join(folder, `${name}.${kind}`), 'utf8')),
  );
  return { cert: cert!, key: key! };
}
