import { type BigIntStats, chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPolicyFile } from '../../../electron/adapters/config/policy.ts';
import { lookAt, policyPlace, testPlace } from '../../../electron/adapters/config/policy-place.ts';
import { wrongWithDescriptor } from '../../../electron/adapters/config/policy-windows.ts';
import { tempFolder } from '../../support/temp.ts';

const me = process.getuid?.() ?? 0;
const text = '[profiles]\nwidest = "workspace"\n';

/** A file as an administrator leaves it, in folders of its own. */
function placed(content: string = text) {
  const top = tempFolder('policy');
  const folder = path.join(top, 'switchyard');
  const file = path.join(folder, 'policy.toml');
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(file, content, { mode: 0o644 });
  return { top, folder, file, place: { file, owners: [me], top } };
}
const problemOf = (place: Parameters<typeof createPolicyFile>[0]): string | undefined => {
  const { status, problems } = createPolicyFile(place).current();
  return status === 'invalid' ? problems[0]?.message : undefined;
};

it.each<[string, string, RegExp | undefined]>([
  ['as the installer leaves it', 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)', undefined],
  ['read by everybody', 'O:SYG:SYD:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FRFX;;;WD)', undefined],
  ['with full access that is only handed on', 'O:BAG:SYD:(A;OICIIO;GA;;;CO)(A;;FA;;;BA)', undefined],
  ['as a user makes it', 'O:S-1-5-21-1-2-3-1001G:SYD:(A;;FA;;;BA)', /belongs to S-1-5-21-1-2-3-1001 and not to Administrators/],
  ['as folders below ProgramData are', 'O:BAG:SYD:(A;ID;FA;;;SY)(A;CIID;DCLCRPCR;;;BU)(A;OICIID;0x1200a9;;;BU)', /can be written by BU/],
  ['changed by users', 'O:BAG:SYD:(A;;0x1301bf;;;BU)', /can be written by BU/],
  ['whose rights users may change', 'O:BAG:SYD:(A;;0x40000;;;AU)', /can be written by AU/],
  ['refused to users', 'O:BAG:SYD:(D;;FA;;;BU)(A;;FA;;;BA)', undefined],
  ['without a list', 'O:BAG:SY', /can be written by everybody/],
  ['without an owner', '', /belongs to nobody known/],
])('on Windows, a descriptor %s', (_name, sddl, words) => {
  const wrong = wrongWithDescriptor(sddl);
  expect(wrong ?? 'fine').toMatch(words ?? /^fine$/);
});

describe('the policy file [POL-2]', () => {
  it('is where only an administrator writes, whatever the environment says', () => {
    expect(policyPlace('linux')).toEqual({ file: '/etc/switchyard/policy.toml', owners: [0] });
    expect(policyPlace('darwin').file).toBe('/Library/Application Support/Switchyard/policy.toml');
    expect(policyPlace('win32').file).toBe('C:\\ProgramData\\Switchyard\\policy.toml');
  });

  it('is in force when it is right, and there is none without a file', () => {
    const { place, file, folder, top } = placed();
    const policy = createPolicyFile(place);
    const now = policy.current();
    expect(now).toMatchObject({ status: 'in force', file, values: { 'profiles.widest': 'workspace' }, lines: { 'profiles.widest': 2 } });
    expect(policy.current()).toBe(now);
    unlinkSync(file);
    expect(policy.current().status).toBe('none');
    rmSync(folder, { recursive: true });
    expect(policy.current().status).toBe('none');
    writeFileSync(path.join(top, 'switchyard'), 'a file where a folder should be');
    expect(policy.current()).toMatchObject({ status: 'invalid' });
    expect(testPlace('x.toml')).toMatchObject({ file: path.resolve('x.toml'), top: process.cwd() });
  });

  it.each<[string, (parts: ReturnType<typeof placed>) => void, RegExp]>([
    ['the file can be written by its group', ({ file }) => chmodSync(file, 0o664), /can be written by others than its owner \(mode 664\)/],
    ['the file can be written by everybody', ({ file }) => chmodSync(file, 0o646), /can be written by others/],
    [
      'the folder can be written by its group',
      ({ folder }) => chmodSync(folder, 0o775),
      /the folder .*switchyard can be written by others/,
    ],
    ['a folder above it can be written by everybody', ({ top }) => chmodSync(top, 0o777), /the folder .* can be written by others/],
    [
      'the file is a link',
      ({ file }) => {
        renameSync(file, `${file}.real`);
        symlinkSync(`${file}.real`, file);
      },
      /it is a link to another place/,
    ],
    [
      'the file is a link that leads nowhere',
      ({ file }) => {
        unlinkSync(file);
        symlinkSync('/nowhere', file);
      },
      /it is a link to another place/,
    ],
    [
      'the folder is a link',
      ({ folder }) => {
        renameSync(folder, `${folder}-real`);
        symlinkSync(`${folder}-real`, folder);
      },
      /the folder .* is a link to another place/,
    ],
    [
      'it is a folder',
      ({ file }) => {
        unlinkSync(file);
        mkdirSync(file);
      },
      /it is not a file/,
    ],
  ])('is refused where %s', (_name, change, words) => {
    const parts = placed();
    expect(problemOf(parts.place)).toBeUndefined();
    change(parts);
    expect(problemOf(parts.place)).toMatch(words);
  });

  it('is refused when it, or a folder above it, belongs to somebody else', () => {
    const { place, folder, file, top } = placed();
    expect(problemOf({ ...place, owners: [me + 1] })).toMatch(/belongs to user \d+ and not to root/);
    expect(problemOf({ ...place, owners: [me + 1], top: folder })).toMatch(/^the folder .* belongs to user/);
    if (me !== 0) return;
    chownSync(file, 1000, 1000);
    expect(problemOf(place)).toMatch(/^it belongs to user 1000/);
    chownSync(file, 0, 0);
    chownSync(top, 1000, 1000);
    expect(problemOf(place)).toMatch(/^the folder .* belongs to user 1000/);
  });

  it('is refused when nobody can say whether it is there', () => {
    const denied = (): BigIntStats => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    expect(lookAt({ file: '/etc/switchyard/policy.toml', owners: [0] }, denied).problem).toMatch(/can't be looked at \(EACCES\)/);
  });

  it('warns of keys that it does not know, says what may have been meant, and is in force', () => {
    const content =
      '[profile]\n[profiles]\nalowed = ["workspace"]\nwidest = "workspace"\n[[commands]]\nprefix = ["ls"]\ndecision = "ask"\nwhy = ""\n';
    const { place, file } = placed(content);
    const { status, warnings, values } = createPolicyFile(place).current();
    expect(status).toBe('in force');
    expect(values['commands']).toEqual([{ prefix: ['ls'], decision: 'ask' }]);
    expect(warnings.map(({ line, key }) => [line, key])).toEqual([
      [1, 'profile'],
      [3, 'profiles.alowed'],
      [8, 'commands.0.why'],
    ]);
    expect(warnings[1]?.message).toMatch(/Did you mean allowed\?/);
    writeFileSync(file, 'widest = "workspace"\n');
    expect(createPolicyFile(place).current().warnings[0]?.message).toMatch(/belongs below the header \[profiles\]/);
  });

  it('is read again when it changes, and whoever watches is told', async () => {
    const { place, file } = placed();
    const policy = createPolicyFile(place);
    const told = Promise.withResolvers<void>();
    onTestFinished(policy.watch(told.resolve));
    writeFileSync(`${file}.new`, '[web]\nenabled = false\n', { mode: 0o644 });
    renameSync(`${file}.new`, file);
    expect(policy.current().values).toEqual({ 'web.enabled': false });
    await told.promise;
  });
});
