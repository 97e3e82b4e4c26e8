import { createPolicyFile } from '../adapters/config/policy.ts';
import { policyPlace, testPlace } from '../adapters/config/policy-place.ts';
import type { PolicyPort } from '../runtime/ports.ts';

/** Releases are built with this set: there the file is the administrator's, whatever the environment says. */
declare const __PACKAGED__: boolean | undefined;
const packaged = typeof __PACKAGED__ !== 'undefined' && __PACKAGED__;

export function openPolicy(): PolicyPort {
  const tested = packaged ? undefined : process.env['SWITCHYARD_TEST_POLICY'];
  return createPolicyFile(tested ? testPlace(tested) : policyPlace());
}
