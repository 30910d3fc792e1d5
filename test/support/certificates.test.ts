import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls';
import { expect } from 'chai';
import { type Certificates, certificates, certificatesOrSkip } from './certificates.js';
import { waitFor, withTimeout } from './wait-for.js';

describe('certificates of the tests', () => {
  let all: Certificates;

  before(async function () {
    all = await certificatesOrSkip(this);
  });

  /** `welcome`, or the code of the error that ended the handshake on the client's side. */
  async function handshake(
    serverOptions: TlsOptions,
    clientOptions: ConnectionOptions = {},
  ): Promise<string> {
    const server = createServer(serverOptions, (socket) => socket.on('error', () => {}).end('welcome'));
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, ca: all.ca, ...clientOptions });
    let result = '';
    socket.on('data', (text) => {
      result += String(text);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      result = error.code ?? error.message;
    });
    await withTimeout(
      waitFor(() => socket.destroyed, 'the connection to end'),
      'handshake',
    );
    server.close();
    return result;
  }

  it('are made once per process', async () => {
    expect(await certificates()).to.equal(all);
  });

  it('let a client that trusts the CA in, and nobody else', async () => {
    expect(await handshake(all.server)).to.equal('welcome');
    expect(await handshake(all.server, { ca: [] })).to.match(
      /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED/,
    );
  });

  it('are refused with the code that fits their fault', async () => {
    expect(await handshake(all.expired)).to.equal('CERT_HAS_EXPIRED');
    expect(await handshake(all.wrongHost)).to.equal('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await handshake(all.selfSigned)).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('prove a client to a server that asks for it', async () => {
    const strict: TlsOptions = { ...all.server, ca: all.ca, requestCert: true, rejectUnauthorized: true };
    expect(await handshake(strict, all.client)).to.equal('welcome');
    expect(await handshake(strict)).to.not.equal('welcome');
    expect(await handshake(strict, all.selfSigned)).to.not.equal('welcome');
  });
});
