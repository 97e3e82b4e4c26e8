import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressFor, isPublic } from '../../../electron/adapters/sandbox/addresses.ts';
import { confined } from '../../support/confined.ts';

async function served(): Promise<number> {
  const server = createServer((request, response) =>
    response.end(`served ${request.url} ${request.headers['proxy-authorization'] ?? 'nothing'}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

describe.runIf(process.platform === 'linux')('the allow-list of hosts', () => {
  it('lets through what is listed, refuses and counts the rest', async () => {
    const { run } = await confined();
    const port = await served();
    const get = (url: string): string =>
      `${process.execPath} -e "fetch('${url}').then(async (r) => console.log(r.status, await r.text()), (e) => console.log('failed', e.cause?.code ?? e.cause?.message)).finally(() => process.exit())"`;
    const network = { access: 'list' as const, hosts: [`localhost:${port}`] };
    const { out, hosts } = await run(
      `export no_proxy= NO_PROXY=; ${get(`http://localhost:${port}/a`)}; ${get('http://example.com/')}; ${get('http://169.254.169.254/')}`,
      { network },
    );
    expect(out).toContain('200 served /a nothing');
    expect(hosts).toEqual([
      { host: `localhost:${port}`, allowed: true, count: 1 },
      { host: 'example.com', allowed: false, count: 1 },
      { host: '169.254.169.254', allowed: false, count: 1 },
    ]);
  });

  it("is each command's own: another of the same thread has none of it", async () => {
    const { run, folder } = await confined();
    const port = await served();
    const network = { access: 'list' as const, hosts: [`localhost:${port}`] };
    const first = run('echo ${http_proxy##*@} > way; while [ ! -e done ]; do sleep 0.05; done', { network });
    const { out } = await run(
      `while [ ! -s way ]; do sleep 0.05; done; ${process.execPath} -e "require('http').get({ host: '127.0.0.1', port: require('fs').readFileSync('way', 'utf8').trim().split(':')[1], path: 'http://localhost:${port}/' }, (r) => { console.log(r.statusCode); process.exit(); })"; touch done`,
    );
    await first;
    expect(out, folder).toContain('407');
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00:ec2::254',
  ])('%s is not for the public', (address) => {
    expect(isPublic(address)).toBe(false);
  });
  it.each(['1.1.1.1', '2606:4700:4700::1111'])('%s is', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it('a name that leads home opens nothing, and the address that was looked at is the one that is used', async () => {
    expect(await addressFor('evil.example', ['evil.example'], async () => ['127.0.0.1', '10.0.0.1'])).toBeUndefined();
    expect(await addressFor('good.example', ['*.example'], async () => ['10.0.0.1', '1.1.1.1'])).toBe('1.1.1.1');
    expect(await addressFor('10.0.0.1', ['10.0.0.1'], async () => [])).toBe('10.0.0.1');
    expect(await addressFor('localhost', ['*.localhost'], async () => ['127.0.0.1'])).toBeUndefined();
  });
});
