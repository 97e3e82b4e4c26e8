import type { HealthCheck } from '../../shared/protocol/app.ts';
import type { MachinePort } from '../runtime/ports.ts';
import { programVersion } from './program.ts';
import { prepareSample } from './sample.ts';

export function createMachine({ home }: { home: string }): MachinePort {
  return {
    health: async () => {
      const { tryProgram } = await import('../adapters/system/programs.ts');
      const [git, bwrap] = await Promise.all([tryProgram('git', ['--version']), tryProgram('bwrap', ['--version'])]);
      const checks: HealthCheck[] = [
        git === undefined
          ? { name: 'Git', status: 'fail', detail: 'git was not found.', remedy: 'Install git and start Switchyard again.' }
          : { name: 'Git', status: 'ok', detail: git },
        {
          name: 'Sandbox',
          status: 'warning',
          detail: `Every command and every change asks first: this version runs commands without a sandbox${bwrap ? ` (${bwrap} is installed)` : ''}.`,
        },
      ];
      return { checks, version: programVersion, home };
    },
    sample: async () => {
      const { folder, prompt, allow } = await prepareSample(home);
      return { path: folder, prompt, allow };
    },
  };
}
