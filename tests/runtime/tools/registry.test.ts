import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTitle, findTool, parseArgs, toolSpecs } from '../../../electron/runtime/agent/tools/registry.ts';
import { AppError } from '../../../shared/errors.ts';

const names = [
  'shell',
  'shell_output',
  'shell_input',
  'shell_stop',
  'apply_patch',
  'read_file',
  'list_files',
  'search',
  'update_plan',
  'view_image',
  'ask_user',
];

/** What parsing throws, undefined when the arguments are taken. */
function refusal(tool: string, json: string): unknown {
  try {
    parseArgs(findTool(tool), json);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('what a model is told of the tools [AGT-2]', () => {
  test('is small and complete', () => {
    const specs = toolSpecs();
    expect(specs.map((spec) => spec.name)).toEqual(names);
    expect(JSON.stringify(specs).length).toBeLessThan(4000);
    expect(specs.map((spec) => spec.parameters['required'] ?? [])).toEqual([
      ['command'],
      ['id'],
      ['id', 'text'],
      ['id'],
      ['patch'],
      ['path'],
      [],
      ['pattern'],
      ['steps'],
      ['path'],
      ['question'],
    ]);
    expect(JSON.stringify(specs)).not.toMatch(/\$schema|additionalProperties|9007199254740991/);
    expect(specs[5]?.parameters).toEqual({
      type: 'object',
      properties: { path: { type: 'string' }, from_line: { type: 'integer', minimum: 1 }, lines: { type: 'integer', minimum: 1 } },
      required: ['path'],
    });
  });
});

describe('arguments', () => {
  const good: [tool: string, json: string, params: unknown][] = [
    ['shell', '{"command":"ls"}', { command: 'ls' }],
    ['shell', '{"command":"ls","timeout_ms":"5000","background":"true"}', { command: 'ls', timeout_ms: 5000, background: true }],
    ['shell', '{"command":["ls"],"workdir":null}', { command: 'ls' }],
    ['shell', '{"command":"ls","timeoutMs":5}', { command: 'ls', timeout_ms: 5 }],
    ['shell', '{"command":"ls","why":"to see"}', { command: 'ls' }],
    ['shell', '"{\\"command\\":\\"ls\\"}"', { command: 'ls' }],
    ['shell', '{"command":"a\nb\tc"}', { command: 'a\nb\tc' }],
    ['list_files', '', {}],
    ['search', '{"pattern":42}', { pattern: '42' }],
    ['ask_user', '{"question":"q","choices":"one"}', { question: 'q', choices: ['one'] }],
    ['ask_user', '{"question":"q","choices":"[\\"a\\",\\"b\\"]"}', { question: 'q', choices: ['a', 'b'] }],
    ['update_plan', '{"steps":{"text":"t","status":"done"}}', { steps: [{ text: 't', status: 'done' }] }],
    ['update_plan', '{"steps":"[{\\"text\\":\\"t\\",\\"status\\":\\"done\\"}]"}', { steps: [{ text: 't', status: 'done' }] }],
  ];
  test.each(good)('%s %s', (tool, json, params) => {
    expect(parseArgs(findTool(tool), json)).toEqual(params);
  });

  const bad: [tool: string, json: string, message: string][] = [
    ['read_file', '{}', 'read_file: "path" (string) is missing.'],
    ['read_file', '{"file":"a"}', 'read_file: "path" (string) is missing; "file" is unknown.'],
    ['read_file', '{"path":"a","from_line":"last"}', 'read_file: "from_line" must be integer, not "last".'],
    ['read_file', '{"path":"a","from_line":0}', 'read_file: "from_line" must be integer of at least 1, not 0.'],
    ['read_file', '{"path":"a","from_line":1.5}', 'read_file: "from_line" must be integer, not 1.5.'],
    ['read_file', '{"path":["a","b"]}', 'read_file: "path" must be string, not ["a","b"].'],
    ['read_file', '[]', 'The arguments of read_file must be one JSON object, not [].'],
    ['read_file', '{"path":"a', 'The arguments of read_file are not valid JSON: '],
    [
      'update_plan',
      '{"steps":[{"text":"t","status":"started"}]}',
      'update_plan: "steps.0.status" must be "pending" | "active" | "done", not "started".',
    ],
  ];
  test.each(bad)('%s %s is refused', (tool, json, message) => {
    const error = refusal(tool, json);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(`${tool} takes {"`),
    });
  });

  test('the hint shows the parameters', () => {
    const call = (): unknown => parseArgs(findTool('update_plan'), '{}');
    expect(call).toThrow(
      expect.objectContaining({
        hint: 'update_plan takes {"steps": [{"text": string, "status": "pending" | "active" | "done"}], "note"?: string}',
      }),
    );
  });

  test('an unknown tool', () => {
    expect(() => findTool('bash')).toThrow(expect.objectContaining({ code: 'invalid', hint: `The tools are: ${names.join(', ')}.` }));
  });

  test('whatever is sent, the answer is parameters or an AppError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.oneof(fc.json(), fc.string()), (name, json) => {
        const error = refusal(name, json);
        expect(error === undefined || (error instanceof AppError && error.code === 'invalid')).toBe(true);
        expect(findTitle(name, json)).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test('titles', () => {
    expect(findTitle('shell', '{"command":"npm test\\nmore"}')).toBe('Ran npm test …');
    expect(findTitle('shell', '{"comm')).toBe('Called shell');
    expect(findTitle('bash', '{}')).toBe('Called bash');
    expect(findTitle('read_file', '{"path":"a","from_line":3,"lines":2}')).toBe('Read a from line 3 to 4');
  });
});
