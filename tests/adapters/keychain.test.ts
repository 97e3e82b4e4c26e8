import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeychain } from '../../electron/adapters/keychain/keychain.ts';
import { type Ran, type Run, runProgram } from '../../electron/adapters/keychain/run.ts';
import type { AppError } from '../../shared/errors.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-keys-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let home = '';
let count = 0;
beforeEach(() => {
  home = path.join(root, `home ${count++}`);
});
const encrypted = (): string => fs.readFileSync(path.join(home, 'keys.enc'), 'utf8');
const mode = (name: string): number => fs.statSync(path.join(home, name)).mode & 0o777;
const answer = (code: number | null, stdout = '', stderr = ''): Promise<Ran> => Promise.resolve({ code, stdout, stderr });

const calls: { program: string; args: string[]; input: string }[] = [];
beforeEach(() => void calls.splice(0));
const noted =
  (run: Run): Run =>
  (program, args, input) => {
    calls.push({ program, args, input });
    return run(program, args, input);
  };
const nothing: Run = noted(() => answer(null, '', 'spawn ENOENT'));

/** A keychain of each system, as its program behaves. */
function macos(): Run {
  const kept = new Map<string, string>();
  return noted((program, args, input) => {
    expect(program).toBe('/usr/bin/security');
    if (args[0] === '-i') {
      const parts = /^add-generic-password -U -s switchyard -a (\w+) -l Switchyard -w (\w+)\n$/.exec(input);
      kept.set(parts?.[1] ?? '', parts?.[2] ?? '');
      return answer(0);
    }
    const id = args[args.indexOf('-a') + 1] ?? '';
    if (args[0] === 'delete-generic-password') return answer(kept.delete(id) ? 0 : 44);
    return kept.has(id) ? answer(0, `${kept.get(id)}\n`) : answer(44, '', 'The specified item could not be found in the keychain.');
  });
}
function linux(): Run {
  const kept = new Map<string, string>();
  return noted((program, args, input) => {
    expect(program).toBe('secret-tool');
    const id = args.at(-1) ?? '';
    if (args[0] === 'store') kept.set(id, input);
    if (args[0] === 'clear') kept.delete(id);
    if (args[0] === 'lookup') return kept.has(id) ? answer(0, kept.get(id)) : answer(1);
    return answer(0);
  });
}
function windows(): Run {
  return noted((program, args, input) => {
    expect(program).toBe('powershell.exe');
    const bytes = Buffer.from(input, 'base64');
    const out = args.join(' ').includes('::Protect(') ? Buffer.concat([Buffer.from('dpapi'), bytes]) : bytes.subarray(5);
    return answer(0, out.toString('base64'));
  });
}

describe.each([
  ['macOS', 'darwin', macos, 'the macOS login keychain'],
  ['Linux', 'linux', linux, 'your desktop keyring (Secret Service)'],
  ['Windows', 'win32', windows, 'Windows data protection (DPAPI)'],
] as const)('on %s', (_name, platform, system, place) => {
  it('keeps secrets, with the key to them in the keychain', async () => {
    const run = system();
    const first = createKeychain({ home, platform, run });
    await first.set('OPENAI_API_KEY', 'sk-secret');
    await first.set('OTHER', 'ü "two" \n words');
    expect(await first.get('OPENAI_API_KEY')).toBe('sk-secret');
    expect(first.names()).toEqual(['OPENAI_API_KEY', 'OTHER']);
    expect(first.where()).toContain(`lies in ${place}.`);
    expect(encrypted()).not.toContain('sk-secret');
    expect(fs.existsSync(path.join(home, 'keys.key'))).toBe(false);

    const second = createKeychain({ home, platform, run });
    calls.splice(0);
    expect(await second.get('OTHER')).toBe('ü "two" \n words');
    expect(await second.get('OPENAI_API_KEY')).toBe('sk-secret');
    expect(calls).toHaveLength(1);
  });

  it('never puts a secret or the key among the arguments', async () => {
    const keychain = createKeychain({ home, platform, run: system() });
    await keychain.set('A', 'sk-secret');
    const given = calls.map(({ input }) => input).find((input) => input !== '') ?? '';
    const key = /[0-9a-f]{64}/.exec(given)?.[0] ?? given;
    expect(key.length).toBeGreaterThan(40);
    for (const { args } of calls) {
      expect(args.join(' ')).not.toContain(key);
      expect(args.join(' ')).not.toContain('sk-secret');
    }
  });

  it('falls back to a file when no keychain answers, says so, and moves back when one does', async () => {
    const without = createKeychain({ home, platform, run: nothing });
    await without.set('A', 'one');
    expect(without.where()).toContain('because no keychain answered');
    expect(without.where()).toContain('does not keep out programs that run as you');
    const run = system();
    const keychain = createKeychain({ home, platform, run });
    expect(await keychain.get('A')).toBe('one');
    await keychain.set('B', 'two');
    expect(keychain.where()).toContain(place);
    expect(fs.existsSync(path.join(home, 'keys.key'))).toBe(false);
    const later = createKeychain({ home, platform, run });
    expect([await later.get('A'), await later.get('B')]).toEqual(['one', 'two']);
  });

  it('says what to do when the keychain does not give the key', async () => {
    await createKeychain({ home, platform, run: system() }).set('A', 'one');
    const locked = createKeychain({ home, platform, run: nothing });
    const error = await locked.get('A').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining(`cannot be had from ${place}`) });
    expect((error as AppError).hint).toMatch(/try again\. If it is lost: delete .*keys\.enc/);
    await expect(locked.set('B', 'two')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await locked.get('B')).toBeUndefined();
  });
});

describe('the encrypted file', () => {
  const create = () => createKeychain({ home, platform: 'freebsd', run: nothing });

  it('costs nothing while there is none', async () => {
    const keychain = createKeychain({ home, platform: 'linux', run: nothing });
    expect(await keychain.get('A')).toBeUndefined();
    expect(keychain.names()).toEqual([]);
    expect(await keychain.remove('A')).toBe(false);
    expect(keychain.where()).toContain('No keys are kept.');
    expect(calls).toEqual([]);
    expect(fs.existsSync(home)).toBe(false);
  });

  it('asks no keychain for a name that is not kept', async () => {
    const run = linux();
    await createKeychain({ home, platform: 'linux', run }).set('A', 'one');
    calls.splice(0);
    expect(await createKeychain({ home, platform: 'linux', run }).get('B')).toBeUndefined();
    expect(await createKeychain({ home, platform: 'linux', run }).get('constructor')).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('is for its owner only, and leaves nothing else behind', async () => {
    await create().set('A', 'one');
    await create().set('A', 'two');
    expect(await create().get('A')).toBe('two');
    expect(fs.readdirSync(home).toSorted()).toEqual(['keys.enc', 'keys.key']);
    const modes = process.platform === 'win32' ? [0o600, 0o600] : [mode('keys.enc'), mode('keys.key')];
    expect(modes).toEqual([0o600, 0o600]);
  });

  it('removes a secret, and with the last one everything', async () => {
    const keychain = create();
    await keychain.set('A', 'one');
    await keychain.set('B', 'two');
    expect(await keychain.remove('A')).toBe(true);
    expect(await keychain.remove('A')).toBe(false);
    expect(keychain.names()).toEqual(['B']);
    expect(await keychain.remove('B')).toBe(true);
    expect(fs.readdirSync(home)).toEqual([]);
    await keychain.set('C', 'three');
    expect(await create().get('C')).toBe('three');
  });

  it('notices every changed byte and every swapped name', async () => {
    const keychain = create();
    await keychain.set('A', 'one');
    await keychain.set('B', 'two');
    const file = path.join(home, 'keys.enc');
    const vault = JSON.parse(encrypted()) as { secrets: Record<string, Record<string, string>> };
    const rewritten: unknown[] = [{ ...vault, secrets: { A: vault.secrets['B'] } }];
    for (const part of ['iv', 'tag', 'data']) {
      const bytes = Buffer.from(vault.secrets['A']?.[part] ?? '', 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      rewritten.push({ ...vault, secrets: { A: { ...vault.secrets['A'], [part]: bytes.toString('base64') } } });
      rewritten.push({ ...vault, secrets: { A: { ...vault.secrets['A'], [part]: '' } } });
      rewritten.push({ ...vault, secrets: { A: { ...vault.secrets['A'], [part]: 1 } } });
    }
    rewritten.push({ ...vault, version: 2 });
    for (const one of rewritten) {
      fs.writeFileSync(file, JSON.stringify(one));
      await expect(create().get('A'), JSON.stringify(one)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('is damaged'),
      });
    }
    for (const text of ['', 'null', '{}', '[]', '{"version":1}']) {
      fs.writeFileSync(file, text);
      await expect(create().get('A'), text).rejects.toMatchObject({ code: 'invalid' });
      await expect(create().set('A', 'x'), text).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  it('says so when its key is gone', async () => {
    await create().set('A', 'one');
    fs.rmSync(path.join(home, 'keys.key'));
    await expect(create().get('A')).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('keys.key back') });
  });

  it('loses nothing when many write at once', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `KEY_${n}`);
    await Promise.all(names.map((name) => create().set(name, `value of ${name}`)));
    expect(create().names()).toEqual(names.toSorted());
    for (const name of names) expect(await create().get(name)).toBe(`value of ${name}`);
    expect(fs.readdirSync(home).toSorted()).toEqual(['keys.enc', 'keys.key']);
  });

  it('takes away the lock of a writer that died', async () => {
    await create().set('A', 'one');
    const lock = path.join(home, 'keys.enc.lock');
    fs.writeFileSync(lock, '');
    const past = Date.now() / 1000 - 3600;
    fs.utimesSync(lock, past, past);
    await create().set('B', 'two');
    expect(create().names()).toEqual(['A', 'B']);
  });

  it('refuses what cannot be a key', async () => {
    for (const name of ['', '-x', 'a b', '__proto__', 'x'.repeat(201), 'a\n'])
      await expect(create().set(name, 'v'), name).rejects.toMatchObject({ code: 'invalid' });
    for (const value of ['', ' \n']) await expect(create().set('A', value)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('gives back any text', async () => {
    const keychain = create();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''),
        async (value) => {
          await keychain.set('A', value);
          expect(await create().get('A')).toBe(value);
        },
      ),
      { numRuns: 50 },
    );
  });
});

it('runs a program with its input, and answers when there is no such program', async () => {
  expect(await runProgram(process.execPath, ['-e', 'process.stdin.pipe(process.stdout);process.exitCode=3'], 'grüße\n')).toEqual({
    code: 3,
    stdout: 'grüße\n',
    stderr: '',
  });
  expect(await runProgram(process.execPath, ['-e', ''], 'x'.repeat(1_000_000))).toMatchObject({ code: 0 });
  expect(await runProgram(path.join(root, 'no such program'), [], '')).toMatchObject({ code: null });
});
