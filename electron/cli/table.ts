// Every command of the command line, as data: parsing, help and completions are made from this table.
import { policyKeys } from '../../shared/domain/policy.ts';

export interface Flag {
  name: string;
  short?: string;
  /** What its value is called in the help; without it the flag is a switch. */
  value?: string;
  choices?: readonly string[];
  /** What completions offer for the value. */
  offers?: 'folders';
  about: string;
}
export interface Arg {
  name: string;
  optional?: boolean;
  /** Takes all the words that are left. */
  rest?: boolean;
  choices?: readonly string[];
  offers?: 'folders';
}
export interface Command {
  /** The words that name it: a noun, and for most a verb. */
  words: readonly [string] | readonly [string, string];
  args: readonly Arg[];
  flags: readonly Flag[];
  about: string;
  /** More lines for its own help. */
  more?: string;
}

const thread: Arg = { name: 'THREAD' };
const json: Flag = { name: 'json', about: 'print JSON' };

const settings: readonly Flag[] = [
  { name: 'model', short: 'm', value: 'ID', about: 'the model, e.g. gpt-5.5' },
  { name: 'provider', value: 'ID', about: 'who serves it: openai, rehearsal, or a name from config.toml' },
  { name: 'profile', value: 'NAME', about: 'what the agent may do: read-only, workspace, full-access, or a name from config.toml' },
  { name: 'effort', value: 'E', choices: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'], about: 'how long the model thinks' },
];

export const commands: readonly Command[] = [
  {
    words: ['exec'],
    args: [{ name: 'PROMPT', rest: true }],
    flags: [
      { name: 'cwd', short: 'C', value: 'DIR', offers: 'folders', about: 'the folder to work in (default: this one)' },
      ...settings,
      { name: 'trust', about: 'trust the folder: load its instructions and settings' },
      { name: 'json', about: 'print every event as one line of JSON, and nothing else' },
      { name: 'ask', about: 'ask here for approvals even when the input is no terminal (answers are read line by line)' },
      { name: 'resume', value: 'THREAD', about: 'go on with this thread' },
      { name: 'last', about: 'go on with the latest thread of the folder' },
    ],
    about: 'Give an agent something to do in a folder.',
    more: `PROMPT may be several words; - reads it from standard input. Progress goes to standard error, the final answer to
standard output. Exit codes: 0 done, 1 the turn failed, 2 wrong usage or configuration, 3 an approval or an answer was
needed and nobody was there to give it (it stays open: see \`switchyard threads answer\`), 130 interrupted.`,
  },
  {
    words: ['rehearse'],
    args: [],
    flags: [{ name: 'json', about: 'print every event as one line of JSON, and nothing else' }],
    about: 'See the whole job done on a sample project, without any model or key.',
    more: 'The agent is scripted and says so; its commands, its patch and the approval that it asks for are real.',
  },
  {
    words: ['threads', 'list'],
    args: [],
    flags: [
      { name: 'cwd', short: 'C', value: 'DIR', offers: 'folders', about: 'only threads of this folder' },
      { name: 'archived', about: 'the archived ones instead' },
      { name: 'limit', short: 'n', value: 'N', about: 'at most so many (default 50)' },
      json,
    ],
    about: 'List threads, the latest first.',
  },
  { words: ['threads', 'show'], args: [thread], flags: [json], about: 'Show a thread: its state and its newest items.' },
  {
    words: ['threads', 'export'],
    args: [thread],
    flags: [{ name: 'json', about: 'all items as JSON instead of Markdown' }],
    about: 'Print a whole thread as Markdown.',
  },
  {
    words: ['threads', 'stop'],
    args: [thread],
    flags: [],
    about: 'Stop a thread: its turn, at work or waiting, and its commands in the background.',
    more: 'What it had said and done so far is kept; go on with `switchyard exec --resume THREAD`.',
  },
  {
    words: ['threads', 'archive'],
    args: [thread],
    flags: [{ name: 'undo', about: 'take it out of the archive' }],
    about: 'Put a thread away; nothing of it is lost.',
  },
  {
    words: ['threads', 'delete'],
    args: [thread],
    flags: [{ name: 'yes', short: 'y', about: 'do not ask' }],
    about: 'Delete a thread for good.',
  },
  {
    words: ['threads', 'fork'],
    args: [thread],
    flags: [{ name: 'turn', value: 'TURN', about: 'up to this turn (default: the last ended one)' }],
    about: 'Start a new thread from an old one; prints its id.',
  },
  {
    words: ['threads', 'answer'],
    args: [thread],
    flags: [
      { name: 'once', about: 'allow what is asked, this time' },
      { name: 'thread', about: 'allow exactly this for the rest of the thread' },
      { name: 'always', about: 'allow exactly this in this project from now on (see `switchyard permissions rules`)' },
      { name: 'no', about: 'refuse it' },
      { name: 'note', value: 'TEXT', about: 'a word to the agent with the answer' },
      { name: 'text', value: 'ANSWER', about: 'the answer to a question' },
      { name: 'item', value: 'ID', about: 'which of several that are open (default: the oldest)' },
      { name: 'json', about: 'print every event as one line of JSON, and nothing else' },
    ],
    about: 'Answer the open approval or question of a thread and see the turn through.',
    more: 'Without an answer it shows what is asked, and asks you when there is a terminal.',
  },
  {
    words: ['projects', 'add'],
    args: [{ name: 'DIR', offers: 'folders' }],
    flags: [
      { name: 'name', value: 'NAME', about: 'what to call it' },
      { name: 'trust', about: 'trust it right away' },
    ],
    about: 'Add a folder as a project; prints its id.',
  },
  { words: ['projects', 'list'], args: [], flags: [json], about: 'List projects.' },
  {
    words: ['projects', 'trust'],
    args: [{ name: 'PROJECT', offers: 'folders' }],
    flags: [
      { name: 'yes', short: 'y', about: 'do not ask' },
      { name: 'undo', about: 'stop trusting it' },
    ],
    about: 'Let the instructions and settings in a project count. PROJECT is an id or a folder.',
    more: 'It shows what would be loaded, and asks.',
  },
  {
    words: ['projects', 'remove'],
    args: [{ name: 'PROJECT', offers: 'folders' }],
    flags: [],
    about: 'Take a project off the list and archive its threads. The folder is not touched.',
  },
  {
    words: ['keys', 'set'],
    args: [{ name: 'NAME' }],
    flags: [],
    about: 'Keep a key, e.g. OPENAI_API_KEY. The value is read from standard input.',
  },
  { words: ['keys', 'list'], args: [], flags: [json], about: 'List the names of the keys that are kept, and where.' },
  { words: ['keys', 'remove'], args: [{ name: 'NAME' }], flags: [], about: 'Forget a key.' },
  {
    words: ['policy', 'explain'],
    args: [{ name: 'KEY', optional: true, choices: policyKeys }],
    flags: [{ name: 'cwd', short: 'C', value: 'DIR', offers: 'folders', about: "with the settings of this folder's project" }, json],
    about: 'Say what your organisation has set: each value, the file and line it comes from, and what it took the place of.',
  },
  {
    words: ['permissions', 'explain'],
    args: [],
    flags: [
      { name: 'profile', value: 'NAME', about: 'the profile (default: that of new threads in the folder)' },
      { name: 'path', value: 'PATH', about: 'may this be read, may it be changed?' },
      { name: 'command', value: 'LINE', about: 'does this run, ask, or is it forbidden?' },
      { name: 'domain', value: 'HOST', about: 'may commands reach this host? HOST:PORT for one port' },
      { name: 'cwd', short: 'C', value: 'DIR', offers: 'folders', about: 'the folder of the project (default: this one)' },
      json,
    ],
    about: 'Say what an agent may do, the rule that decides, and the file and line where it stands.',
    more: 'Without --path, --command and --domain it prints all rules of the profile. What it says is what is done: the same code decides.',
  },
  {
    words: ['permissions', 'rules'],
    args: [
      { name: 'ACTION', optional: true, choices: ['revoke'] },
      { name: 'ID', optional: true },
    ],
    flags: [json],
    about: 'List what you have allowed for always, or take it back: `permissions rules revoke ID`.',
  },
  {
    words: ['sandbox'],
    args: [{ name: 'COMMAND', rest: true }],
    flags: [
      { name: 'cwd', short: 'C', value: 'DIR', offers: 'folders', about: 'the folder that it may work in (default: this one)' },
      { name: 'profile', value: 'NAME', about: 'the profile (default: that of new threads in the folder)' },
    ],
    about: "Run one command exactly as an agent's commands are run, to see what holds: `switchyard sandbox -- COMMAND...`.",
    more: "One word is a line for the shell, several are a program and its arguments. The exit code is the command's own.",
  },
  {
    words: ['daemon', 'run'],
    args: [],
    flags: [{ name: 'detach', about: 'in the background' }],
    about: 'Own the data folder and keep going, whatever comes and goes.',
  },
  { words: ['daemon', 'status'], args: [], flags: [json], about: 'Say who owns the data folder and what runs. Exit 1: nobody.' },
  { words: ['daemon', 'stop'], args: [], flags: [], about: 'Stop the daemon. What runs is interrupted.' },
  {
    words: ['serve'],
    args: [],
    flags: [
      { name: 'port', value: 'N', about: 'the port on 127.0.0.1 (default: a free one)' },
      { name: 'open', about: 'open it in the browser' },
    ],
    about: 'Serve the window to a browser on this machine; prints its address.',
    more: 'The address works once: the browser that opens it first is let in from then on. From elsewhere, use a tunnel (ssh -L).',
  },
  { words: ['app'], args: [], flags: [], about: 'Open the desktop window.' },
  {
    words: ['completions'],
    args: [{ name: 'SHELL', choices: ['bash', 'zsh', 'fish'] }],
    flags: [],
    about: 'Print a completion script for a shell.',
  },
];

/** What every command understands. */
export const anywhere: readonly Flag[] = [
  { name: 'help', short: 'h', about: 'show help' },
  { name: 'version', short: 'V', about: 'show the version' },
];

/** The nouns in the table's order, each with its commands. */
export const nouns: ReadonlyMap<string, readonly Command[]> = Map.groupBy(commands, ({ words: [noun] }) => noun);
