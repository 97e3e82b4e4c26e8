import type { HealthCheck } from '../../shared/protocol/app.ts';
import type { MachinePort, SandboxPort } from '../runtime/ports.ts';
import { programVersion } from './program.ts';
import { prepareSample } from './sample.ts';

export function createMachine({ home, sandbox }: { home: string; sandbox: Pick<SandboxPort, 'status'> }): MachinePort {
  return {
    health: async () => {
      const { tryProgram } = await import('../adapters/system/programs.ts');
      const [git, { ok, detail, remedy }] = await Promise.all([tryProgram('git', ['--version']), sandbox.status(true)]);
      const checks: HealthCheck[] = [
        git === undefined
          ? { name: 'Git', status: 'fail', detail: 'git was not found.', remedy: 'Install git and start Switchyard again.' }
          : { name: 'Git', status: 'ok', detail: git },
        { name: 'Sandbox', status: ok ? 'ok' : 'warning', detail, ...(remedy === undefined ? {} : { remedy }) },
      ];
      return { checks, version: programVersion, home };
    },
    sample: async () => {
      const { folder, prompt, allow } = await prepareSample(home);
      return { path: folder, prompt, allow };
    },
  };
}
