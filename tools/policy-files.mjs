// Writes what is made of the table of policies: the JSON Schema for editors and the sample for administrators. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { policies, policyKeys } from '../shared/domain/policy.ts';

/** What a value does to the user's, in words. */
const combined = {
  intersect: "Only what is in both this list and the user's choice remains.",
  strictest: "The tighter of this and the user's choice counts.",
  replace: "Takes the place of the user's choice.",
  union: 'Comes on top of what the user has set.',
};

const schemaOf = (row) => {
  const text = row.choices ? { enum: row.choices } : { type: 'string', ...(row.form ? { pattern: row.form.source } : {}) };
  const about = { description: `${row.about} ${combined[row.combine]} Since ${row.since}.` };
  if (row.type === 'flag') return { ...about, type: 'boolean' };
  if (row.type === 'choice' || row.type === 'text') return { ...about, ...text };
  if (row.type !== 'rules') return { ...about, type: 'array', items: text };
  const prefix = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } };
  const properties = { prefix, decision: { enum: ['ask', 'forbid'] }, reason: { type: 'string' } };
  return { ...about, type: 'array', items: { type: 'object', properties, required: ['prefix', 'decision'], additionalProperties: false } };
};

function schema() {
  const properties = {};
  for (const key of policyKeys) {
    const [group, name] = key.split('.');
    if (name === undefined) properties[group] = schemaOf(policies[key]);
    else {
      properties[group] ??= { type: 'object', properties: {}, additionalProperties: false };
      properties[group].properties[name] = schemaOf(policies[key]);
    }
  }
  const about = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'policy.toml of Switchyard',
    description: 'What an organisation sets for all users of a machine. Every key may be left out.',
  };
  return `${JSON.stringify({ ...about, type: 'object', properties, additionalProperties: false }, null, 2)}\n`;
}

const toml = (value) => (Array.isArray(value) ? `[${value.map(toml).join(', ')}]` : JSON.stringify(value));

/** Words as comments, a line at most 110 characters. */
function comment(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > 108) lines.push('');
    lines[lines.length - 1] += ` ${word}`;
  }
  return lines.map((line) => `#${line}\n`).join('');
}

function sample() {
  let text = `# A sample of Switchyard's policy.toml: every policy that there is, none of them in force.
# Take the # away in front of the lines that you want, and of the [header] above them, and put the file where only an
# administrator can write:
#   Linux    /etc/switchyard/policy.toml
#   macOS    /Library/Application Support/Switchyard/policy.toml
#   Windows  C:\\ProgramData\\Switchyard\\policy.toml
# It takes effect at once. What is left out is the user's to choose. \`switchyard policy explain\` says what is in force.
`;
  let header = '';
  // Tables of rules last: what follows a [[header]] belongs to it.
  for (const key of policyKeys.toSorted((a, b) => Number(a === 'commands') - Number(b === 'commands'))) {
    const row = policies[key];
    const [group, name] = key.split('.');
    if (name !== undefined && group !== header) text += `\n#[${group}]\n`;
    header = group;
    if (name === undefined) text += '\n';
    text += comment(row.about);
    text += comment(
      `${row.choices ? `One of ${row.choices.join(', ')}. ` : ''}${combined[row.combine]} Since ${row.since}.`.replace(
        /^One of/,
        row.type === 'choices' ? 'Any of' : 'One of',
      ),
    );
    if (name !== undefined) text += `#${name} = ${toml(row.sample)}\n`;
    else
      for (const rule of row.sample)
        text += `#[[${key}]]\n${Object.entries(rule)
          .map(([field, value]) => `#${field} = ${toml(value)}\n`)
          .join('')}`;
  }
  return text;
}

const files = { 'resources/policy.schema.json': schema(), 'resources/policy.sample.toml': sample() };
const root = new URL('../', import.meta.url);
const stale = Object.entries(files).filter(([file, text]) => {
  try {
    return readFileSync(new URL(file, root), 'utf8') !== text;
  } catch {
    return true;
  }
});
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is not what the table of policies says.`);
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const [file, text] of stale) {
  writeFileSync(new URL(file, root), text);
  console.log(`wrote ${file}`);
}
