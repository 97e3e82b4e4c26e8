import type { JSX } from 'react';
import { NumberField, Segmented } from '../../parts/field.tsx';
import { keep, useUi } from '../../store/ui.ts';
import { Group, SettingRow } from './row.tsx';

export function Appearance(): JSX.Element {
  const theme = useUi((ui) => ui.kept.theme);
  const density = useUi((ui) => ui.kept.density);
  const fontSize = useUi((ui) => ui.kept.fontSize);
  return (
    <Group>
      <SettingRow label="Theme" detail="System follows light and dark of this machine">
        <Segmented
          label="Theme"
          value={theme}
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          onChange={(next) => keep({ theme: next })}
        />
      </SettingRow>
      <SettingRow label="Density" detail="Height of rows in lists">
        <Segmented
          label="Density"
          value={density}
          options={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact' },
          ]}
          onChange={(next) => keep({ density: next })}
        />
      </SettingRow>
      <SettingRow label="Text size" detail="12 to 16 pixels; code follows">
        <NumberField label="Text size" unit="px" min={12} max={16} value={fontSize} onChange={(next) => keep({ fontSize: next })} />
      </SettingRow>
    </Group>
  );
}
