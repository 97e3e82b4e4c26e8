import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPolicyFile } from '../../../electron/adapters/config/policy.ts';
import { testPlace } from '../../../electron/adapters/config/policy-place.ts';
import { builtInProfiles } from '../../../shared/domain/built-in-profiles.ts';
import { inForce } from '../../../shared/domain/policy.ts';
import { answersAllowed, boundProfile, outsideAllowed, profileBound, webBound } from '../../../shared/policy/bounds.ts';
import { tempFolder } from '../../support/temp.ts';

/** The text, the line of the first problem, its key (absent: the file as a whole), and words of the message. */
const malformed: [text: string | Buffer, line: number, key: string | undefined, words: RegExp][] = [
  // No TOML at all.
  ['=', 1, undefined, /not valid TOML/],
  ['[profiles', 1, undefined, /not valid TOML/],
  ['[profiles]\nallowed = ["workspace"', 2, undefined, /not valid TOML/],
  ['[profiles]\nallowed = [workspace]\n', 2, undefined, /not valid TOML/],
  ['[profiles]\nwidest = workspace\n', 2, undefined, /not valid TOML/],
  ['[profiles]\nwidest = "workspace\n', 2, undefined, /not valid TOML/],
  ['[profiles]\nwidest == "workspace"\n', 2, undefined, /not valid TOML/],
  ['[profiles]\nwidest = "workspace"\nwidest = "read-only"\n', 3, undefined, /not valid TOML/],
  ['[profiles]\n[network]\n[profiles]\n', 3, undefined, /not valid TOML/],
  ['{"profiles": {"widest": "workspace"}}', 1, undefined, /not valid TOML/],
  ['<plist></plist>', 1, undefined, /not valid TOML/],
  ['[web]\nenabled = False\n', 2, undefined, /not valid TOML/],
  ['[web]\nenabled = yes\n', 2, undefined, /not valid TOML/],
  ['<<<<<<< HEAD\n[web]\n', 1, undefined, /not valid TOML/],
  ['[web]\r\nenabled = \r\n', 2, undefined, /not valid TOML/],
  ['[web]\0\n', 1, undefined, /not valid TOML/],
  ['[commands]\nprefix = ["a"]\n[[commands]]\n', 3, undefined, /not valid TOML/],
  [Buffer.from([0x5b, 0x77, 0xff, 0xfe, 0x5d]), 1, undefined, /not UTF-8/],
  [Buffer.concat([Buffer.from('[web]\nenabled = false\n# '), Buffer.from([0xc3, 0x28])]), 3, undefined, /not UTF-8/],
  [Buffer.from('\ufeff[web]\nenabled = false\n', 'utf16le'), 1, undefined, /not UTF-8|not valid TOML/],
  [`a = ${'['.repeat(20_000)}`, 1, undefined, /not valid TOML/],
  [`# ${'x'.repeat(300_000)}`, 0, undefined, /larger than/],
  // Tables that are none.
  ['profiles = "workspace"\n', 1, 'profiles', /must be a table with the header \[profiles\]/],
  ['\nnetwork = false\n', 2, 'network', /must be a table/],
  ['[[profiles]]\nwidest = "workspace"\n', 1, 'profiles', /found a list/],
  ['web = 1979-05-27\n', 1, 'web', /found a date/],
  ['approvals = ["once"]\n', 1, 'approvals', /found a list/],
  // Values of another type.
  ['[profiles]\nallowed = "workspace"\n', 2, 'profiles.allowed', /must be a list; found the text "workspace"/],
  ['[profiles]\nallowed = { workspace = true }\n', 2, 'profiles.allowed', /found a table/],
  ['[profiles]\nallowed = ["workspace", 3]\n', 2, 'profiles.allowed.1', /found the number 3/],
  ['[profiles]\nallowed = [["workspace"]]\n', 2, 'profiles.allowed.0', /found a list/],
  ['[profiles]\nallowed = [\n  "workspace",\n  true,\n]\n', 4, 'profiles.allowed.1', /found true/],
  ['[profiles]\nwidest = ["workspace"]\n', 2, 'profiles.widest', /found a list/],
  ['[profiles]\nwidest = 1\n', 2, 'profiles.widest', /found the number 1/],
  ['[profiles]\ndefault = true\n', 2, 'profiles.default', /found true/],
  ['[sandbox]\nrequired = "yes"\n', 2, 'sandbox.required', /must be true or false; found the text "yes"/],
  ['[sandbox]\noutside = 0\n', 2, 'sandbox.outside', /must be true or false/],
  ['[sandbox]\nrequired = []\n', 2, 'sandbox.required', /found a list/],
  ['[web]\nenabled = "false"\n', 2, 'web.enabled', /must be true or false/],
  ['[web]\nenabled = 2020-01-01\n', 2, 'web.enabled', /found a date/],
  ['[models]\nallowed = nan\n', 2, 'models.allowed', /found the number NaN/],
  ['[files]\ndeny = "/srv"\n', 2, 'files.deny', /must be a list/],
  // Values that are none of those that there are.
  ['[profiles]\nwidest = "workspaces"\n', 2, 'profiles.widest', /Did you mean "workspace"/],
  ['[profiles]\nwidest = ""\n', 2, 'profiles.widest', /one of/],
  ['[network]\naccess = "none"\n', 2, 'network.access', /one of "off", "list", "on"/],
  ['[network]\naccess = "OFF"\n', 2, 'network.access', /Did you mean "off"/],
  ['[projects]\ntrust = "always"\n', 2, 'projects.trust', /one of "never", "paths", "ask"/],
  ['[approvals]\nanswers = ["once", "forever"]\n', 2, 'approvals.answers.1', /one of/],
  ['[approvals]\nanswers = ["no"]\n', 2, 'approvals.answers.0', /one of/],
  // Texts of another form.
  ['[profiles]\nallowed = ["work space"]\n', 2, 'profiles.allowed.0', /a name made of letters/],
  ['[profiles]\nallowed = [""]\n', 2, 'profiles.allowed.0', /a name made of letters/],
  ['[files]\ndeny = ["srv/secrets"]\n', 2, 'files.deny.0', /a path that begins with/],
  ['[files]\ndeny = [":nowhere/x"]\n', 2, 'files.deny.0', /a path that begins with/],
  ['[files]\ndeny = ["/a", "/b\\u0000c"]\n', 2, 'files.deny.1', /a path/],
  ['[network]\nhosts = ["https://example.com"]\n', 2, 'network.hosts.0', /a host/],
  ['[network]\nhosts = ["*"]\n', 2, 'network.hosts.0', /a host/],
  ['[network]\nhosts = ["a b.example"]\n', 2, 'network.hosts.0', /a host/],
  ['[network]\ndeny = ["*.*.example.com"]\n', 2, 'network.deny.0', /a host/],
  ['[providers]\nbase_urls = ["api.openai.com"]\n', 2, 'providers.base_urls.0', /an address/],
  ['[providers]\nbase_urls = ["https://user:secret@example.com"]\n', 2, 'providers.base_urls.0', /an address/],
  ['[providers]\nallowed = ["open ai"]\n', 2, 'providers.allowed.0', /a name/],
  ['[models]\nallowed = ["gpt 5"]\n', 2, 'models.allowed.0', /the id of a model/],
  ['[projects]\ntrust = "paths"\npaths = ["work/*"]\n', 3, 'projects.paths.0', /a folder/],
  // Command rules.
  ['commands = "git push"\n', 1, 'commands', /tables with the header \[\[commands\]\]/],
  ['[commands]\nprefix = ["git"]\n', 1, 'commands', /found a table/],
  ['commands = [1]\n', 1, 'commands.0', /must be a table/],
  ['[[commands]]\nprefix = ["git", "push"]\n', 1, 'commands.0.decision', /is missing/],
  ['[[commands]]\ndecision = "ask"\n', 1, 'commands.0.prefix', /is missing/],
  ['[[commands]]\nprefix = []\ndecision = "ask"\n', 2, 'commands.0.prefix', /must be a list of words/],
  ['[[commands]]\nprefix = "git push"\ndecision = "ask"\n', 2, 'commands.0.prefix', /must be a list of words/],
  ['[[commands]]\nprefix = ["git", ""]\ndecision = "ask"\n', 2, 'commands.0.prefix', /not empty/],
  ['[[commands]]\nprefix = ["ls"]\ndecision = "allow"\n', 3, 'commands.0.decision', /can make a command ask or forbid it/],
  ['[[commands]]\nprefix = ["ls"]\ndecision = "ask"\nreason = 5\n', 4, 'commands.0.reason', /must be text/],
  [
    '[[commands]]\nprefix = ["ls"]\ndecision = "ask"\n[[commands]]\nprefix = ["rm"]\ndecision = "forbidden"\n',
    6,
    'commands.1.decision',
    /"ask" or "forbid"/,
  ],
  // Values that do not go together.
  ['[profiles]\nallowed = ["read-only"]\ndefault = "workspace"\n', 3, 'profiles.default', /profiles.allowed leaves out/],
  ['[profiles]\nwidest = "read-only"\ndefault = "workspace"\n', 3, 'profiles.default', /profiles.widest does not allow/],
  // Several at once: the first in the file leads.
  ['[web]\nenabled = 1\n[network]\naccess = 2\n', 2, 'web.enabled', /true or false/],
];

describe('a policy file that is malformed fails closed and says where [POL-2]', () => {
  it('has sixty cases at least', () => expect(malformed.length).toBeGreaterThanOrEqual(60));

  it.each(malformed.map((row, n) => [n + 1, String(row[0]).slice(0, 40), ...row] as const))(
    '%i: %j',
    (_n, _start, text, line, key, words) => {
      const file = path.join(tempFolder('policy'), 'policy.toml');
      writeFileSync(file, text, { mode: 0o644 });
      const read = createPolicyFile(testPlace(file)).current();
      expect(read).toMatchObject({ status: 'invalid', file });
      const [problem] = read.problems;
      expect(problem?.message).toMatch(words);
      expect(problem?.line).toBe(line);
      expect(problem?.key).toBe(key);

      const policy = inForce(read, undefined);
      expect(policy.status).toBe('invalid');
      expect(profileBound(policy, 'read-only')).toBeUndefined();
      expect(profileBound(policy, 'workspace')).toBeDefined();
      expect(profileBound(policy, 'full-access')).toBeDefined();
      expect(answersAllowed(policy)).toEqual(['once', 'no']);
      expect(outsideAllowed(policy)).toBe(false);
      expect(webBound(policy)).toBeDefined();
      expect(policy.values['sandbox.required']).toBe(true);
      const widest = boundProfile(builtInProfiles()['full-access'], policy);
      expect(widest).toMatchObject({ sandbox: true, network: { access: 'off', hosts: [] } });
    },
  );
});
