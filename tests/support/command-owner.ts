// A process that owns commands and is then killed: node command-owner.ts FOLDER HOME_ID CWD {"id": "command", ...}
import { createCommands } from '../../electron/adapters/commands/commands.ts';

const [folder = '', homeId = '', cwd = '', specs = '{}'] = process.argv.slice(2);
const commands = createCommands({ folder, homeId });
for (const [id, command] of Object.entries(JSON.parse(specs) as Record<string, string>)) await commands.start({ id, command, cwd });
process.stdout.write('started\n');
