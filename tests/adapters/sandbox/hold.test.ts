import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { confined } from '../../support/confined.ts';

import { outsideFolder, writeFiles } from '../../support/temp.ts';

describe.runIf(process.platform === 'linux')('what a command in the sandbox may touch', () => {
  it('writes in its folder and nowhere else', async () => {
    const { run, folder, outside, home } = await confined();
    const ran = await run(
      `echo in > made; echo out > ${outside}/made; echo out > ${home}/made; echo out > ../made; ln -s ${home} h; echo x > h/made`,
    );
    expect(ran.code).not.toBe(0);
    expect(readFileSync(path.join(folder, 'made'), 'utf8')).toBe('in\n');
    for (const place of [outside, home]) expect(existsSync(path.join(place, 'made'))).toBe(false);
  });

  it('reads no credentials, by no name', async () => {
    const { run, home, folder } = await confined();
    writeFiles(home, {
      '.ssh/id': 'canary',
      '.npmrc': 'canary',
      '.config/gh/hosts.yml': 'canary',
      'data/log': 'canary',
      'notes.txt': 'plain',
    });
    symlinkSync(path.join(home, '.npmrc'), path.join(folder, 'link'));
    const { out } = await run(
      'cat ~/.ssh/id ~/.npmrc ~/.config/gh/hosts.yml ~/data/log link /proc/1/root/$HOME/.npmrc; grep -rs canary ~; cat ~/notes.txt',
    );
    expect(out).not.toContain('canary\n');
    expect(out).toContain('plain');
  });

  it('opens below a denied folder what a rule names, and hides by a glob', async () => {
    const { run, home, confine } = await confined();
    writeFiles(home, { '.ssh/id': 'canary', '.ssh/config': 'Host x', 'a/.env': 'canary', 'b/c/.env': 'canary' });
    const more = {
      paths: [
        ...confine().paths,
        { path: `${home}/.ssh/config`, access: 'read' as const },
        { path: `${home}/**/.env`, access: 'deny' as const },
      ],
    };
    const { out } = await run(
      'cat ~/.ssh/id ~/a/.env ~/b/c/.env; cat ~/.ssh/config; echo x > ~/.ssh/config; ls -A ~/.ssh && echo listed',
      more,
    );
    expect(out).not.toContain('canary');
    expect(out).toContain('Host x');
    expect(out).not.toContain('listed');
  });

  it('cannot move what is protected out of the way', async () => {
    const { run, folder, confine } = await confined();
    writeFiles(folder, { 'a/b/keep/x': 'kept', 'a/other': '' });
    const more = { paths: [...confine().paths, { path: `${folder}/a/b/keep`, access: 'read' as const }] };
    await run(
      'mv a z; mv a/b a/z; mv a/b/keep a/b/z; rm -rf a/b/keep; mkdir -p a/b/keep; echo changed > a/b/keep/x; echo new > a/b/new',
      more,
    );
    expect(readFileSync(path.join(folder, 'a/b/keep/x'), 'utf8')).toBe('kept');
    expect(readFileSync(path.join(folder, 'a/b/new'), 'utf8')).toBe('new\n');
  });

  it('does not follow a planted link to open a folder', async () => {
    const { run, folder, home, confine } = await confined();
    mkdirSync(path.join(home, 'victim'));
    symlinkSync(path.join(home, 'victim'), path.join(folder, 'build'));
    await run('echo x > build/x', { paths: [...confine().paths, { path: `${folder}/build`, access: 'write' }] });
    expect(existsSync(path.join(home, 'victim/x'))).toBe(false);
  });

  it('has its own processes, host name, /tmp and /run, and no new privileges', async () => {
    const { run } = await confined();
    const { out } = await run(
      'ps -e 2>/dev/null | wc -l; ls /proc | grep -c "^[0-9]"; hostname; ls -A /run; grep -E "NoNewPrivs|Seccomp:|CapEff|CapBnd" /proc/self/status',
    );
    for (const line of ['sandbox', 'CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000', 'NoNewPrivs:\t1', 'Seccomp:\t2'])
      expect(out).toContain(line);
  });

  it('reaches no server of this machine, by address or by path', async () => {
    const { run, folder } = await confined();
    const server = createServer((socket) => socket.end('reached'));
    const local = createServer((socket) => socket.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = path.join(folder, 'host.sock');
    await new Promise<void>((resolve) => local.listen(socket, resolve));
    onTestFinished(() => {
      server.close();
      local.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const script = `for (const to of [{ host: '127.0.0.1', port: ${port} }, '${socket}']) require('net').connect(to).on('data', (d) => console.log(String(d))).on('error', (e) => console.log(e.code))`;
    const { out } = await run(`${process.execPath} -e "${script}"`);
    expect(out).not.toContain('reached');
    expect(out.trim().split('\n')).toHaveLength(2);
  });

  it.runIf(process.getuid?.() === 0)(
    "starts for root beside a server's socket in another user's own folder, and does not reach it",
    async () => {
      const theirs = path.join(outsideFolder(), 'theirs');
      const socket = path.join(theirs, 'deep', 'sock');
      mkdirSync(path.dirname(socket), { recursive: true });
      const server = createServer((client) => client.end('reached'));
      onTestFinished(() => void server.close());
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      for (const place of [socket, path.dirname(socket), theirs]) chownSync(place, 65534, 65534);
      chmodSync(theirs, 0o700);
      const { run } = await confined();
      const script = `require('net').connect('${socket}').on('data', (d) => console.log(String(d))).on('error', (e) => console.log(e.code))`;
      expect((await run(`${process.execPath} -e "${script}"`)).out).toBe('EACCES\n');
    },
  );

  it('is denied calls of the kernel that no developer needs', async () => {
    const { run } = await confined();
    const { out } = await run('unshare -U true; unshare -r true; mount -t tmpfs x /mnt; nsenter -t 1 -n true; chroot / true; echo done');
    expect(out.match(/not permitted|Permission denied|denied/gi)?.length).toBeGreaterThanOrEqual(5);
  });

  it('ends with everything it has started', async () => {
    const { run, folder } = await confined();
    const started = performance.now();
    await run('(setsid sleep 30 & ) ; setsid -f sh -c "sleep 0.3; echo late > late"');
    expect(performance.now() - started).toBeLessThan(20_000);
    await run('sleep 0.5');
    expect(existsSync(path.join(folder, 'late'))).toBe(false);
  });

  it('keeps exit codes and signals', async () => {
    const { run } = await confined();
    expect((await run('exit 7')).code).toBe(7);
    expect((await run('kill -9 $$')).code).toBe(137);
  });

  it('shares servers and temporary files with the commands of its thread and with nobody else', async () => {
    const { run, folder } = await confined();
    writeFileSync(
      path.join(folder, 'server.js'),
      "require('http').createServer((q, r) => { r.end('hello'); if (q.url === '/stop') process.exit(); }).listen(4567, '127.0.0.1', () => require('fs').writeFileSync('up', ''))",
    );
    const server = run(`exec timeout 30 ${process.execPath} server.js`);
    const ask = `while [ ! -e up ]; do sleep 0.05; done; echo kept > /tmp/mine; ${process.execPath} -e "fetch('http://127.0.0.1:4567').then(r => r.text()).then(console.log, (e) => console.log(e.message)).finally(() => process.exit())"`;
    expect((await run(ask)).out).toContain('hello');
    expect((await run(ask, { group: 'other' })).out).not.toContain('hello');
    expect((await run('cat /tmp/mine')).out).toBe('kept\n');
    expect((await run('cat /tmp/mine', { group: 'third' })).code).not.toBe(0);
    await run(ask.replace('4567', '4567/stop'));
    await server;
  });
});
